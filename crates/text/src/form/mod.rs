//! The two forms of a text: the search form, by which a copy is found, and the comparison form, by
//! which it is judged. This module only gathers them; it does not extract text from files.

mod atoms;
mod clusters;
mod comparison;
mod fold;
mod lexer;
mod search;
mod tables;
mod version;

pub use comparison::{ComparisonForm, Token, TokenKind, canonical_of};
pub use search::SearchForm;
pub use version::{FormsVersion, forms_version};

pub(crate) use tables::{is_kept, is_line_break, is_space};

/// The longest prefix of `text` whose byte offsets fit the maps, which hold them as `u32`.
fn addressable(text: &str) -> &str {
    let end = text.floor_char_boundary(usize::try_from(u32::MAX).unwrap_or(usize::MAX));
    text.get(..end).unwrap_or(text)
}

/// A byte offset as the maps keep it. Offsets of an [`addressable`] text always fit.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
