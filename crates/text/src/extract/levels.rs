//! The levels of a mail's body: what its writer wrote, what is quoted from the mail that it answers, what
//! that one quotes, and so on. Each level becomes a text of its own, so that a letter quoted in a reply is
//! seen as that letter, and a reply between its paragraphs does not stand in it.
//!
//! A level is told by marks (`>`), by block quotations of HTML, by the lines that mail programs write before
//! what they quote without marks (`-----Original Message-----`, a block of `From:`, `Sent:`, `To:`, `Subject:`, `On … wrote:`).
//! Those lines belong to the level that quotes. What a writer marks in no such way is not told apart.

mod heads;

use super::Text;
use super::paragraphs::MOST_PLACES;
use crate::{Place, Places};

/// What lies deeper counts as this level.
const MOST_LEVELS: usize = 8;
/// A line that is at least so long may have been broken by a mail program.
const LONG: usize = 60;

/// One line of a body.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    /// How many marks or block quotations it stands in.
    pub(super) depth: usize,
    pub(super) text: &'a str,
    /// Its number from 1, and where its text begins in the body.
    pub(super) place: Option<(u32, usize)>,
    /// The next line of its level goes on without a line end.
    pub(super) flows: bool,
}

/// How a plain body is written (RFC 3676).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flow {
    /// `format=flowed`: a line that ends with a space goes on in the next.
    pub(super) flowed: bool,
    /// `DelSp=yes`: that space is no part of the text.
    pub(super) delete: bool,
}

/// The lines of a plain body, their marks taken away. `spans` are the lines in `body`.
pub(super) fn marked<'a>(
    body: &'a str,
    spans: impl Iterator<Item = std::ops::Range<usize>>,
    flow: Flow,
) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::new();
    for (number, span) in spans.enumerate() {
        let raw = body.get(span.clone()).unwrap_or_default();
        let (depth, mut text) = if flow.flowed { unstuffed(raw) } else { unmarked(raw) };
        let start = span.end - text.len();
        let flows = flow.flowed && text.ends_with(' ') && text != "-- ";
        if flows && flow.delete {
            text = text.strip_suffix(' ').unwrap_or(text);
        }
        let number = u32::try_from(number).unwrap_or(u32::MAX).saturating_add(1);
        lines.push(Line { depth, text, place: Some((number, start)), flows });
    }
    if !flow.flowed {
        mend(&mut lines);
    }
    lines
}

/// A reply marks each line that it quotes with `>`; programs differ in the spaces between marks.
fn unmarked(line: &str) -> (usize, &str) {
    let (mut rest, mut depth) = (line, 0);
    while let Some(inside) = rest.strip_prefix('>') {
        rest = inside.strip_prefix(' ').unwrap_or(inside);
        depth += 1;
    }
    (depth, rest)
}

/// The same in flowed text, where no space stands between marks and one behind them is no part of the text.
fn unstuffed(line: &str) -> (usize, &str) {
    let rest = line.trim_start_matches('>');
    (line.len() - rest.len(), rest.strip_prefix(' ').unwrap_or(rest))
}

