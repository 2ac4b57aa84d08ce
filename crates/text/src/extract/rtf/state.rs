//! What the reader of rich text remembers: of each open group, of each text that is being written.

use super::super::paragraphs::Line;
use super::words::Destination;

/// What holds to the end of a group.
#[derive(Clone, Copy)]
pub(super) struct Group {
    pub(super) destination: Destination,
    pub(super) hidden: bool,
    /// Deleted or moved away; inserted or moved here.
    pub(super) deleted: bool,
    pub(super) inserted: bool,
    /// In rich text made of a page: only there for programs that know no pages.
    pub(super) dressing: bool,
    /// The next destination may be passed over by who does not know it.
    pub(super) optional: bool,
    /// How many characters stand for a Unicode one, for programs that know none.
    pub(super) fallback: u8,
    pub(super) font: Option<i32>,
    /// A note or text box began with it.
    pub(super) story: bool,
}

/// What is being written: the body, or a note or text box inside it.
pub(super) struct Story {
    pub(super) line: Line,
    /// Text boxes of the paragraph.
    pub(super) held: Vec<String>,
    pub(super) kind: Destination,
}

/// The state of what was written last, to count tracked changes that go over several groups once.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Change {
    #[default]
    None,
    Inserted,
    Deleted,
}
