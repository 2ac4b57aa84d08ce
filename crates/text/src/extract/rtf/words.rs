//! What the control words mean that matter to a text, and which code pages the fonts have.

use std::collections::HashMap;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::super::charset;

/// Where text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    Body,
    /// A footnote or endnote.
    Note,
    /// A text box.
    Box,
    /// The table of fonts.
    Fonts,
    /// What the file says of itself; in it the title.
    Information,
    Title,
    Comment,
    /// A tag of the page that the rich text was made of.
    Page,
    /// A shape, which is no text but may hold a text box.
    Shape,
    /// Nowhere.
    None,
}

impl Destination {
    /// Whether what goes there is text of the document.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Body | Self::Note | Self::Box)
    }
}

/// What a control word means.
pub(super) enum Word {
    Destination(Destination),
    /// A character.
    Text(&'static str),
    /// The paragraph, or the cell or row, ends.
    Paragraph,
    Line,
    Hidden,
    Deleted,
    Inserted,
    Dressing,
    /// All properties of characters are as by default.
    Plain,
    /// How many characters follow a Unicode one for programs that know none.
    Fallback,
    Font,
    /// Something of the fonts or code pages.
    OfFonts,
    Unknown,
}

pub(super) fn meaning(name: &str) -> Word {
    use Destination as To;
    match name {
        "par" | "sect" | "page" | "column" | "cell" | "nestcell" | "row" | "nestrow" => Word::Paragraph,
        "line" | "softline" | "lbr" => Word::Line,
        "tab" => Word::Text("\t"),
        "emdash" => Word::Text("—"),
        "endash" => Word::Text("–"),
        "lquote" => Word::Text("‘"),
        "rquote" => Word::Text("’"),
        "ldblquote" => Word::Text("“"),
        "rdblquote" => Word::Text("”"),
        "bullet" => Word::Text("•"),
        "emspace" => Word::Text("\u{2003}"),
        "enspace" => Word::Text("\u{2002}"),
        "qmspace" => Word::Text("\u{2005}"),
        "zwj" => Word::Text("\u{200d}"),
        "zwnj" => Word::Text("\u{200c}"),
        "zwbo" => Word::Text("\u{200b}"),
        "ltrmark" => Word::Text("\u{200e}"),
        "rtlmark" => Word::Text("\u{200f}"),
        "v" => Word::Hidden,
        "deleted" | "mvf" => Word::Deleted,
        "revised" | "mvt" => Word::Inserted,
        "htmlrtf" => Word::Dressing,
        "plain" => Word::Plain,
        "uc" => Word::Fallback,
        "f" => Word::Font,
        "ansicpg" | "fcharset" | "cpg" | "deff" | "mac" => Word::OfFonts,
        "fonttbl" => Word::Destination(To::Fonts),
        "info" => Word::Destination(To::Information),
        "title" => Word::Destination(To::Title),
        "footnote" => Word::Destination(To::Note),
        "shptxt" | "dptxbxtext" => Word::Destination(To::Box),
        "annotation" => Word::Destination(To::Comment),
        "htmltag" => Word::Destination(To::Page),
        // Known, and what is in them is text.
        "shp" | "shpinst" | "do" | "shpgrp" => Word::Destination(To::Shape),
        "colortbl" | "stylesheet" | "pict" | "objdata" | "objclass" | "objname" | "objalias"
        | "objsect" | "objtime" | "header" | "headerl" | "headerr" | "headerf" | "footer"
        | "footerl" | "footerr" | "footerf" | "fldinst" | "xe" | "tc" | "tcn" | "rxe" | "txe"
        | "listtext" | "pntext" | "pntxta" | "pntxtb" | "nonshppict" | "shppict" | "shprslt" | "sp"
        | "sn" | "sv" | "ftnsep" | "ftnsepc" | "ftncn" | "aftnsep" | "aftnsepc" | "aftncn"
        | "template" | "filetbl" | "bkmkstart" | "bkmkend" | "atnid" | "atnauthor" | "atntime"
        | "atnref" | "atndate" | "atnicn" | "atnparent" | "atrfstart" | "atrfend" | "themedata"
        | "colorschememapping" | "datastore" | "xmlopen" | "listtable" | "listoverridetable"
        | "revtbl" | "rsidtbl" | "generator" | "userprops" | "mmathPr" | "mhtmltag" | "background"
        | "author" | "operator" | "subject" | "keywords" | "comment" | "doccomm" | "company"
        | "manager" | "category" | "hlinkbase" | "creatim" | "revtim" | "printim" | "buptim"
        | "formfield" | "datafield" | "falt" | "panose" | "fname" | "private" | "latentstyles"
        | "nesttableprops" | "pgptbl" | "picprop" | "blipuid" | "ud" => Word::Destination(To::None),
        _ => Word::Unknown,
    }
}

/// The fonts' code pages.
#[derive(Default)]
pub(super) struct Fonts {
    /// The file's own.
    file: Option<&'static Encoding>,
    default: i32,
    /// The font that the table of fonts speaks of.
    pub(super) current: i32,
    fonts: HashMap<i32, Font>,
}

#[derive(Clone, Copy)]
enum Font {
    Encoded(&'static Encoding),
    Symbols,
}

impl Fonts {
    pub(super) fn say(&mut self, word: &str, number: i32) {
        match word {
            "ansicpg" => self.file = u32::try_from(number).ok().and_then(charset::of_code_page),
            "mac" => self.file = charset::of_code_page(10_000),
            "deff" => self.default = number,
            "cpg" => {
                if let Some(encoding) = u32::try_from(number).ok().and_then(charset::of_code_page) {
                    self.fonts.insert(self.current, Font::Encoded(encoding));
                }
            }
            _ => {
                let page = match number {
                    2 => {
                        self.fonts.insert(self.current, Font::Symbols);
                        return;
                    }
                    0 => 1252,
                    77 => 10_000,
                    128 => 932,
                    129 | 130 => 949,
                    134 => 936,
                    136 => 950,
                    161 => 1253,
                    162 => 1254,
                    163 => 1258,
                    177 => 1255,
                    178 => 1256,
                    186 => 1257,
                    204 => 1251,
                    222 => 874,
                    238 => 1250,
                    _ => return,
                };
                if let Some(encoding) = charset::of_code_page(page) {
                    self.fonts.insert(self.current, Font::Encoded(encoding));
                }
            }
        }
    }

    /// The encoding of a font, or of the default one; `None` of one that holds symbols.
    pub(super) fn encoding(&self, font: Option<i32>) -> Option<&'static Encoding> {
        match self.fonts.get(&font.unwrap_or(self.default)) {
            Some(Font::Encoded(encoding)) => Some(encoding),
            Some(Font::Symbols) => None,
            None => Some(self.file.unwrap_or(WINDOWS_1252)),
        }
    }
}
