//! What characters say whose font does not say it: from the maps inside the font's own program, from the
//! collection that it numbers its characters by, or from the habits of its producer. None of this is asked where
//! the file says itself what its characters read.

use std::collections::HashMap;

use hayro_cmap::{BfString, CMap, CidFamily};
use hayro_font::FontGlyph;
use hayro_syntax::object::{Array, Dict, Name, Object, String as PdfString};
use skrifa::MetadataProvider;
use skrifa::raw::FontRef;

/// One font's characters without a meaning.
pub(super) struct Unmapped<'a> {
    dict: Dict<'a>,
    found: Option<Found>,
}

/// How a font's characters can be told.
enum Found {
    /// By the number of their glyph.
    Glyphs(HashMap<u32, char>),
    /// By their number in a collection of a script's characters.
    Collection(Box<CMap>),
    /// The codes are characters.
    Unicode,
    /// The codes are those of TeX's first fonts.
    Tex,
    Not,
}

impl<'a> Unmapped<'a> {
    pub(super) fn new(dict: &Dict<'a>) -> Self {
        Self { dict: dict.clone(), found: None }
    }

    /// What a character says.
    pub(super) fn look_up(&mut self, glyph: &FontGlyph<'_>, code: u32) -> Option<String> {
        if self.found.is_none() {
            self.found = Some(find(&self.dict, glyph));
        }
        match self.found.as_ref()? {
            Found::Glyphs(glyphs) => {
                let FontGlyph::Outline(glyph) = glyph else { return None };
                glyphs.get(&glyph.glyph_id().to_u32()).map(char::to_string)
            }
            Found::Collection(map) => map.lookup_bf_string(code).map(|said| match said {
                BfString::Char(c) => c.to_string(),
                BfString::String(text) => text,
            }),
            Found::Unicode => char::from_u32(code).map(|c| c.to_string()),
            Found::Tex => tex(code).map(str::to_owned).or_else(|| {
                let c = char::from_u32(code).filter(|c| c.is_ascii_graphic());
                c.map(|c| c.to_string())
            }),
            Found::Not => None,
        }
    }
}

fn find(dict: &Dict<'_>, glyph: &FontGlyph<'_>) -> Found {
    let FontGlyph::Outline(glyph) = glyph else {
        return if is_tex_bitmap(dict) { Found::Tex } else { Found::Not };
    };
    let encoding = dict.get::<Name<'_>>("Encoding");
    let encoding = encoding.as_ref().map(|name| name.as_ref()).unwrap_or_default();
    if encoding.starts_with(b"Uni") {
        return Found::Unicode;
    }
    let inner =
        dict.get::<Array<'_>>("DescendantFonts").and_then(|fonts| fonts.iter::<Dict<'_>>().next());
    if encoding.starts_with(b"Identity")
        && let Some(map) = inner.and_then(|inner| collection(&inner))
    {
        return Found::Collection(Box::new(map));
    }
    let Some(program) = glyph.font_data() else { return Found::Not };
    let data: &[u8] = (*program.data).as_ref();
    let Ok(program) = FontRef::new(data) else { return Found::Not };
    let mut glyphs = HashMap::new();
    for (code, id) in program.charmap().mappings().take(1 << 17) {
        // A symbol font's private codes are its bytes.
        let code = if (0xf020..=0xf07e).contains(&code) { code - 0xf000 } else { code };
        if let Some(c) = char::from_u32(code) {
            glyphs.entry(id.to_u32()).or_insert(c);
        }
    }
    if glyphs.is_empty() { Found::Not } else { Found::Glyphs(glyphs) }
}

/// The characters of Adobe's collections, which fonts for Chinese, Japanese and Korean number theirs by.
fn collection(font: &Dict<'_>) -> Option<CMap> {
    let info = font.get::<Dict<'_>>("CIDSystemInfo")?;
    let (registry, ordering) =
        (info.get::<PdfString<'_>>("Registry")?, info.get::<PdfString<'_>>("Ordering")?);
    let family = CidFamily::from_registry_ordering(registry.as_bytes(), ordering.as_bytes());
    CMap::parse(hayro_cmap::load_embedded(family.ucs2_cmap()?)?, hayro_cmap::load_embedded)
}

/// Whether the font's characters are pictures that pdfTeX made, named `a` and their code.
fn is_tex_bitmap(dict: &Dict<'_>) -> bool {
    let Some(encoding) = dict.get::<Dict<'_>>("Encoding") else { return false };
    let Some(differences) = encoding.get::<Array<'_>>("Differences") else { return false };
    let mut names = 0;
    let mut code = 0;
    for item in differences.iter::<Object<'_>>() {
        match item {
            Object::Number(number) => code = number.as_i64(),
            Object::Name(name) => {
                if name.as_ref() == format!("a{code}").as_bytes() {
                    names += 1;
                } else if name.as_ref() != b".notdef" {
                    return false;
                }
                code = code.saturating_add(1);
            }
            _ => return false,
        }
    }
    names > 0
}

/// Where TeX's text fonts (OT1) differ from ASCII.
fn tex(code: u32) -> Option<&'static str> {
    Some(match code {
        0x0b => "ff",
        0x0c => "fi",
        0x0d => "fl",
        0x0e => "ffi",
        0x0f => "ffl",
        0x10 => "ı",
        0x12 => "`",
        0x13 => "´",
        0x14 => "ˇ",
        0x15 => "˘",
        0x16 => "¯",
        0x17 => "˚",
        0x18 => "¸",
        0x19 => "ß",
        0x1a => "æ",
        0x1b => "œ",
        0x1c => "ø",
        0x1d => "Æ",
        0x1e => "Œ",
        0x1f => "Ø",
        0x22 => "”",
        0x27 => "’",
        0x3c => "¡",
        0x3e => "¿",
        0x5c => "“",
        0x5e => "ˆ",
        0x5f => "˙",
        0x60 => "‘",
        0x7b => "–",
        0x7c => "—",
        0x7d => "˝",
        0x7e => "˜",
        0x7f => "¨",
        _ => return None,
    })
}
