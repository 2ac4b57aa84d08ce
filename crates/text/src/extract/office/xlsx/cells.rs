//! The cells of a sheet, and what they refer to: the strings of the workbook, and which formats are dates.

use std::collections::{HashMap, HashSet};

use super::super::super::paragraphs::{Line, Paragraphs};
use super::super::super::xml::{Item, Items};
use super::super::super::zip::Package;
use crate::{Error, ErrorKind, Limits};

/// What the cells of all sheets refer to.
pub(super) struct Book {
    pub(super) strings: Vec<String>,
    pub(super) dates: Dates,
    /// Days are counted from 1904 on.
    pub(super) later: bool,
}

/// Which of the cells' formats show a date or a time.
#[derive(Default)]
pub(super) struct Dates(Vec<bool>);

impl Dates {
    fn has(&self, format: Option<&String>) -> bool {
        let format = format.and_then(|format| format.parse::<usize>().ok()).unwrap_or_default();
        self.0.get(format).copied().unwrap_or_default()
    }
}

/// The strings that cells share.
pub(super) fn strings(
    package: &mut Package,
    member: &str,
    limits: &Limits,
) -> Result<Vec<String>, Error> {
    let what = package.what();
    let Some(xml) = package.xml(member)? else { return Ok(Vec::new()) };
    let mut items = Items::new(&xml, what);
    let mut found = Vec::new();
    while let Some(item) = items.next()? {
        if matches!(&item, Item::Start(tag) if tag.name() == "si") {
            found.push(string(&mut items)?);
            if found.len() > limits.text_bytes {
                return Err(Error::new(ErrorKind::TooLarge, format!("{what} has too many strings")));
            }
        }
    }
    Ok(found)
}

/// The text of the element that has just begun, its runs joined, readings above ideographs left out.
fn string(items: &mut Items<'_>) -> Result<String, Error> {
    let outside = items.depth() - 1;
    let mut line = Line::default();
    let mut in_text = false;
    while items.depth() > outside {
        match items.next()? {
            Some(Item::Start(tag)) if tag.name() == "rPh" => items.skip()?,
            Some(Item::Start(tag)) => in_text |= tag.name() == "t",
            Some(Item::End(name)) if name == "t" => in_text = false,
            Some(Item::Text(text)) if in_text => line.text.push_str(&text),
            Some(_) => {}
            None => break,
        }
    }
    Ok(line.text)
}

/// Which formats are dates.
pub(super) fn dates(package: &mut Package, member: &str) -> Result<Dates, Error> {
    let what = package.what();
    let mut found = Dates::default();
    let Some(xml) = package.xml(member)? else { return Ok(found) };
    let mut items = Items::new(&xml, what);
    let mut own: HashMap<String, bool> = HashMap::new();
    let mut in_formats = false;
    while let Some(item) = items.next()? {
        match item {
            Item::Start(tag) => match tag.name() {
                "numFmt" => {
                    let code = tag.attribute("formatCode").unwrap_or_default();
                    own.insert(tag.attribute("numFmtId").unwrap_or_default(), is_date(&code));
                }
                "cellXfs" => in_formats = true,
                "xf" if in_formats => {
                    let id = tag.attribute("numFmtId").unwrap_or_default();
                    let known = own.get(&id).copied();
                    let built_in = matches!(id.parse(), Ok(14..=22 | 27..=36 | 45..=47 | 50..=58));
                    found.0.push(known.unwrap_or(built_in));
                }
                _ => {}
            },
            Item::End(name) if name == "cellXfs" => in_formats = false,
            _ => {}
        }
    }
    Ok(found)
}

/// Whether a format's code has a year, month, day, hour or second outside of quotes and brackets.
fn is_date(code: &str) -> bool {
    let mut inside = None;
    let mut chars = code.split(';').next().unwrap_or_default().chars();
    while let Some(c) = chars.next() {
        match (inside, c) {
            (Some(end), _) if c == end => inside = None,
            (Some(_), _) => {}
            (None, '"') => inside = Some('"'),
            (None, '[') => inside = Some(']'),
            (None, '\\' | '_' | '*') => drop(chars.next()),
            (None, 'y' | 'm' | 'd' | 'h' | 's' | 'Y' | 'M' | 'D' | 'H' | 'S') => return true,
            (None, _) => {}
        }
    }
    false
}

/// A cell being read.
#[derive(Default)]
struct Cell {
    kind: String,
    format: Option<String>,
    value: String,
    hidden: bool,
}