/// Gives the end of a quoted line back its mark, where a program broke the line and marked only its first half.
fn mend(lines: &mut [Line<'_>]) {
    for at in 1..lines.len().saturating_sub(1) {
        let (Some(before), Some(line), Some(next)) =
            (lines.get(at - 1), lines.get(at), lines.get(at + 1))
        else {
            continue;
        };
        let between = before.depth > 0 && before.depth == next.depth && line.depth == 0;
        let cut = before.text.len() >= LONG
            && line.text.len() < before.text.len()
            && !before.text.trim_end().ends_with(['.', '?', '!', ':']);
        if between && cut && !line.text.trim().is_empty() && !next.text.trim().is_empty() {
            let depth = before.depth;
            if let Some(line) = lines.get_mut(at) {
                line.depth = depth;
            }
        }
    }
}

/// The texts of the levels that have one, the outermost first, with their numbers.
pub(super) fn cut(lines: &[Line<'_>]) -> Vec<(usize, Text)> {
    let shifts = heads::levels(lines);
    let mut levels: Vec<Level> = Vec::new();
    for (at, (line, level)) in lines.iter().zip(shifts).enumerate() {
        if line.text.trim().is_empty() {
            continue;
        }
        let level = level.min(MOST_LEVELS);
        while levels.len() <= level {
            levels.push(Level::default());
        }
        if let Some(level) = levels.get_mut(level) {
            level.push(at, line);
        }
    }
    let texts = levels.into_iter().enumerate().filter(|(_, level)| !level.text.trim().is_empty());
    texts.map(|(number, level)| (number, level.finish())).collect()
}

/// The text of one level that is being written.
#[derive(Default)]
struct Level {
    text: String,
    places: Places,
    /// The line that was written last, and whether it flows.
    last: usize,
    flows: bool,
}

impl Level {
    fn push(&mut self, at: usize, line: &Line<'_>) {
        if !self.text.is_empty() && self.last + 1 != at {
            self.text.push_str("\n\n");
        } else if !self.text.is_empty() && !self.flows {
            self.text.push('\n');
        }
        let start = self.text.len();
        self.text.push_str(line.text);
        if let Some((number, from)) = line.place.filter(|_| self.places.iter().len() < MOST_PLACES) {
            let bytes = from..from + line.text.len();
            self.places.push(start..self.text.len(), Place::Line { line: number, bytes });
        }
        (self.last, self.flows) = (at, line.flows);
    }

    fn finish(self) -> Text {
        Text { text: self.text, places: self.places, ..Text::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(body: &str) -> Vec<std::ops::Range<usize>> {
        let mut at = 0;
        let ranges = body.split('\n').map(|line| {
            let range = at..at + line.len();
            at = range.end + 1;
            range
        });
        ranges.collect()
    }

    fn levels_of(body: &str, flow: Flow) -> Vec<(usize, String)> {
        let lines = marked(body, spans(body).into_iter(), flow);
        cut(&lines).into_iter().map(|(level, text)| (level, text.text)).collect()
    }

    fn own(levels: &[(usize, &str)]) -> Vec<(usize, String)> {
        levels.iter().map(|(level, text)| (*level, (*text).to_owned())).collect()
    }

    fn plain(body: &str) -> Vec<(usize, String)> {
        levels_of(body, Flow::default())
    }

    #[test]
    fn marks_tell_the_levels() {
        assert_eq!(
            plain("See:\n\n> a\n> > b\n>\n>c > d\n"),
            own(&[(0, "See:"), (1, "a\n\nc > d"), (2, "b")])
        );
        let deep = format!("{} x", ">".repeat(1000));
        assert_eq!(plain(&deep), own(&[(8, "x")]));
    }

    #[test]
    fn a_reply_between_the_paragraphs_stands_in_none_of_them() {
        let body = "On 6 January 2026 the desk wrote:\n> We respect your\n> decision.\n\nWe do not.\n\n> It is final.\n";
        assert_eq!(
            plain(body),
            own(&[
                (0, "On 6 January 2026 the desk wrote:\n\nWe do not."),
                (1, "We respect your\ndecision.\n\nIt is final.")
            ])
        );
    }

    #[test]
    fn lines_that_a_program_broke_are_mended() {
        let body = "> We respect your sovereign decision ordering the departure of all of our\ncontingent\n> from the country.\n";
        assert_eq!(
            plain(body),
            own(&[(
                1,
                "We respect your sovereign decision ordering the departure of all of our\ncontingent\nfrom the country."
            )])
        );
        let reply =
            "> Do you respect our sovereign decision ordering the departure of all?\nNo.\n> And now?\n";
        assert_eq!(plain(reply).first().unwrap().1, "No.");
    }

    #[test]
    fn flowed_lines_are_joined() {
        let flow = |delete| Flow { flowed: true, delete };
        let body = "See \nhere.\n>> We respect \n>> your decision.\n> so.\n From here.\n-- \nThe desk";
        assert_eq!(
            levels_of(body, flow(false)),
            own(&[
                (0, "See here.\n\nFrom here.\n-- \nThe desk"),
                (1, "so."),
                (2, "We respect your decision.")
            ])
        );
        assert_eq!(levels_of("> sover \n> eign", flow(true)), own(&[(1, "sovereign")]));
    }

    #[test]
    fn places_are_the_lines_of_the_body() {
        let body = "a\n>  b\n> c";
        let lines = marked(body, spans(body).into_iter(), Flow::default());
        let levels = cut(&lines);
        let quoted = &levels[1].1;
        assert_eq!(quoted.text, " b\nc");
        assert_eq!(
            quoted.places.of(&(1..4)),
            [Place::Line { line: 2, bytes: 5..6 }, Place::Line { line: 3, bytes: 9..10 }]
        );
        assert_eq!(&body[5..6], "b");
    }
}
