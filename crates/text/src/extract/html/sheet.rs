//! The simplest rules of a page's `<style>` elements (`.class`, `#id`, `tag` and lists of them, outside of `@` blocks)
//! as far as they set `display` or `visibility`.

use std::collections::{HashMap, HashSet};

use super::style::{Style, until, without_comments};

/// The rules of a page's `<style>` elements, by `.class`, `#id` or `tag`.
#[derive(Default)]
pub(super) struct Sheet {
    /// Each with the place of its last rule.
    rules: HashMap<String, (usize, Style)>,
    /// What some longer selector shows: whether it is hidden cannot be told here, so it is read.
    doubtful: HashSet<String>,
}

impl Sheet {
    /// Adds the rules of one `<style>` element.
    pub(super) fn add(&mut self, css: &str) {
        let css = without_comments(css);
        let mut rest = css.as_str();
        loop {
            rest = rest.trim_start().trim_start_matches("<!--").trim_start_matches("-->").trim_start();
            let end = until(rest, b"{;}");
            let Some(&stop) = rest.as_bytes().get(end) else { return };
            let head = rest.get(..end).unwrap_or_default();
            rest = rest.get(end + 1..).unwrap_or_default();
            if stop != b'{' {
                continue;
            }
            let length = block(rest);
            let body = rest.get(..length).unwrap_or_default();
            rest = rest.get(length + 1..).unwrap_or_default();
            if !head.starts_with('@') {
                self.rule(head, &Style::parse(body));
            }
        }
    }

    fn rule(&mut self, selectors: &str, style: &Style) {
        if !style.hides() && !style.shows() {
            return;
        }
        let style = style.placed();
        for selector in selectors.split(',').map(str::trim) {
            if is_simple(selector) {
                let order = self.rules.len();
                let rule = self.rules.entry(key(selector)).or_default();
                *rule = (order, rule.1.and(style));
            } else if style.shows() {
                let last = selector.rsplit([' ', '>', '+', '~']).next().unwrap_or_default();
                let mut starts: Vec<usize> =
                    last.match_indices(['.', '#', ':', '[']).map(|(at, _)| at).collect();
                starts.extend([0, last.len()]);
                starts.sort_unstable();
                for piece in starts.windows(2) {
                    if let [from, to] = piece
                        && let Some(name) = last.get(*from..*to).filter(|name| is_simple(name))
                    {
                        self.doubtful.insert(key(name));
                    }
                }
            }
        }
    }

    /// What the sheet says of an element with these classes and this id.
    pub(super) fn style(&self, name: &str, classes: Option<&str>, id: Option<&str>) -> Style {
        if self.rules.is_empty() {
            return Style::default();
        }
        let find = |key: String| self.rules.get(&key).filter(|_| !self.doubtful.contains(&key));
        let mut style = find(name.to_owned()).map(|(_, style)| *style).unwrap_or_default();
        let mut of_classes: Vec<&(usize, Style)> = classes
            .unwrap_or_default()
            .split_ascii_whitespace()
            .filter_map(|class| find(format!(".{class}")))
            .collect();
        of_classes.sort_by_key(|(order, _)| *order);
        for (_, of_class) in of_classes {
            style = style.and(*of_class);
        }
        match id.and_then(|id| find(format!("#{id}"))) {
            Some((_, of_id)) => style.and(*of_id),
            None => style,
        }
    }
}

fn is_simple(selector: &str) -> bool {
    let name = selector.strip_prefix(['.', '#']).unwrap_or(selector);
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
}

fn key(selector: &str) -> String {
    if selector.starts_with(['.', '#']) { selector.to_owned() } else { selector.to_ascii_lowercase() }
}

/// How far it is to the brace that closes the block whose content `css` starts with.
fn block(css: &str) -> usize {
    let (mut at, mut depth) = (0, 0usize);
    while let Some(rest) = css.get(at..).filter(|rest| !rest.is_empty()) {
        let stop = at + until(rest, b"{}");
        match css.as_bytes().get(stop) {
            Some(b'{') => depth += 1,
            Some(_) if depth == 0 => return stop,
            Some(_) => depth -= 1,
            None => break,
        }
        at = stop + 1;
    }
    css.len()
}

#[cfg(test)]
mod tests {
    use super::super::style::Says;
    use super::*;

    #[test]
    fn simple_rules_of_a_sheet() {
        let mut sheet = Sheet::default();
        sheet.add(
            "@import 'x;y'; @media print{.p{display:none}} <!-- .a, #b ,EM{display:none} .c{x:'}';visibility:hidden}\
             .d{display:none} .d{display:block} .x .e{display:none} .f{display:none} article .f{display:block} .g{opacity:0}",
        );
        let gone = |name: &str, class: &str, id: &str| {
            let style = sheet.style(name, Some(class), Some(id));
            style.gone(false) || style.visibility() == Some(Says::Hides)
        };
        assert!(gone("p", "z a", ""));
        assert!(gone("p", "", "b"));
        assert!(gone("em", "", ""));
        assert!(gone("p", "c", ""));
        for class in ["p", "d", "e", "f", "g", "A", "a-b"] {
            assert!(!gone("p", class, ""), "{class}");
        }
        assert!(!gone("p", "a d", ""), "the later rule counts");
    }
}
