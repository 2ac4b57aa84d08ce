//! The fonts of a file: how far each of their characters goes, and what it says. Outlines are not looked at.

use std::collections::HashMap;
use std::sync::Arc;

use hayro_cmap::BfString;
use hayro_font::{CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn};
use hayro_syntax::object::{Array, Dict, Stream};
use unicode_normalization::UnicodeNormalization;

use super::sheet::Letters;
use super::unmapped::Unmapped;
use super::unpack;

/// One font.
pub(super) struct Face<'a> {
    pub(super) font: Font<'a>,
    pub(super) is_vertical: bool,
    unmapped: Unmapped<'a>,
    known: HashMap<u32, (f64, Option<Letters>)>,
}

impl Face<'_> {
    /// How far a character code goes, in thousandths of the type's height, and what it says.
    pub(super) fn glyph(&mut self, code: u32) -> (f64, Option<&Letters>) {
        let (font, unmapped, is_vertical) = (&self.font, &mut self.unmapped, self.is_vertical);
        let (advance, letters) = self.known.entry(code).or_insert_with(|| {
            let advance = font.code_advance(code);
            (if is_vertical { advance.y } else { advance.x }, letters(font, unmapped, code))
        });
        (*advance, letters.as_ref())
    }
}

fn letters(font: &Font<'_>, unmapped: &mut Unmapped<'_>, code: u32) -> Option<Letters> {
    let glyph = font.glyph(font.map_code(code), code);
    let said = match &glyph {
        FontGlyph::Outline(glyph) => glyph.as_unicode(),
        FontGlyph::Type3(glyph) => glyph.as_unicode(),
    };
    let said = said.map(|said| match said {
        BfString::Char(c) => c.to_string(),
        BfString::String(text) => text,
    });
    said.map(repaired).as_deref().and_then(cleaned).or_else(|| cleaned(&unmapped.look_up(&glyph, code)?))
}

/// What Ghostscript 10.0 meant: it writes the letters of a ligature one over the other, `fi` as U+6600 U+6900, and
/// lam with alef as U+0644 U+4427.
fn repaired(text: String) -> String {
    let mut chars = text.chars();
    let (Some(first), Some(second), None) = (chars.next(), chars.next(), chars.next()) else {
        return text;
    };
    let whole = match (first, second) {
        ('\u{6600}', '\u{6600}') => "ff",
        ('\u{6600}', '\u{6900}') => "fi",
        ('\u{6600}', '\u{6c00}') => "fl",
        ('\u{6600}', '\u{cf00}') => "ffi",
        ('\u{6600}', '\u{d200}') => "ffl",
        ('\u{600}'..='\u{6ff}', second) if u32::from(second) >> 8 == u32::from(first) & 0xff => {
            let second = char::from_u32(0x600 | u32::from(second) & 0xff);
            return [Some(first), second].into_iter().flatten().collect();
        }
        _ => return text,
    };
    whole.to_owned()
}

/// A glyph's text as it may stand in a text: ligatures and presentation forms taken apart, no control
/// characters; nothing if it says nothing.
fn cleaned(text: &str) -> Option<Letters> {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\u{fffd}' => return None,
            // Symbol fonts put their characters there, of which the bullet is the one that texts use.
            '\u{f0b7}' => out.push('•'),
            '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => return None,
            '\u{fb00}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' => out.extend(c.nfkc()),
            '\t' | '\n' | '\r' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => {
                out.push(' ')
            }
            c if c.is_control() => {}
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
            }
            c => out.push(c),
        }
    }
    (!out.is_empty()).then(|| Letters::of(&out))
}

/// For a font that is not in the file: only how wide its characters are is asked of it, where the file does not
/// say.
fn substitute(query: &FontQuery) -> (hayro_font::FontData, u32) {
    match query {
        FontQuery::Standard(font) => font.get_font_data(),
        FontQuery::Fallback(query) => query.pick_standard_font().get_font_data(),
    }
}

/// The fonts that were met.
pub(super) struct Faces<'a> {
    cache: FontCache<'a>,
    programs: FontResolverFn,
    maps: CMapResolverFn,
    faces: Vec<Face<'a>>,
    /// By where their dictionary lies in the file.
    met: HashMap<(usize, usize), Option<usize>>,
    room: usize,
}

impl<'a> Faces<'a> {
    pub(super) fn new(room: usize) -> Self {
        Self {
            cache: FontCache::new(),
            programs: Arc::new(|query| Some(substitute(query))),
            maps: Arc::new(hayro_cmap::load_embedded),
            faces: Vec::new(),
            met: HashMap::new(),
            room,
        }
    }

    /// The number of the font that a dictionary describes, if it can be read.
    pub(super) fn get(&mut self, dict: &Dict<'a>) -> Option<usize> {
        let key = (dict.data().as_ptr() as usize, dict.data().len());
        if let Some(&met) = self.met.get(&key) {
            return met;
        }
        let font =
            self.is_bounded(dict).then(|| self.cache.font(dict, &self.programs, &self.maps)).flatten();
        let number = font.map(|font| {
            let is_vertical = !font.is_horizontal();
            let unmapped = Unmapped::new(dict);
            self.faces.push(Face { font, is_vertical, unmapped, known: HashMap::new() });
            self.faces.len() - 1
        });
        self.met.insert(key, number);
        number
    }

    pub(super) fn face(&self, number: usize) -> Option<&Face<'a>> {
        self.faces.get(number)
    }

    pub(super) fn face_mut(&mut self, number: usize) -> Option<&mut Face<'a>> {
        self.faces.get_mut(number)
    }

    /// Whether nothing that the font is made of unpacks to more than there is room for.
    fn is_bounded(&self, dict: &Dict<'a>) -> bool {
        let fits = |dict: &Dict<'a>, key: &str| {
            dict.get::<Stream<'_>>(key).is_none_or(|stream| unpack::fits(&stream, self.room))
        };
        let program = |dict: &Dict<'a>| {
            let descriptor = dict.get::<Dict<'_>>("FontDescriptor");
            descriptor.is_none_or(|descriptor| {
                ["FontFile", "FontFile2", "FontFile3"].iter().all(|key| fits(&descriptor, key))
            })
        };
        let inner =
            dict.get::<Array<'_>>("DescendantFonts").and_then(|fonts| fonts.iter::<Dict<'_>>().next());
        fits(dict, "ToUnicode")
            && fits(dict, "Encoding")
            && program(dict)
            && inner.is_none_or(|inner| program(&inner) && fits(&inner, "CIDToGIDMap"))
    }
}
