//! Headers, footers and page numbers: lines that stand at the same height on several pages and say the same,
//! but for numbers that count the pages. One page alone keeps all its lines.

use super::page::{Page, PageLine};

/// Lines looked at from a page's upper and lower end.
const DEEP: usize = 4;
/// They stand in this share of the page.
const EDGE: f32 = 0.2;
/// Farther from the text than its lines are from each other, by this much.
const APART: f32 = 1.25;

/// One line of the page, all columns together.
struct Row {
    /// What it says, numbers left out.
    key: String,
    numbers: Vec<u64>,
    base: f32,
    size: f32,
    /// Which lines of the page these are.
    lines: Vec<usize>,
}

/// Lines of several pages that may be one running line.
struct Group {
    key: String,
    base: f32,
    size: f32,
    pages: Vec<(usize, Vec<u64>)>,
}

/// Takes running lines out of the pages.
pub(super) fn drop_running(pages: &mut [Page]) {
    if pages.len() < 2 {
        return;
    }
    let rows: Vec<Vec<Row>> = pages.iter().map(rows).collect();
    let mut groups: Vec<Group> = Vec::new();
    for (number, (page, rows)) in pages.iter().zip(&rows).enumerate() {
        let edges = upper(page, rows).chain(lower(page, rows));
        for row in edges {
            let same = |group: &&mut Group| is_same(group, row);
            match groups.iter_mut().rev().take(200).find(same) {
                Some(group) if group.pages.last().is_none_or(|(page, _)| *page < number) => {
                    group.pages.push((number, row.numbers.clone()));
                }
                Some(_) => {}
                None => groups.push(Group {
                    key: row.key.clone(),
                    base: row.base,
                    size: row.size,
                    pages: vec![(number, row.numbers.clone())],
                }),
            }
        }
    }
    let least = if pages.len() > 6 { 3 } else { 2 };
    groups.retain(|group| group.pages.len() >= least && counts(&group.pages));
    for (page, rows) in pages.iter_mut().zip(&rows) {
        let group_of = |row: &Row| groups.iter().find(|group| is_same(group, row));
        let is_running = |row: &Row| group_of(row).is_some();
        // What counts the pages is no line of a table.
        let counting = |row: Option<&Row>| row.and_then(group_of).is_some_and(is_counting);
        let mut dropped: Vec<usize> = Vec::new();
        let usual = usual_gap(rows);
        let above = upper(page, rows).take_while(|row| is_running(row)).count();
        let parted = |one: Option<&Row>, other: Option<&Row>| match (one, other) {
            (Some(one), Some(other)) => (other.base - one.base).abs() > APART * usual,
            _ => true,
        };
        if above > 0 && (counting(rows.get(above - 1)) || parted(rows.get(above - 1), rows.get(above))) {
            dropped.extend(rows.iter().take(above).flat_map(|row| &row.lines));
        }
        let below = lower(page, rows).take_while(|row| is_running(row)).count();
        let first = rows.len() - below;
        let body = first.checked_sub(1).and_then(|at| rows.get(at));
        if below > 0 && (counting(rows.get(first)) || parted(rows.get(first), body)) {
            dropped.extend(rows.iter().skip(first).flat_map(|row| &row.lines));
        }
        let mut at = 0;
        page.lines.retain(|_| {
            at += 1;
            !dropped.contains(&(at - 1))
        });
    }
}

fn upper<'a>(page: &Page, rows: &'a [Row]) -> impl Iterator<Item = &'a Row> {
    let edge = EDGE * page.height;
    let top = page.top;
    rows.iter().take(DEEP).take_while(move |row| row.base < top + edge)
}

fn lower<'a>(page: &Page, rows: &'a [Row]) -> impl Iterator<Item = &'a Row> {
    let edge = page.top + (1.0 - EDGE) * page.height;
    rows.iter().rev().take(DEEP).take_while(move |row| row.base > edge)
}

fn is_same(group: &Group, row: &Row) -> bool {
    (group.base - row.base).abs() < 3.0
        && (group.size - row.size).abs() < 0.06 * row.size
        && group.key == row.key
}

/// Whether each number in a line is the same on all pages, or goes up with them.
fn counts(pages: &[(usize, Vec<u64>)]) -> bool {
    let Some(((first, numbers), rest)) = pages.split_first() else { return false };
    rest.iter().all(|(page, others)| {
        others.len() == numbers.len()
            && numbers.iter().zip(others).all(|(one, other)| {
                one == other || other.checked_sub(*one) == u64::try_from(page - first).ok()
            })
    })
}

/// Whether a number in it goes up with the pages.
fn is_counting(group: &Group) -> bool {
    let (first, last) = (group.pages.first(), group.pages.last());
    first.zip(last).is_some_and(|((_, one), (_, other))| one != other)
}

