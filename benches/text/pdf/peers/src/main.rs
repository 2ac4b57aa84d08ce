//! `text-pdf-bench FOLDER`: reads every PDF of the folder with each reader, one after the other on one core, scores
//! the words in the order of reading against the text that the PDF was made from, and prints the tables. `make.py`
//! beside this folder made the PDFs.

mod readers;
mod report;
mod score;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use readers::Reader;
use score::{Score, Truth};

/// One PDF and what is known of it.
struct Item {
    name: String,
    producer: String,
    features: Vec<String>,
    path: PathBuf,
    bytes: Vec<u8>,
    truth: Truth,
    pages: usize,
}

/// What one reader made of all of them.
struct Row {
    reader: &'static str,
    scores: Vec<Score>,
    seconds: f64,
    failed: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.as_slice() {
        [folder] => bench(Path::new(folder), None),
        [folder, only] => bench(Path::new(folder), Some(only)),
        _ => Err("usage: text-pdf-bench FOLDER [READER]".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("text-pdf-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench(folder: &Path, only: Option<&str>) -> Result<(), Box<dyn std::error::Error>> {
    let items = items(folder)?;
    std::panic::set_hook(Box::new(|_| {}));
    let mut rows = Vec::new();
    for reader in readers::ALL.iter().filter(|reader| only.is_none_or(|only| only == reader.name)) {
        rows.push(run(reader, &items, folder, only.is_some()));
    }
    report::print(&items, &rows);
    Ok(())
}

fn items(folder: &Path) -> Result<Vec<Item>, Box<dyn std::error::Error>> {
    let index = fs::read_to_string(folder.join("index.tsv"))?;
    let mut items = Vec::new();
    for line in index.lines() {
        let mut fields = line.split('\t').map(str::to_owned);
        let (Some(name), Some(producer), Some(features)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let path = folder.join(format!("{name}.pdf"));
        let bytes = fs::read(&path)?;
        let text = fs::read_to_string(path.with_extension("txt"))?;
        let asides = fs::read_to_string(path.with_extension("asides"))?;
        let pages = lopdf::Document::load_mem(&bytes).map_or(1, |document| document.get_pages().len());
        let features = features.split(',').map(str::to_owned).collect();
        items.push(Item { name, producer, features, path, bytes, truth: Truth::new(&text, &asides), pages });
    }
    Ok(items)
}

fn run(reader: &Reader, items: &[Item], folder: &Path, each: bool) -> Row {
    let mut row = Row { reader: reader.name, scores: Vec::new(), seconds: 0.0, failed: 0 };
    let out = folder.join("read").join(reader.name.replace(' ', "-"));
    let _ = fs::create_dir_all(&out);
    for item in items {
        let start = Instant::now();
        let read = reader.read(&item.path, &item.bytes);
        row.seconds += start.elapsed().as_secs_f64();
        if read.is_none() {
            row.failed += 1;
        }
        let text = read.unwrap_or_default();
        let _ = fs::write(out.join(format!("{}.txt", item.name)), &text);
        let score = Score::of(&item.truth, &text);
        if each {
            println!("{:.3} {} running {} of {}, notes {} of {}", score.f1(), item.name, score.running_left, score.running, score.notes_found, score.notes);
        }
        row.scores.push(score);
    }
    row
}
