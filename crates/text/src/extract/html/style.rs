//! What the declarations of a `style` attribute or of a rule say about an element being seen. It lays nothing out.

/// What one property says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// The element is not seen.
    Hides,
    /// It is seen.
    Shows,
    /// It is seen if what it stands in is.
    Inherits,
}

/// A value, and whether it is `!important`.
type Value = Option<(Says, bool)>;

/// The declarations that decide whether an element is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    display: Value,
    visibility: Value,
    opacity: Value,
    font: Value,
}

impl Style {
    /// Reads the content of a `style` attribute or of a rule's braces.
    pub(super) fn parse(css: &str) -> Self {
        let mut style = Self::default();
        if css.is_empty() {
            return style;
        }
        let css = without_comments(css);
        let mut rest = css.as_str();
        while !rest.is_empty() {
            let end = until(rest, b";");
            style.declare(rest.get(..end).unwrap_or_default());
            rest = rest.get(end + 1..).unwrap_or_default();
        }
        style
    }

    fn declare(&mut self, declaration: &str) {
        let Some((name, value)) = declaration.split_once(':') else { return };
        let value = unescape(value).trim().to_lowercase();
        let (value, important) = match value.rsplit_once('!') {
            Some((value, word)) if word.trim() == "important" => (value.trim_end(), true),
            _ => (value.as_str(), false),
        };
        let (place, says) = match unescape(name).trim().to_lowercase().as_str() {
            "display" => (&mut self.display, display(value)),
            "visibility" => (&mut self.visibility, visibility(value)),
            "opacity" => (&mut self.opacity, opacity(value)),
            "font-size" => (&mut self.font, font_size(value)),
            "font" => (&mut self.font, font(value)),
            _ => return,
        };
        if let Some(says) = says {
            put(place, Some((says, important)));
        }
    }

    /// `later` on top of this: it wins, except over what is important when it is not.
    pub(super) fn and(mut self, later: Self) -> Self {
        put(&mut self.display, later.display);
        put(&mut self.visibility, later.visibility);
        put(&mut self.opacity, later.opacity);
        put(&mut self.font, later.font);
        self
    }

    /// Whether the element and everything in it is not shown; `hidden` if it has the attribute.
    pub(super) fn gone(&self, hidden: bool) -> bool {
        self.opacity().is_some_and(|says| says == Says::Hides)
            || self.display.map_or(hidden, |(says, _)| says == Says::Hides)
    }

    fn opacity(&self) -> Option<Says> {
        self.opacity.map(|(says, _)| says)
    }

    /// What it says of `visibility`, which elements inside may undo.
    pub(super) fn visibility(&self) -> Option<Says> {
        self.visibility.map(|(says, _)| says)
    }

    /// What it says of the size of the type, which elements inside may undo.
    pub(super) fn font(&self) -> Option<Says> {
        self.font.map(|(says, _)| says)
    }

    /// Without what a sheet says only until a script shows it: mostly what is transparent or tiny there.
    pub(super) fn placed(self) -> Self {
        Self { opacity: None, font: None, ..self }
    }

    pub(super) fn hides(&self) -> bool {
        let hides = |value: Value| value.is_some_and(|(says, _)| says == Says::Hides);
        hides(self.display) || hides(self.visibility)
    }

    pub(super) fn shows(&self) -> bool {
        let shows = |value: Value| value.is_some_and(|(says, _)| says != Says::Hides);
        shows(self.display) || shows(self.visibility)
    }
}

fn put(place: &mut Value, later: Value) {
    let kept = matches!((&*place, later), (Some((_, true)), Some((_, false))));
    if later.is_some() && !kept {
        *place = later;
    }
}

fn display(value: &str) -> Option<Says> {
    let first = value.split_ascii_whitespace().next()?;
    match first {
        "none" => Some(Says::Hides),
        "block" | "flow" | "flow-root" | "flex" | "grid" | "contents" | "list-item" | "run-in"
        | "initial" | "inherit" | "unset" | "revert" | "revert-layer" => Some(Says::Shows),
        _ if ["inline", "table", "ruby", "-webkit-", "math"]
            .iter()
            .any(|kind| first.starts_with(kind)) =>
        {
            Some(Says::Shows)
        }
        _ => None,
    }
}

fn visibility(value: &str) -> Option<Says> {
    match value {
        "hidden" | "collapse" => Some(Says::Hides),
        "visible" | "initial" => Some(Says::Shows),
        "inherit" | "unset" | "revert" | "revert-layer" => Some(Says::Inherits),
        _ => None,
    }
}

