//! What a page's instructions draw, followed operator by operator: its characters with their places, and where
//! its pictures lie. Nothing is painted and no picture is unpacked.
//!
//! Invisible text (rendering mode 3, with which a scan carries what was read from it) is taken as the visible
//! is; so is text in the colour of its ground, and text that something covers. Text outside of the page as
//! displayed, and in layers that are off, is not.

use std::collections::HashSet;

use hayro_font::kurbo::{Affine, Rect};
use hayro_syntax::content::TypedIter;
use hayro_syntax::content::ops::TypedInstruction as Op;
use hayro_syntax::object::{Array, Dict, Name, Object, ObjectIdentifier, Stream};
use hayro_syntax::page::{Page, Resources};

use super::super::spent::Spent;
use super::super::worker;
use super::faces::Faces;
use super::pictures::touches;
use super::sheet::{Glyph, Letters, Sheet};
use super::unpack;
use crate::{Area, Error, ErrorKind, Limits};

/// Drawings inside drawings.
const DEEPEST: usize = 24;
const MOST_DRAWINGS: usize = 20_000;
const MOST_SAVED: usize = 512;
const MOST_PICTURES: usize = 1000;
/// Instructions between two looks at the clock.
const BETWEEN_LOOKS: usize = 1024;
/// Pictures smaller than this, in points and in pixels, are no text that could be read.
const LEAST_PICTURE: (f64, f64, u32, u32) = (36.0, 9.0, 60, 16);

/// Reads the pages of one file.
pub(super) struct Drawer<'a> {
    faces: Faces<'a>,
    /// Layers that are off.
    off: HashSet<ObjectIdentifier>,
    limits: Limits,
    since: Spent,
    /// How many bytes of text may still come.
    room: usize,
}

/// The state that `q` saves.
#[derive(Clone)]
struct State {
    place: Affine,
    face: Option<usize>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

impl State {
    /// From the type's own unit to that of the text.
    fn scale(&self) -> Affine {
        Affine::new([self.size * self.stretch, 0.0, 0.0, self.size, 0.0, self.rise])
    }
}

/// One page being read.
struct Drawing<'d, 'a> {
    drawer: &'d mut Drawer<'a>,
    sheet: Sheet,
    drawn: usize,
    done: usize,
    marks: Vec<Mark>,
}

/// A stretch between `BDC` and `EMC`.
struct Mark {
    off: bool,
    /// What the stretch is said to read, and the number of its first glyph and of its first unknown one.
    says: Option<(String, usize, usize)>,
}

impl<'a> Drawer<'a> {
    pub(super) fn new(off: HashSet<ObjectIdentifier>, limits: &Limits) -> Self {
        let since = Spent::now();
        let faces = Faces::new(limits.stream_bytes);
        Self { faces, off, limits: limits.clone(), since, room: limits.text_bytes }
    }

    /// What stands on a page.
    pub(super) fn sheet(&mut self, page: &Page<'a>) -> Result<Sheet, Error> {
        let (width, height) = page.render_dimensions();
        let place = Affine::new(page.initial_transform(true).as_coeffs());
        let content = contents(page, self.limits.stream_bytes)?;
        let sheet = Sheet { width, height, ..Sheet::default() };
        let mut drawing = Drawing { drawer: self, sheet, drawn: 0, done: 0, marks: Vec::new() };
        let state = State {
            place,
            face: None,
            size: 1.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        };
        drawing.follow(&content, page.resources(), state, 0)?;
        Ok(drawing.sheet)
    }
}

/// A page's instructions; a part that cannot be unpacked is left out, as viewers do.
fn contents(page: &Page<'_>, room: usize) -> Result<Vec<u8>, Error> {
    let too_large = || Error::new(ErrorKind::TooLarge, "the PDF unpacks to more than is read");
    let mut all = Vec::new();
    let mut add = |stream: Stream<'_>| match unpack::bounded(&stream, room) {
        Ok(data) => {
            all.extend_from_slice(&data);
            all.push(b'\n');
            if all.len() > room { Err(too_large()) } else { Ok(()) }
        }
        Err(unpack::Failure::NoRoom) => Err(too_large()),
        Err(unpack::Failure::Damaged) => Ok(()),
    };
    match page.raw().get::<Object<'_>>("Contents") {
        Some(Object::Stream(stream)) => add(stream)?,
        Some(Object::Array(parts)) => parts.iter::<Stream<'_>>().try_for_each(add)?,
        _ => {}
    }
    Ok(all)
}

