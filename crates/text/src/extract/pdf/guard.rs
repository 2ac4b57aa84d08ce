//! Looks a PDF through for what would cost too much memory, stack or time, before the parser may have it.
//! It refuses, or empties what is not needed for text; it does not read text.

use std::collections::HashMap;
use std::io::Read;

use pdf_extract::content::Content;
use pdf_extract::{Dictionary, Document, Object, ObjectId, Stream};

use crate::{Error, ErrorKind, Limits};

/// How far before `stream` its dictionary may begin.
const DICTIONARY: usize = 2048;
/// Deflate packs no better than this.
const BEST_DEFLATE: usize = 1032;
const MOST_PARENTS: usize = 64;
const MOST_FORM_DEPTH: usize = 24;
const MOST_FORMS: usize = 20_000;

fn too_large() -> Error {
    Error::new(ErrorKind::TooLarge, "the PDF unpacks to more than is read")
}

/// Bounds what loading unpacks: the streams that hold objects or cross-references, and any whose
/// dictionary hides what it is.
pub(super) fn before_loading(bytes: &[u8], limits: &Limits) -> Result<(), Error> {
    let is_encrypted = find(bytes, b"/Encrypt", 0).is_some();
    let mut room = limits.stream_bytes;
    let mut from = 0;
    while let Some(at) = find(bytes, b"stream", from) {
        from = at + 6;
        let before = bytes.get(at.saturating_sub(DICTIONARY)..at).unwrap_or_default();
        if before.ends_with(b"end") {
            continue;
        }
        let start = before.windows(4).rposition(|window| window == b" obj").unwrap_or(0);
        let dictionary = before.get(start..).unwrap_or_default();
        let holds = |word: &[u8]| find(dictionary, word, 0).is_some();
        if !(holds(b"ObjStm") || holds(b"XRef") || holds(b"#")) {
            continue;
        }
        let data = bytes.get(from..).unwrap_or_default();
        let data = data.strip_prefix(b"\r").unwrap_or(data);
        let data = data.strip_prefix(b"\n").unwrap_or(data);
        if holds(b"LZW") || holds(b"ASCII85") {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "a PDF whose objects are packed in an unusual way",
            ));
        }
        let used = if is_encrypted {
            find(data, b"endstream", 0).unwrap_or(data.len()).saturating_mul(BEST_DEFLATE) / 64
        } else {
            unpacked(data, room)?
        };
        room = room.checked_sub(used).ok_or_else(too_large)?;
    }
    Ok(())
}

/// How much zlib data unpacks to, without keeping it; 0 if it is none.
fn unpacked(data: &[u8], room: usize) -> Result<usize, Error> {
    let mut counted = 0;
    let mut buffer = [0; 16 << 10];
    let mut decoder = flate2::read::ZlibDecoder::new(data);
    while let Ok(count) = decoder.read(&mut buffer) {
        counted += count;
        if count == 0 {
            break;
        }
        if counted > room {
            return Err(too_large());
        }
    }
    Ok(counted)
}

fn find(bytes: &[u8], word: &[u8], from: usize) -> Option<usize> {
    let (&first, rest) = word.split_first()?;
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|&byte| byte == first)?;
        if bytes.get(at + 1..).is_some_and(|behind| behind.starts_with(rest)) {
            return Some(at);
        }
        at += 1;
    }
}

/// Empties pictures, bounds every other stream, and refuses page trees and drawings that call themselves.
pub(super) fn after_loading(document: &mut Document, limits: &Limits) -> Result<(), Error> {
    for object in document.objects.values_mut() {
        if let Object::Stream(stream) = object {
            tame(stream, limits.stream_bytes)?;
        }
    }
    let pages = document.get_pages();
    let mut drawings = Drawings { document, names: HashMap::new(), drawn: 0 };
    for &id in pages.values() {
        let page =
            document.get_dictionary(id).map_err(|error| broken("a page is missing").because(error))?;
        check_parents(document, page)?;
        let packed: usize =
            document.get_page_contents(id).iter().filter_map(|&id| length(document, id)).sum();
        if packed > limits.stream_bytes {
            return Err(too_large());
        }
        drawings.page(id, page)?;
    }
    Ok(())
}