fn usual_gap(rows: &[Row]) -> f32 {
    let gaps = rows.iter().zip(rows.iter().skip(1)).map(|(one, other)| other.base - one.base);
    let mut gaps: Vec<f32> = gaps.collect();
    gaps.sort_by(f32::total_cmp);
    gaps.get(gaps.len() / 4).copied().unwrap_or(0.0)
}

/// The lines of a page that stand in its main direction, side by side ones together, from top to bottom.
fn rows(page: &Page) -> Vec<Row> {
    let mut lines: Vec<(usize, &PageLine)> =
        page.lines.iter().enumerate().filter(|(_, line)| line.turn == page.turn).collect();
    lines.sort_by(|a, b| a.1.base.total_cmp(&b.1.base).then(a.1.left.total_cmp(&b.1.left)));
    let mut rows: Vec<Row> = Vec::new();
    for (number, line) in lines {
        match rows.last_mut().filter(|row| line.base - row.base < 0.3 * line.size) {
            Some(row) => {
                row.key.push(' ');
                keyed(&line.text, &mut row.key, &mut row.numbers);
                row.lines.push(number);
            }
            None => {
                let mut row = Row {
                    key: String::new(),
                    numbers: Vec::new(),
                    base: line.base,
                    size: line.size,
                    lines: vec![number],
                };
                keyed(&line.text, &mut row.key, &mut row.numbers);
                rows.push(row);
            }
        }
    }
    rows
}

/// A text with its numbers taken out.
fn keyed(text: &str, key: &mut String, numbers: &mut Vec<u64>) {
    if let Some(number) = roman(text) {
        key.push('#');
        numbers.push(number);
        return;
    }
    let mut inside = false;
    for c in text.chars() {
        let digit = c.to_digit(10);
        match (digit, numbers.last_mut()) {
            (Some(digit), Some(number)) if inside => {
                *number = number.saturating_mul(10).saturating_add(u64::from(digit));
            }
            (Some(digit), _) => {
                key.push('#');
                numbers.push(u64::from(digit));
            }
            (None, _) => key.push(c),
        }
        inside = digit.is_some();
    }
}

/// The value of a small Roman number that stands alone.
fn roman(text: &str) -> Option<u64> {
    let text = text.trim();
    let values = text.chars().map(|c| match c {
        'i' => Some(1i64),
        'v' => Some(5),
        'x' => Some(10),
        'l' => Some(50),
        'c' => Some(100),
        _ => None,
    });
    let values: Vec<i64> = values.collect::<Option<_>>()?;
    let mut sum = 0i64;
    for (at, value) in values.iter().enumerate() {
        let less = values.get(at + 1).is_some_and(|next| next > value);
        sum += if less { -value } else { *value };
    }
    u64::try_from(sum).ok().filter(|_| !values.is_empty() && values.len() < 12)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, base: f32) -> PageLine {
        PageLine {
            text: text.to_owned(),
            base,
            left: 50.0,
            right: 300.0,
            size: 10.0,
            ..PageLine::default()
        }
    }

    fn page(texts: &[(&str, f32)]) -> Page {
        let lines = texts.iter().map(|(text, base)| line(text, *base)).collect();
        Page { lines, height: 800.0, ..Page::default() }
    }

    fn left(pages: &[Page]) -> Vec<Vec<&str>> {
        pages.iter().map(|page| page.lines.iter().map(|line| line.text.as_str()).collect()).collect()
    }

    #[test]
    fn what_runs_over_pages_goes() {
        let mut pages: Vec<Page> = ["First it", "Then he", "At last"]
            .iter()
            .zip([3, 4, 5])
            .map(|(text, number)| {
                page(&[
                    ("Northern Gazette", 40.0),
                    (text, 100.0),
                    ("went on.", 112.0),
                    ("And more.", 124.0),
                    (&format!("– {number} –"), 770.0),
                ])
            })
            .collect();
        drop_running(&mut pages);
        assert_eq!(left(&pages)[1], ["Then he", "went on.", "And more."]);
    }

    #[test]
    fn one_page_keeps_its_lines() {
        let mut pages = vec![page(&[("Northern Gazette", 40.0), ("Text", 100.0), ("3", 770.0)])];
        drop_running(&mut pages);
        assert_eq!(left(&pages)[0].len(), 3);
    }

    #[test]
    fn rows_of_numbers_and_heads_of_tables_stay() {
        let rows = |number: u32| {
            page(&[
                ("Item Granted", 60.0),
                (&format!("Transport {}", number * 317), 72.0),
                ("Lodging 17", 84.0),
                (&format!("{}", number * 119), 770.0),
            ])
        };
        let mut pages = vec![rows(1), rows(2), rows(5)];
        drop_running(&mut pages);
        assert!(left(&pages).iter().all(|page| page.len() == 4), "{:?}", left(&pages));
    }

    #[test]
    fn small_roman_numbers_count() {
        assert_eq!(
            ["i", "iv", "xii", "civic", "mix", ""].map(roman),
            [Some(1), Some(4), Some(12), Some(203), None, None]
        );
    }
}
