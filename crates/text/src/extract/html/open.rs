//! The elements that are open while a page is read, ended as browsers end them: by their end tags, by
//! those of what they stand in, and by start tags that may not stand inside them. It keeps no tree and is
//! never more than [`DEEPEST`] deep. What the elements mean for the text is decided in [`super::blocks`].

use std::collections::HashMap;

use super::names::{
    BLOCKS, BREAKOUT, FORMATTING, HEADINGS, IN_PARAGRAPHS, INTEGRATION, METADATA, MOST_REOPENED, ROWS,
    SCOPE, TABLE, TABLE_ONLY, TABLE_PARTS,
};
use super::style::{Says, Style};

/// Beyond this browsers nest nothing either.
const DEEPEST: usize = 512;

/// Why text that stands here is not seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Not shown, whatever is inside.
    pub(super) gone: bool,
    invisible: bool,
    tiny: bool,
}

impl State {
    pub(super) fn unseen(self) -> bool {
        self.gone || self.invisible || self.tiny
    }

    fn inside(self, own: &Own) -> Self {
        let inherit = |says: Option<Says>, before: bool| match says {
            Some(Says::Hides) => true,
            Some(Says::Shows) => false,
            Some(Says::Inherits) | None => before,
        };
        Self {
            gone: self.gone || own.gone,
            invisible: inherit(own.style.visibility(), self.invisible),
            tiny: inherit(own.style.font(), self.tiny),
        }
    }
}

/// What an element itself says of being seen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Own {
    pub(super) gone: bool,
    pub(super) style: Style,
    /// Its place among the page's [nodes](super::tree::Node), if it holds blocks.
    pub(super) node: Option<usize>,
}

impl Own {
    pub(super) fn invisible(&self) -> bool {
        self.style.visibility() == Some(Says::Hides)
    }
}

/// An open element.
pub(super) struct Element {
    pub(super) name: String,
    own: Own,
    pub(super) state: State,
}

/// The open elements, the innermost last.
#[derive(Default)]
pub(super) struct Open {
    stack: Vec<Element>,
    counts: HashMap<String, usize>,
    /// Whether the head is past.
    body: bool,
}