/// Writes the cells of a sheet.
pub(super) fn read(
    xml: &str,
    what: &'static str,
    book: &Book,
    out: &mut Paragraphs,
) -> Result<(), Error> {
    let mut items = Items::new(xml, what);
    let mut hidden_columns = HashSet::new();
    let (mut row, mut hidden_row) = (0u32, false);
    let mut cell: Option<Cell> = None;
    while let Some(item) = items.next()? {
        match item {
            Item::Start(tag) => match tag.name() {
                "col" if tag.attribute("hidden").is_some_and(|on| on == "1" || on == "true") => {
                    let number = |name| tag.attribute(name).and_then(|n| n.parse::<u32>().ok());
                    let (first, last) = (number("min").unwrap_or(1), number("max").unwrap_or(1));
                    hidden_columns.extend((first..=last).take(20_000));
                }
                "row" => {
                    row =
                        tag.attribute("r").and_then(|r| r.parse().ok()).unwrap_or(row.saturating_add(1));
                    hidden_row = tag.attribute("hidden").is_some_and(|on| on == "1" || on == "true");
                }
                "c" => {
                    let column = tag.attribute("r").map(|place| column(&place));
                    cell = Some(Cell {
                        kind: tag.attribute("t").unwrap_or_default(),
                        format: tag.attribute("s"),
                        value: String::new(),
                        hidden: hidden_row || column.is_some_and(|c| hidden_columns.contains(&c)),
                    });
                }
                "v" => {
                    let value = items.text()?;
                    if let Some(cell) = &mut cell {
                        cell.value = value;
                    }
                }
                "is" => {
                    let value = string(&mut items)?;
                    if let Some(cell) = &mut cell {
                        cell.value = value;
                    }
                }
                _ => {}
            },
            Item::End(name) if name == "c" => {
                if let Some(cell) = cell.take().filter(|cell| !cell.hidden) {
                    out.push_at(row, &shown(&cell, book))?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The column of a cell's place, `B12`: A is 1.
fn column(place: &str) -> u32 {
    let letters = place.bytes().take(4).take_while(u8::is_ascii_uppercase);
    letters.fold(0, |column, letter| column * 26 + u32::from(letter - b'A') + 1)
}

fn shown(cell: &Cell, book: &Book) -> String {
    let value = cell.value.trim();
    match cell.kind.as_str() {
        "s" => {
            let string = value.parse::<usize>().ok().and_then(|at| book.strings.get(at));
            string.cloned().unwrap_or_default()
        }
        "b" => if value == "1" { "TRUE" } else { "FALSE" }.to_owned(),
        "" | "n" if book.dates.has(cell.format.as_ref()) => {
            date(value, book.later).unwrap_or_else(|| number(value))
        }
        "" | "n" => number(value),
        _ => cell.value.clone(),
    }
}

/// A number as it was typed: the file may hold `1.1000000000000001` for 1.1.
fn number(stored: &str) -> String {
    match stored.parse::<f64>() {
        Ok(number) if number.is_finite() && number.abs() < 1e15 && stored.len() > 15 => {
            format!("{number}")
        }
        _ => stored.to_owned(),
    }
}

/// The day and time that a number stands for: days since the end of 1899, or since the beginning of 1904.
fn date(stored: &str, later: bool) -> Option<String> {
    let number = stored.parse::<f64>().ok().filter(|n| (0.0..2_958_466.0).contains(n))?;
    let seconds = (number * 86_400.0).round() as i64;
    let (days, clock) = (seconds / 86_400, seconds % 86_400);
    let time = format!("{:02}:{:02}:{:02}", clock / 3600, clock / 60 % 60, clock % 60);
    if number < 1.0 && !later {
        return Some(time);
    }
    // Days since 1970. In the older count a 29 February 1900 stands that never was.
    let since = if later { days - 24_107 } else { days - 25_569 + i64::from(days < 60) };
    let (year, month, day) = civil(since);
    let day = format!("{year:04}-{month:02}-{day:02}");
    Some(if clock == 0 { day } else { format!("{day} {time}") })
}

/// The date of a day counted from 1 January 1970, in the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    // In years that begin in March, so that a leap day ends one.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_numbers() {
        assert_eq!(date("46028", false).as_deref(), Some("2026-01-06"));
        assert_eq!(date("46028.5", false).as_deref(), Some("2026-01-06 12:00:00"));
        assert_eq!(date("0.25", false).as_deref(), Some("06:00:00"));
        assert_eq!(date("1", false).as_deref(), Some("1900-01-01"));
        assert_eq!(date("61", false).as_deref(), Some("1900-03-01"));
        assert_eq!(date("44566", true).as_deref(), Some("2026-01-06"));
        assert_eq!(date("1e300", false), None);
        assert_eq!(number("1.1000000000000001"), "1.1");
        assert_eq!(number("1500.5"), "1500.5");
        assert_eq!(number("12345678901234567890"), "12345678901234567890");
    }

    #[test]
    fn formats_that_are_dates() {
        assert!(is_date("yyyy\\-mm\\-dd"));
        assert!(is_date("[$-409]d/m/yy h:mm"));
        assert!(!is_date("#,##0.00 \"days\""));
        assert!(!is_date("[Red]0.00"));
        assert!(!is_date("General"));
    }

    #[test]
    fn columns() {
        assert_eq!((column("A1"), column("Z9"), column("AA10"), column("5")), (1, 26, 27, 0));
    }
}
