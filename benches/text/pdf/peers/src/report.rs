//! The tables.

use std::collections::BTreeSet;

use crate::score::Score;
use crate::{Item, Row};

pub(crate) fn print(items: &[Item], rows: &[Row]) {
    let pages: usize = items.iter().map(|item| item.pages).sum();
    let bytes: usize = items.iter().map(|item| item.bytes.len()).sum();
    println!("{} PDFs, {pages} pages, {:.1} MB, {} words", items.len(), bytes as f64 / 1e6, rows.first().map_or(0, |row| row.scores.iter().map(|score| score.known).sum()));
    println!("\n| reader | precision | recall | F1 | worst file's F1 | files ≥ 0.99 | running lines left in | notes found | not read | pages/s | MB/s |");
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for row in rows {
        let all: Vec<&Score> = row.scores.iter().collect();
        let (precision, recall, f1) = mean(&all);
        let worst = row.scores.iter().map(Score::f1).fold(1.0, f64::min);
        let good = row.scores.iter().filter(|score| score.f1() >= 0.99).count();
        let left: usize = row.scores.iter().map(|score| score.running_left).sum();
        let found: usize = row.scores.iter().map(|score| score.notes_found).sum();
        let notes: usize = row.scores.iter().map(|score| score.notes).sum();
        println!(
            "| {} | {:.2}% | {:.2}% | {:.2}% | {:.1}% | {good} | {left} | {found} of {notes} | {} | {:.0} | {:.1} |",
            row.reader, 100.0 * precision, 100.0 * recall, 100.0 * f1, 100.0 * worst, row.failed,
            pages as f64 / row.seconds, bytes as f64 / 1e6 / row.seconds
        );
    }
    let producers: BTreeSet<&str> = items.iter().map(|item| item.producer.as_str()).collect();
    table("producer", &producers, items, rows, |item, name| item.producer == name);
    let features: BTreeSet<&str> = items.iter().flat_map(|item| &item.features).map(String::as_str).collect();
    table("what is in it", &features, items, rows, |item, name| item.features.iter().any(|found| found == name));
}

/// F1 of every reader on a part of the files each.
fn table(head: &str, names: &BTreeSet<&str>, items: &[Item], rows: &[Row], holds: fn(&Item, &str) -> bool) {
    let readers: Vec<&str> = rows.iter().map(|row| row.reader).collect();
    println!("\n| {head} | files | {} |", readers.join(" | "));
    println!("|---|---|{}", "---|".repeat(rows.len()));
    for name in names {
        let chosen: Vec<usize> = (0..items.len()).filter(|&at| holds(&items[at], name)).collect();
        let cells: Vec<String> = rows
            .iter()
            .map(|row| {
                let scores: Vec<&Score> = chosen.iter().map(|&at| &row.scores[at]).collect();
                format!("{:.2}%", 100.0 * mean(&scores).2)
            })
            .collect();
        println!("| {name} | {} | {} |", chosen.len(), cells.join(" | "));
    }
}

/// Precision, recall and F1, each file counting alike.
fn mean(scores: &[&Score]) -> (f64, f64, f64) {
    let count = scores.len().max(1) as f64;
    let of = |value: fn(&Score) -> f64| scores.iter().map(|score| value(score)).sum::<f64>() / count;
    (of(Score::precision), of(Score::recall), of(Score::f1))
}