impl Open {
    pub(super) fn has(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.counts.get(*name).is_some_and(|&count| count > 0))
    }

    /// The innermost node that is open, or the page itself.
    pub(super) fn node(&self) -> usize {
        self.stack.iter().rev().find_map(|element| element.own.node).unwrap_or(0)
    }

    /// How many elements of this name are open.
    pub(super) fn count(&self, name: &str) -> usize {
        self.counts.get(name).copied().unwrap_or_default()
    }

    fn top(&self) -> &str {
        self.stack.last().map_or("", |element| element.name.as_str())
    }

    /// The place of the innermost of `names` that no `stop` stands in front of.
    fn nearest(&self, names: &[&str], stops: &[&str]) -> Option<usize> {
        if !self.has(names) {
            return None;
        }
        for (at, element) in self.stack.iter().enumerate().rev() {
            let name = element.name.as_str();
            if names.contains(&name) {
                return Some(at);
            }
            if stops.contains(&name) {
                return None;
            }
        }
        None
    }

    /// Whether text that comes now would stand in the page's head itself.
    pub(super) fn in_head(&self) -> bool {
        !self.body && matches!(self.top(), "head" | "noscript")
    }

    /// Whether a tag that comes now stands in a drawing or a formula.
    pub(super) fn foreign(&self) -> bool {
        self.nearest(&["svg", "math"], INTEGRATION).is_some()
    }

    /// How an element of this name would be seen, or text with the name `""`.
    pub(super) fn state(&self, name: &str) -> State {
        let mut inside = self.stack.len();
        if TABLE_ONLY.contains(&self.top()) && !TABLE_PARTS.contains(&name) {
            inside = self.nearest(&["table"], &[]).unwrap_or(inside);
        }
        inside.checked_sub(1).and_then(|at| self.stack.get(at)).map(|e| e.state).unwrap_or_default()
    }

    /// Ends what a start tag of this name ends; text that is not blank has the name `""`.
    pub(super) fn make_room(&mut self, name: &str) -> Vec<Element> {
        let mut ended = self.end_head(name);
        if self.stack.is_empty() {
            return ended;
        }
        if (BLOCKS.contains(&name) || BREAKOUT.contains(&name))
            && let Some(at) = self.nearest(&["svg", "math"], INTEGRATION)
        {
            ended.extend(self.close(at));
        }
        let place = match name {
            "li" => self.item(&["li"]),
            "dd" | "dt" => self.item(&["dd", "dt"]),
            "a" | "nobr" => {
                ended.extend(self.end_formatting(name));
                None
            }
            "button" => self.nearest(&["button"], SCOPE),
            "option" | "optgroup" if self.top() == "option" => self.stack.len().checked_sub(1),
            "td" | "th" => self.nearest(&["td", "th"], TABLE),
            "tr" => self.nearest(&["tr"], TABLE),
            _ if ROWS.contains(&name) => self.nearest(ROWS, TABLE),
            _ => None,
        };
        if let Some(at) = place {
            ended.extend(self.close(at));
        }
        if name == "optgroup" && self.top() == "optgroup" {
            ended.extend(self.close(self.stack.len().saturating_sub(1)));
        }
        if BLOCKS.contains(&name)
            && !IN_PARAGRAPHS.contains(&name)
            && let Some(at) = self.paragraph()
        {
            ended.extend(self.close(at));
        }
        if HEADINGS.contains(&name) && HEADINGS.contains(&self.top()) {
            ended.extend(self.close(self.stack.len().saturating_sub(1)));
        }
        ended
    }

    /// Anything that may not stand in the head ends it.
    fn end_head(&mut self, name: &str) -> Vec<Element> {
        if self.body || METADATA.contains(&name) {
            return Vec::new();
        }
        match self.nearest(&["head"], &["script", "style", "template", "title", "noframes"]) {
            Some(at) => {
                self.body = true;
                self.close(at)
            }
            // Within a template of the head, say.
            None => {
                self.body = !self.has(&["head"]);
                Vec::new()
            }
        }
    }

    fn paragraph(&self) -> Option<usize> {
        let at = self.nearest(&["p"], SCOPE)?;
        (self.nearest(&["button"], SCOPE).is_none_or(|button| button < at)).then_some(at)
    }

    /// The open item that a new one of the same list ends.
    fn item(&self, names: &[&str]) -> Option<usize> {
        if !self.has(names) {
            return None;
        }
        for (at, element) in self.stack.iter().enumerate().rev() {
            let name = element.name.as_str();
            if names.contains(&name) {
                return Some(at);
            }
            if is_special(name) && !["address", "div", "p"].contains(&name) {
                return None;
            }
        }
        None
    }

    /// Opens an element, unless one of this name may not stand here; says how it is seen.
    pub(super) fn push(&mut self, name: String, own: Own) -> Option<State> {
        let out_of_place = match name.as_str() {
            "html" | "body" => true,
            "head" => self.body || self.has(&["head"]),
            "td" | "th" | "tr" | "tbody" | "thead" | "tfoot" | "caption" => !self.has(&["table"]),
            _ => false,
        };
        if out_of_place {
            return None;
        }
        if self.stack.len() >= DEEPEST
            && let Some(last) = self.stack.pop()
        {
            self.uncount(&last.name);
        }
        let state = self.state(&name).inside(&own);
        *self.counts.entry(name.clone()).or_insert(0) += 1;
        self.stack.push(Element { name, own, state });
        Some(state)
    }

    fn uncount(&mut self, name: &str) {
        if let Some(count) = self.counts.get_mut(name) {
            *count = count.saturating_sub(1);
        }
    }

    /// Ends the element at a place and what is in it; gives what ended, the innermost first.
    fn close(&mut self, at: usize) -> Vec<Element> {
        let open = self.stack.split_off(at.min(self.stack.len()));
        for element in &open {
            self.uncount(&element.name);
        }
        let barrier = open.iter().position(|element| SCOPE.contains(&element.name.as_str()));
        let mut ended = Vec::with_capacity(open.len());
        let mut reopened = [0; FORMATTING.len()];
        for (number, element) in open.into_iter().enumerate() {
            let kind = FORMATTING.iter().position(|name| *name == element.name);
            let few = kind.and_then(|kind| reopened.get_mut(kind)).is_some_and(|count| {
                *count += 1;
                *count <= MOST_REOPENED
            });
            let again = number > 0 && few;
            if again && barrier.is_none_or(|barrier| number < barrier) {
                self.push(element.name, element.own);
            } else {
                ended.push(element);
            }
        }
        ended.reverse();
        ended
    }

    /// What an end tag ends.
    pub(super) fn end(&mut self, name: &str) -> Vec<Element> {
        let place = match name {
            "html" | "body" => None,
            "head" => {
                let place = self.nearest(&["head"], &["template"]);
                self.body = self.body || place.is_some();
                place
            }
            "p" => self.paragraph(),
            "li" => {
                let at = self.nearest(&["li"], SCOPE);
                at.filter(|&at| self.nearest(&["ul", "ol"], SCOPE).is_none_or(|list| list < at))
            }
            _ if HEADINGS.contains(&name) => self.nearest(HEADINGS, SCOPE),
            _ if FORMATTING.contains(&name) => return self.end_formatting(name),
            "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th" | "caption" => {
                self.nearest(&[name], TABLE)
            }
            "template" => self.nearest(&["template"], &[]),
            _ if is_special(name) || name == "svg" || name == "math" => self.nearest(&[name], SCOPE),
            _ => self.inline(name),
        };
        place.map(|at| self.close(at)).unwrap_or_default()
    }

    fn inline(&self, name: &str) -> Option<usize> {
        if !self.has(&[name]) {
            return None;
        }
        for (at, element) in self.stack.iter().enumerate().rev() {
            if element.name == name {
                return Some(at);
            }
            if is_special(&element.name) {
                return None;
            }
        }
        None
    }

    /// The end of a formatting element leaves the blocks in it open.
    fn end_formatting(&mut self, name: &str) -> Vec<Element> {
        let Some(at) = self.nearest(&[name], SCOPE) else { return Vec::new() };
        let above = self.stack.get(at + 1..).unwrap_or_default();
        if !above.iter().any(|element| is_special(&element.name)) {
            return self.close(at);
        }
        let mut open = self.stack.split_off(at).into_iter();
        let ended: Vec<Element> = open.next().into_iter().collect();
        self.uncount(name);
        for element in open {
            self.uncount(&element.name);
            self.push(element.name, element.own);
        }
        ended
    }
}