fn broken(what: &str) -> Error {
    Error::new(ErrorKind::Broken, format!("the PDF is damaged: {what}"))
}

fn length(document: &Document, id: ObjectId) -> Option<usize> {
    Some(document.get_object(id).ok()?.as_stream().ok()?.content.len())
}

/// Unpacks a stream within `room`; a picture, or a font file that is too large, becomes empty.
fn tame(stream: &mut Stream, room: usize) -> Result<(), Error> {
    let name = |key: &[u8]| stream.dict.get(key).and_then(Object::as_name).unwrap_or_default();
    let is_font = stream.dict.has(b"Length1")
        || matches!(name(b"Subtype"), b"CIDFontType0C" | b"OpenType" | b"Type1C");
    if name(b"Subtype") == b"Image" || stream.dict.has(b"Width") && stream.dict.has(b"Height") {
        empty(stream);
        return Ok(());
    }
    let is_outline = stream.dict.has(b"Length1") && !stream.dict.has(b"Length2");
    if is_outline {
        // A TrueType file: its glyphs are never drawn.
        empty(stream);
        return Ok(());
    }
    let filters: Vec<Vec<u8>> = match stream.filters() {
        Ok(filters) => filters.into_iter().map(<[u8]>::to_vec).collect(),
        Err(_) => return if stream.content.len() > room { Err(too_large()) } else { Ok(()) },
    };
    let mut data = std::mem::take(&mut stream.content);
    let original = data.clone();
    for filter in &filters {
        match unpack(filter, &data, room) {
            Some(Some(unpacked)) => data = unpacked,
            Some(None) if is_font => {
                empty(stream);
                return Ok(());
            }
            Some(None) => return Err(too_large()),
            None => {
                // The parser knows no other filter either.
                stream.content = original;
                return Ok(());
            }
        }
    }
    let predicted = stream.dict.get(b"DecodeParms").is_ok();
    if predicted {
        // Within bounds, and the parser knows predictors.
        stream.content = original;
    } else {
        stream.dict.remove(b"Filter");
        stream.content = data;
    }
    Ok(())
}

fn empty(stream: &mut Stream) {
    stream.dict.remove(b"Filter");
    stream.dict.remove(b"DecodeParms");
    stream.content = Vec::new();
}

/// One filter undone: `None` if it is not known, `Some(None)` if there is no room.
fn unpack(filter: &[u8], data: &[u8], room: usize) -> Option<Option<Vec<u8>>> {
    let mut out = Vec::new();
    match filter {
        b"FlateDecode" => {
            let limit = u64::try_from(room).unwrap_or(u64::MAX).saturating_add(1);
            // Damaged data gives what it gave until then, as in every viewer.
            if flate2::read::ZlibDecoder::new(data).take(limit).read_to_end(&mut out).is_err()
                && out.is_empty()
                && let Some(raw) = data.get(2..)
            {
                let _ = flate2::read::DeflateDecoder::new(raw).take(limit).read_to_end(&mut out);
            }
        }
        b"LZWDecode" => {
            let mut bounded = Bounded { out: &mut out, room };
            let mut decoder = weezl::decode::Decoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
            let _ = decoder.into_stream(&mut bounded).decode_all(data);
        }
        b"ASCII85Decode" => {
            let mut stream = Stream::new(Dictionary::new(), data.to_vec());
            stream.dict.set("Filter", Object::Name(filter.to_vec()));
            out = stream.decompressed_content().ok()?;
        }
        _ => return None,
    }
    Some((out.len() <= room).then_some(out))
}

/// Takes one byte more than there is room for, then no more.
struct Bounded<'a> {
    out: &'a mut Vec<u8>,
    room: usize,
}

