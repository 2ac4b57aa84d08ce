//! What the forms ask of a single character, answered from the pinned Unicode crates and kept in pages
//! of 64 characters that are filled when first asked for. No table of the standard library is used.

use std::sync::OnceLock;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;
pub(super) use unicode_properties::GeneralCategory as Category;
use unicode_properties::UnicodeGeneralCategory;

const PAGE: usize = 64;
const PAGES: usize = 0x11_0000 / PAGE;

/// The facts about one character.
#[derive(Clone, Copy)]
pub(super) struct Info {
    /// General category.
    pub(super) category: Category,
    /// Default-ignorable: zero-width, soft hyphen, bidirectional control, variation selector, BOM.
    pub(super) ignorable: bool,
    /// A normalisation cluster may begin here; see [`super::clusters`].
    pub(super) boundary: bool,
    /// Where this character's search form, standing alone, ends in its page's `search`.
    end: u16,
    /// Where what it folds to in a word ends in its page's `prototypes`.
    prototype_end: u16,
}

/// The facts about 64 consecutive characters.
struct Page {
    info: [Info; PAGE],
    search: String,
    prototypes: String,
}

static TABLE: [OnceLock<Box<Page>>; PAGES] = [const { OnceLock::new() }; PAGES];

const NOTHING: Info =
    Info { category: Category::Unassigned, ignorable: false, boundary: true, end: 0, prototype_end: 0 };

/// What there is to know about `c`.
pub(super) fn info(c: char) -> Info {
    let at = usize::try_from(u32::from(c)).unwrap_or(0);
    page(at / PAGE).and_then(|page| page.info.get(at % PAGE)).copied().unwrap_or(NOTHING)
}

/// The search form of `c` standing alone.
pub(super) fn search_of(c: char) -> &'static str {
    cut(c, |page| &page.search, |info| info.end)
}

/// What `c`, after NFD, becomes in a word; see [`super::fold`].
pub(super) fn prototype_of(c: char) -> &'static str {
    cut(c, |page| &page.prototypes, |info| info.prototype_end)
}

fn cut(c: char, text: fn(&Page) -> &str, end: fn(&Info) -> u16) -> &'static str {
    let at = usize::try_from(u32::from(c)).unwrap_or(0);
    let Some(page) = page(at / PAGE) else { return "" };
    let end_of = |place: usize| page.info.get(place).map_or(0, |info| usize::from(end(info)));
    let start = (at % PAGE).checked_sub(1).map_or(0, end_of);
    text(page).get(start..end_of(at % PAGE)).unwrap_or("")
}

fn page(number: usize) -> Option<&'static Page> {
    TABLE.get(number).map(|page| &**page.get_or_init(|| Box::new(fill(number))))
}

fn fill(number: usize) -> Page {
    let mut page = Page { info: [NOTHING; PAGE], search: String::new(), prototypes: String::new() };
    for (place, info) in page.info.iter_mut().enumerate() {
        let code = u32::try_from(number * PAGE + place).unwrap_or(0);
        if let Some(c) = char::from_u32(code) {
            page.search.extend(super::search::whole(c.encode_utf8(&mut [0; 4])));
            info.category = c.general_category();
            info.ignorable = c != '\0' && skeleton(c).next().is_none();
            info.boundary = begins_cluster(c);
            super::fold::push_prototype(c, &mut page.prototypes);
        }
        // At most 64 characters of at most 18 letters each: far below 65,536.
        info.end = u16::try_from(page.search.len()).unwrap_or(u16::MAX);
        info.prototype_end = u16::try_from(page.prototypes.len()).unwrap_or(u16::MAX);
    }
    page
}

/// Whether text may be cut before `c` without changing its normalisation or its forms: the first
/// character of its compatibility decomposition is a starter that composes with nothing before it, and
/// what the fold and the skeleton make of it begins with a starter too.
fn begins_cluster(c: char) -> bool {
    let starts = |first: Option<char>| first.is_some_and(|first| canonical_combining_class(first) == 0);
    let Some(first) = c.nfkd().next() else { return false };
    let alone = unicode_normalization::is_nfc_quick(std::iter::once(first));
    alone == unicode_normalization::IsNormalized::Yes
        && starts(Some(first))
        && starts(c.nfkc().default_case_fold().nfd().next())
        && starts(skeleton(first).next())
        && c.nfkc().default_case_fold().nfd().next().is_some_and(|c| starts(skeleton(c).next()))
}

/// The UTS 39 skeleton of one character; nothing if the character is default-ignorable.
pub(super) fn skeleton(c: char) -> impl Iterator<Item = char> {
    let mut buffer = [0; 4];
    let whole: Vec<char> =
        unicode_security::confusable_detection::skeleton(c.encode_utf8(&mut buffer)).collect();
    whole.into_iter()
}

/// General category by its own table, for filling the pages.
pub(super) fn category(c: char) -> Category {
    c.general_category()
}

/// Letters, digits and combining marks: what the forms keep.
pub(crate) fn is_kept(c: char) -> bool {
    use Category as C;
    matches!(
        c.general_category(),
        C::UppercaseLetter
            | C::LowercaseLetter
            | C::TitlecaseLetter
            | C::ModifierLetter
            | C::OtherLetter
            | C::NonspacingMark
            | C::SpacingMark
            | C::EnclosingMark
            | C::DecimalNumber
            | C::LetterNumber
            | C::OtherNumber
    )
}

/// A character that ends a line.
pub(crate) fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// White space of any kind, line breaks and the zero-width kinds that stand where text begins or ends
/// included.
pub(crate) fn is_space(c: char) -> bool {
    c == ' '
        || c == '\t'
        || is_line_break(c)
        || !c.is_ascii() && {
            let info = info(c);
            info.ignorable || info.category == Category::SpaceSeparator
        }
}