fn opacity(value: &str) -> Option<Says> {
    let number: f64 = value.trim_end_matches('%').parse().ok()?;
    Some(if number <= 0.0 { Says::Hides } else { Says::Shows })
}

fn font_size(value: &str) -> Option<Says> {
    let digits = value.find(|c: char| !(c.is_ascii_digit() || "+-.".contains(c))).unwrap_or(value.len());
    let (number, unit) = value.split_at_checked(digits)?;
    match (number.parse::<f64>(), unit) {
        (Ok(0.0), _) => Some(Says::Hides),
        (Ok(number), _) if number < 0.0 => None,
        (Ok(_), "em" | "%" | "ex" | "ch" | "lh") => Some(Says::Inherits),
        (Ok(_), "") => None,
        (Ok(_), _) => Some(Says::Shows),
        (Err(_), "larger" | "smaller" | "inherit" | "unset") => Some(Says::Inherits),
        (Err(_), _) => Some(Says::Shows),
    }
}

/// The shorthand: a size of nothing among its words.
fn font(value: &str) -> Option<Says> {
    let sizes = value.split_ascii_whitespace().map(|word| word.split('/').next().unwrap_or(word));
    let nothing = |word: &str| word.starts_with(['0', '.']) && font_size(word) == Some(Says::Hides);
    Some(if sizes.into_iter().any(nothing) { Says::Hides } else { Says::Shows })
}

/// How far it is to the first of `stops` outside of quotation marks and parentheses.
pub(super) fn until(css: &str, stops: &[u8]) -> usize {
    let (mut quote, mut depth, mut escaped) = (None, 0usize, false);
    for (at, byte) in css.bytes().enumerate() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (quote, byte) {
            (_, b'\\') => escaped = true,
            (Some(open), _) if byte == open || byte == b'\n' => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') => depth = depth.saturating_sub(1),
            (None, _) if depth == 0 && stops.contains(&byte) => return at,
            (None, _) => {}
        }
    }
    css.len()
}

pub(super) fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        out.push(' ');
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

/// `\64 isplay` is `display`.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let digits = after.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        let (code, tail) = after.split_at_checked(digits).unwrap_or((after, ""));
        match u32::from_str_radix(code, 16).ok().and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                rest = tail.strip_prefix(|c: char| c.is_ascii_whitespace()).unwrap_or(tail);
            }
            None => rest = after,
        }
        if digits == 0
            && let Some(c) = after.chars().next()
        {
            out.push(c);
            rest = after.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_declaration_counts() {
        let gone = |css: &str| Style::parse(css).gone(false);
        for css in [
            "display:none",
            "DISPLAY : NONE !important",
            "display:/**/none",
            "d\\69splay:none",
            "opacity:0",
            "opacity: 0.0",
            "display:none;display:bogus",
            "display:none!important;display:block",
            "color:red;display:none",
        ] {
            assert!(gone(css), "{css}");
        }
        for css in [
            "",
            "display:none;display:block",
            "--x:display:none",
            "background:url(a;display:none;b)",
            "content:';display:none;'",
            "opacity:.5",
            "display:nonesuch",
            "/*display:none*/",
            "xdisplay:none",
        ] {
            assert!(!gone(css), "{css}");
        }
        assert!(Style::default().gone(true));
        assert!(!Style::parse("display:block").gone(true));
    }

    #[test]
    fn what_is_inherited() {
        let font = |css: &str| Style::parse(css).font();
        assert_eq!(font("font-size:0"), Some(Says::Hides));
        assert_eq!(font("font-size:0.0em"), Some(Says::Hides));
        assert_eq!(font("font:0/0 a"), Some(Says::Hides));
        assert_eq!(font("font:12px/0 serif"), Some(Says::Shows));
        assert_eq!(font("font-size:0;font-size:2em"), Some(Says::Inherits));
        assert_eq!(font("font-size:12px"), Some(Says::Shows));
        assert_eq!(font("font-size:7"), None);
        let visibility = |css: &str| Style::parse(css).visibility();
        assert_eq!(visibility("visibility:hidden"), Some(Says::Hides));
        assert_eq!(visibility("visibility:collapse"), Some(Says::Hides));
        assert_eq!(visibility("visibility:hidden;visibility:visible"), Some(Says::Shows));
    }
}