/// The layers that a file turns off.
pub(super) fn layers_off(catalog: &Dict<'_>) -> HashSet<ObjectIdentifier> {
    let mut off = HashSet::new();
    let Some(properties) = catalog.get::<Dict<'_>>("OCProperties") else { return off };
    let Some(config) = properties.get::<Dict<'_>>("D") else { return off };
    let listed = |array: Option<Array<'_>>| -> Vec<ObjectIdentifier> {
        let array = array.into_iter().flat_map(|array| array.raw_iter().collect::<Vec<_>>());
        array.filter_map(|item| item.as_obj_ref().map(Into::into)).collect()
    };
    if config.get::<Name<'_>>("BaseState").is_some_and(|state| state.as_ref() == b"OFF") {
        off.extend(listed(properties.get("OCGs")));
    }
    for on in listed(config.get("ON")) {
        off.remove(&on);
    }
    off.extend(listed(config.get("OFF")));
    off
}

/// The text matrices, which live from `BT` to `ET`.
#[derive(Clone, Copy)]
struct Pen {
    at: Affine,
    line: Affine,
}

impl Pen {
    fn next_line(&mut self, x: f64, y: f64) {
        self.line *= Affine::translate((x, y));
        self.at = self.line;
    }
}

impl<'a> Drawing<'_, 'a> {
    fn follow(
        &mut self,
        content: &[u8],
        resources: &Resources<'a>,
        mut state: State,
        depth: usize,
    ) -> Result<(), Error> {
        let mut saved: Vec<State> = Vec::new();
        let mut pen = Pen { at: Affine::IDENTITY, line: Affine::IDENTITY };
        let marks = self.marks.len();
        let mut operations = TypedIter::new(content);
        while let Some(operation) = operations.next() {
            self.look_at_clock()?;
            match operation {
                Op::SaveState(_) if saved.len() < MOST_SAVED => saved.push(state.clone()),
                Op::RestoreState(_) => state = saved.pop().unwrap_or(state),
                Op::Transform(m) => {
                    state.place *= affine([m.0, m.1, m.2, m.3, m.4, m.5].map(|n| n.as_f64()))
                }
                Op::BeginText(_) => pen = Pen { at: Affine::IDENTITY, line: Affine::IDENTITY },
                Op::CharacterSpacing(n) => state.letter_space = n.0.as_f64(),
                Op::WordSpacing(n) => state.word_space = n.0.as_f64(),
                Op::HorizontalScaling(n) => state.stretch = n.0.as_f64() / 100.0,
                Op::TextLeading(n) => state.leading = n.0.as_f64(),
                Op::TextRise(n) => state.rise = n.0.as_f64(),
                Op::TextFont(font) => {
                    state.size = font.1.as_f64();
                    state.face =
                        resources.get_font(font.0).and_then(|font| self.drawer.faces.get(&font));
                }
                Op::NextLine(n) => pen.next_line(n.0.as_f64(), n.1.as_f64()),
                Op::NextLineAndSetLeading(n) => {
                    state.leading = -n.1.as_f64();
                    pen.next_line(n.0.as_f64(), n.1.as_f64());
                }
                Op::SetTextMatrix(m) => {
                    let at = affine([m.0, m.1, m.2, m.3, m.4, m.5].map(|n| n.as_f64()));
                    pen = Pen { at, line: at };
                }
                Op::NextLineUsingLeading(_) => pen.next_line(0.0, -state.leading),
                Op::ShowText(text) => self.show(text.0.as_bytes(), &state, &mut pen)?,
                Op::NextLineAndShowText(text) => {
                    pen.next_line(0.0, -state.leading);
                    self.show(text.0.as_bytes(), &state, &mut pen)?;
                }
                Op::ShowTextWithParameters(text) => {
                    state.word_space = text.0.as_f64();
                    state.letter_space = text.1.as_f64();
                    pen.next_line(0.0, -state.leading);
                    self.show(text.2.as_bytes(), &state, &mut pen)?;
                }
                Op::ShowTexts(texts) => self.show_all(texts.0, &state, &mut pen)?,
                Op::XObject(name) => self.call(name.0, resources, &state, depth)?,
                Op::InlineImage(image) => self.picture(image.0.dict(), &state),
                Op::BeginMarkedContent(_) => self.mark(None),
                Op::BeginMarkedContentWithProperties(mark) => {
                    let properties = match mark.1 {
                        Object::Dict(dict) => Some((dict.get::<Object<'_>>("ActualText"), None)),
                        Object::Name(name) => {
                            let dict = resources.properties.get::<Dict<'_>>(name);
                            let id = resources.properties.get_ref(name).map(ObjectIdentifier::from);
                            dict.map(|dict| (dict.get::<Object<'_>>("ActualText"), id))
                        }
                        _ => None,
                    };
                    self.mark(properties.map(|(says, id)| (says.and_then(Object::into_string), id)));
                }
                Op::EndMarkedContent(_) if self.marks.len() > marks => self.unmark(),
                Op::FillPathNonZero(_) | Op::FillPathEvenOdd(_) | Op::StrokePath(_) => {
                    self.sheet.marked = true
                }
                _ => {}
            }
        }
        while self.marks.len() > marks {
            self.unmark();
        }
        Ok(())
    }

    fn look_at_clock(&mut self) -> Result<(), Error> {
        self.done += 1;
        if self.done.is_multiple_of(BETWEEN_LOOKS)
            && self.drawer.since.is_more_than(self.drawer.limits.time)
        {
            return Err(worker::too_slow("the PDF", self.drawer.limits.time));
        }
        Ok(())
    }

    fn mark(
        &mut self,
        properties: Option<(Option<hayro_syntax::object::String<'_>>, Option<ObjectIdentifier>)>,
    ) {
        let off = self.is_off();
        let (says, id) = properties.unwrap_or_default();
        let off = off || id.is_some_and(|id| self.drawer.off.contains(&id));
        let says = says
            .map(|says| (super::string(says.as_bytes()), self.sheet.glyphs.len(), self.sheet.unknown));
        self.marks.push(Mark { off, says });
    }

    fn is_off(&self) -> bool {
        self.marks.last().is_some_and(|mark| mark.off)
    }

    /// At the end of a stretch that says what it reads: believed where a glyph in it says nothing itself.
    fn unmark(&mut self) {
        let Some(Mark { says: Some((says, first, unknown)), .. }) = self.marks.pop() else { return };
        let says: String = says.chars().filter(|c| !c.is_control()).collect();
        if says.trim().is_empty() || self.sheet.unknown == unknown {
            return;
        }
        let Some((glyph, others)) = self.sheet.glyphs.get(first..).and_then(<[Glyph]>::split_first)
        else {
            return;
        };
        if others
            .iter()
            .any(|other| other.turn != glyph.turn || (other.base - glyph.base).abs() > glyph.size)
        {
            return;
        }
        let mut whole = glyph.clone();
        whole.right = others.iter().map(|other| other.right).fold(glyph.right, f32::max);
        whole.left = others.iter().map(|other| other.left).fold(glyph.left, f32::min);
        whole.letters = Letters::of(&says);
        self.sheet.glyphs.truncate(first);
        self.sheet.glyphs.push(whole);
        self.sheet.unknown = unknown;
    }

    fn call(
        &mut self,
        name: &Name<'_>,
        resources: &Resources<'a>,
        state: &State,
        depth: usize,
    ) -> Result<(), Error> {
        let Some(called) = resources.get_x_object(name) else { return Ok(()) };
        let dict = called.dict();
        if dict.get_ref("OC").is_some_and(|layer| self.drawer.off.contains(&layer.into())) {
            return Ok(());
        }
        match dict.get::<Name<'_>>("Subtype").as_deref() {
            Some(b"Image") => self.picture(dict, state),
            Some(b"Form") => {
                self.drawn += 1;
                if depth >= DEEPEST || self.drawn > MOST_DRAWINGS {
                    let message = "the PDF has drawings inside drawings without end";
                    return Err(Error::new(ErrorKind::TooDeep, message));
                }
                let mut state = state.clone();
                let matrix = dict.get::<[f64; 6]>("Matrix");
                state.place *= matrix.map_or(Affine::IDENTITY, affine);
                let own = dict.get::<Dict<'a>>("Resources").map(Resources::new);
                match unpack::bounded(&called, self.drawer.limits.stream_bytes) {
                    Ok(content) => {
                        self.follow(&content, own.as_ref().unwrap_or(resources), state, depth + 1)?
                    }
                    Err(unpack::Failure::NoRoom) => {
                        return Err(Error::new(
                            ErrorKind::TooLarge,
                            "the PDF unpacks to more than is read",
                        ));
                    }
                    Err(unpack::Failure::Damaged) => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Notes where a picture lies that may hold text.
    fn picture(&mut self, dict: &Dict<'_>, state: &State) {
        self.sheet.marked = true;
        if self.is_off() {
            return;
        }
        let number = |long: &str, short: &str| {
            dict.get::<u32>(long).or_else(|| dict.get::<u32>(short)).unwrap_or(0)
        };
        let pixels = (number("Width", "W"), number("Height", "H"));
        let area = state.place.transform_rect_bbox(Rect::new(0.0, 0.0, 1.0, 1.0));
        let page = Rect::new(0.0, 0.0, f64::from(self.sheet.width), f64::from(self.sheet.height));
        let seen = area.intersect(page);
        let (width, height) = (seen.width(), seen.height());
        let (long, short) = (width.max(height), width.min(height));
        let small = long < LEAST_PICTURE.0 || short < LEAST_PICTURE.1;
        let coarse =
            pixels.0.max(pixels.1) < LEAST_PICTURE.2 || pixels.0.min(pixels.1) < LEAST_PICTURE.3;
        if small || coarse || !(width * height).is_finite() {
            return;
        }
        let share = Area {
            left: (seen.x0 / page.x1) as f32,
            top: (seen.y0 / page.y1) as f32,
            width: (width / page.x1) as f32,
            height: (height / page.y1) as f32,
        };
        // Scans come in strips: what touches belongs together.
        let pictures = &mut self.sheet.pictures;
        if let Some(last) = pictures.last_mut().filter(|last| touches(last, &share)) {
            *last = last.with(share);
        } else if pictures.len() < MOST_PICTURES {
            pictures.push(share);
        }
    }

    fn show_all(&mut self, texts: &Array<'_>, state: &State, pen: &mut Pen) -> Result<(), Error> {
        let upright = state
            .face
            .and_then(|face| self.drawer.faces.face(face))
            .is_some_and(|face| face.is_vertical);
        for text in texts.iter::<Object<'_>>() {
            match text {
                Object::String(text) => self.show(text.as_bytes(), state, pen)?,
                Object::Number(back) => {
                    let by = -back.as_f64() / 1000.0 * state.size;
                    pen.at *=
                        Affine::translate(if upright { (0.0, by) } else { (by * state.stretch, 0.0) });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn show(&mut self, bytes: &[u8], state: &State, pen: &mut Pen) -> Result<(), Error> {
        let off = self.is_off();
        let Some(face) = state.face.and_then(|face| self.drawer.faces.face_mut(face)) else {
            return Ok(());
        };
        self.sheet.marked = true;
        let is_vertical = face.is_vertical;
        let mut at = 0;
        while at < bytes.len() {
            let (code, length) = face.font.read_code(bytes, at);
            at += length.max(1);
            let (advance, letters) = face.glyph(code);
            if !off {
                match letters {
                    Some(letters) => {
                        let bytes = match letters {
                            Letters::One(one) => one.len_utf8(),
                            Letters::More(more) => more.len(),
                        };
                        self.drawer.room = self.drawer.room.checked_sub(bytes).ok_or_else(|| {
                            Error::new(ErrorKind::TooLarge, "the PDF has more text than is read")
                        })?;
                        self.sheet.put(
                            letters,
                            advance,
                            is_vertical,
                            state.place * pen.at * state.scale(),
                        );
                    }
                    None => self.sheet.unknown += 1,
                }
            }
            let space =
                state.letter_space + if code == 32 && length == 1 { state.word_space } else { 0.0 };
            let by = if is_vertical {
                (0.0, advance / 1000.0 * state.size + space)
            } else {
                ((advance / 1000.0 * state.size + space) * state.stretch, 0.0)
            };
            pen.at *= Affine::translate(by);
        }
        Ok(())
    }
}

fn affine(numbers: [f64; 6]) -> Affine {
    Affine::new(numbers)
}