impl std::io::Write for Bounded<'_> {
    fn write(&mut self, data: &[u8]) -> std::io::Result<usize> {
        if self.out.len() > self.room {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.out.extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn check_parents(document: &Document, page: &Dictionary) -> Result<(), Error> {
    let mut node = page;
    for _ in 0..MOST_PARENTS {
        let parent = node
            .get(b"Parent")
            .and_then(Object::as_reference)
            .and_then(|id| document.get_dictionary(id));
        match parent {
            Ok(parent) => node = parent,
            Err(_) => return Ok(()),
        }
    }
    Err(broken("its page tree goes in a circle"))
}

/// Follows the drawings that pages call, as the parser will.
struct Drawings<'a> {
    document: &'a Document,
    /// What each drawing calls by name.
    names: HashMap<ObjectId, Vec<Vec<u8>>>,
    drawn: usize,
}

impl<'a> Drawings<'a> {
    fn page(&mut self, id: ObjectId, page: &'a Dictionary) -> Result<(), Error> {
        let resources = self.inherited_resources(page);
        let Some(forms) = self.forms(resources).filter(|forms| !forms.is_empty()) else { return Ok(()) };
        if !forms.iter().any(|(_, form)| self.is_form(form)) {
            return Ok(());
        }
        let content = self.document.get_page_content(id).unwrap_or_default();
        let called = calls(&content);
        called.iter().try_for_each(|name| self.call(name, resources, 0))
    }

    fn inherited_resources(&self, page: &'a Dictionary) -> Option<&'a Dictionary> {
        let mut node = page;
        for _ in 0..MOST_PARENTS {
            if let Ok(resources) = node.get_deref(b"Resources", self.document).and_then(Object::as_dict)
            {
                return Some(resources);
            }
            node = node
                .get(b"Parent")
                .and_then(Object::as_reference)
                .and_then(|id| self.document.get_dictionary(id))
                .ok()?;
        }
        None
    }

    fn forms(&self, resources: Option<&'a Dictionary>) -> Option<&'a Dictionary> {
        resources?.get_deref(b"XObject", self.document).and_then(Object::as_dict).ok()
    }

    fn is_form(&self, object: &Object) -> bool {
        let stream = self.document.dereference(object).and_then(|(_, object)| object.as_stream());
        stream.is_ok_and(|stream| !stream.content.is_empty())
    }

    fn call(
        &mut self,
        name: &[u8],
        resources: Option<&'a Dictionary>,
        depth: usize,
    ) -> Result<(), Error> {
        self.drawn += 1;
        if depth > MOST_FORM_DEPTH || self.drawn > MOST_FORMS {
            return Err(Error::new(
                ErrorKind::TooDeep,
                "the PDF has drawings inside drawings without end",
            ));
        }
        let found = self.forms(resources).and_then(|forms| forms.get(name).ok());
        let Some((Some(id), Object::Stream(form))) =
            found.and_then(|form| self.document.dereference(form).ok())
        else {
            return Ok(());
        };
        let inner = form
            .dict
            .get_deref(b"Resources", self.document)
            .and_then(Object::as_dict)
            .ok()
            .or(resources);
        let called = self.names.entry(id).or_insert_with(|| calls(&plain(form))).clone();
        called.iter().try_for_each(|name| self.call(name, inner, depth + 1))
    }
}

fn plain(stream: &Stream) -> Vec<u8> {
    stream.decompressed_content().unwrap_or_else(|_| stream.content.clone())
}

/// The names of the drawings that some drawing instructions call.
fn calls(content: &[u8]) -> Vec<Vec<u8>> {
    if !content.windows(2).any(|window| window == b"Do") {
        return Vec::new();
    }
    let Ok(content) = Content::decode(content) else { return Vec::new() };
    let called = content.operations.iter().filter(|operation| operation.operator == "Do");
    called
        .filter_map(|operation| operation.operands.first()?.as_name().ok().map(<[u8]>::to_vec))
        .collect()
}