/// Elements that an inline end tag does not reach out of.
fn is_special(name: &str) -> bool {
    BLOCKS.contains(&name) || SCOPE.contains(&name) || matches!(name, "button" | "select" | "noscript")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(names: &[&str]) -> Open {
        let mut open = Open::default();
        for name in names {
            open.make_room(name);
            open.push((*name).to_owned(), Own { gone: *name == "b", ..Own::default() });
        }
        open
    }

    fn names(open: &Open) -> Vec<&str> {
        open.stack.iter().map(|element| element.name.as_str()).collect()
    }

    #[test]
    fn start_tags_end_what_may_not_hold_them() {
        assert_eq!(names(&open(&["p", "span", "p"])), ["p"]);
        assert_eq!(names(&open(&["p", "b", "p"])), ["b", "p"]);
        assert_eq!(names(&open(&["ul", "li", "p", "li"])), ["ul", "li"]);
        assert_eq!(names(&open(&["ul", "li", "ul", "li"])), ["ul", "li", "ul", "li"]);
        assert_eq!(names(&open(&["table", "tr", "td", "p", "td"])), ["table", "tr", "td"]);
        assert_eq!(
            names(&open(&["table", "tr", "td", "table", "tr"])),
            ["table", "tr", "td", "table", "tr"]
        );
        assert_eq!(names(&open(&["td"])), [""; 0]);
        assert_eq!(names(&open(&["p", "button", "p"])), ["p", "button", "p"]);
        assert_eq!(names(&open(&["select", "option", "option"])), ["select", "option"]);
        assert_eq!(names(&open(&["h1", "h2"])), ["h2"]);
        assert_eq!(names(&open(&["svg", "g", "p"])), ["p"]);
        assert_eq!(names(&open(&["svg", "foreignobject", "p"])), ["svg", "foreignobject", "p"]);
        assert_eq!(names(&open(&["head", "meta", "p", "head"])), ["p"]);
        assert_eq!(names(&open(&["a", "b", "a"])), ["b", "a"]);
    }

    #[test]
    fn end_tags_end_what_is_inside() {
        let mut stack = open(&["div", "p", "span"]);
        assert_eq!(stack.end("div").len(), 3);
        let mut stack = open(&["div", "b", "p"]);
        stack.end("b");
        assert_eq!(names(&stack), ["div", "p"]);
        assert!(!stack.state("").gone);
        let mut stack = open(&["p", "table", "tr", "td"]);
        stack.end("p");
        assert_eq!(names(&stack), ["table", "tr", "td"]);
        let mut stack = open(&["span", "div"]);
        stack.end("span");
        assert_eq!(names(&stack), ["span", "div"]);
    }

    #[test]
    fn nothing_goes_deeper_than_browsers_go() {
        let stack = open(&["div"; 2000]);
        assert_eq!((stack.stack.len(), stack.counts.get("div")), (DEEPEST, Some(&DEEPEST)));
    }
}
