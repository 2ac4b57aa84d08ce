//! Foreign files read in processes of their own: a file on which a library crashes, loops or asks for
//! memory without end costs an error that names the reason, not the run.
//!
//! [`Readers`] keeps the processes and gives them files one at a time; a process that dies, or is too slow
//! and is killed, is replaced. The process runs [`work`], which reads what comes in through
//! `erratum_text::open`, and the pictures of text in it through `erratum_ocr::read`, under limits of memory and
//! processor time. Plain text is read where it is, as no parser looks at it.
//!
//! What a file says is not looked at here.
#![deny(missing_docs)]

mod limits;
mod pool;
mod wire;
mod work;

pub use limits::MEMORY;
pub use pool::Readers;
pub use work::work;
