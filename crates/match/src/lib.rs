//! Matching: which registered documents a copy comes from, what it is to each of them, and in what it
//! differs. Forms go in, matches come out; the only thing that touches a disk is [`Segment::open`].
//!
//! It does not read files ([`erratum_text`] does), and knows neither statements nor standings. What it
//! computes is laid down in `docs/matching.md`, precisely enough for a second implementation.
//!
//! ```
//! use erratum_match::{Finder, Forms, Relation, Segment, SegmentHeader, build_segment, compare};
//!
//! let letter = Forms::new(
//!     "We respect your sovereign decision ordering our departure.\n\n\
//!      No unit will leave before 9 January 2026. The contingent thanks its hosts for their help.",
//! );
//! let header = SegmentHeader { log_size: 12, root: [7; 32] };
//! let segment = Segment::from_bytes(build_segment(header, [(11, letter.search())])?)?;
//! let finder = Finder::new(Some(segment));
//!
//! let copy = Forms::new(
//!     "“We respect your sovereign decision ordering our departure,” the command wrote. \
//!      “Unit will leave before 9 January 2026. The contingent thanks its hosts for their help.”",
//! );
//! let candidates = finder.candidates(copy.search(), 64, |_| Some(0));
//! assert_eq!(candidates.list[0].doc, 11);
//! let comparison = compare(&copy, &letter, &candidates.common).unwrap();
//! assert_eq!(comparison.differences.len(), 1);
//! # Ok::<(), erratum_match::Error>(())
//! ```

#![deny(missing_docs)]

mod anchor;
mod beyond;
mod bounds;
mod build;
mod chain;
mod change;
mod compare;
mod difference;
mod direction;
mod error;
mod finder;
mod forms;
mod gram;
mod judge;
mod layout;
mod minor;
mod misread;
mod pairs;
mod part;
mod quotation;
mod segment;
mod slide;
mod stretch;
mod table;
mod touched;
mod verbatim;
mod whole;
mod words;

pub use build::{SegmentHeader, build_segment};
pub use compare::{Aligned, Comparison, Relation, compare, phrases};
pub use difference::{Difference, Kind, Side};
pub use error::{Error, ErrorKind};
pub use finder::{Candidate, Candidates, Common, Finder};
pub use forms::Forms;
pub use minor::Minor;
pub use segment::Segment;
pub use touched::Touched;
pub use verbatim::{Held, holds_verbatim, passage_canonical};
