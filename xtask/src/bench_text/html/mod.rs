//! Articles read out of web pages that were made from known text (`benches/text/html`): how many of an article's
//! words are read, in their order, and how many others, against trafilatura and Mozilla's Readability.

mod score;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Done;
use score::{Score, Truth};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The contenders, ours first.
const CONTENDERS: [&str; 3] = ["erratum", "trafilatura", "readability"];

/// One page's truth and what it is called.
struct Page {
    name: String,
    layout: String,
    held_out: bool,
    truth: Truth,
}

/// What a contender made of all pages.
struct Reading {
    seconds: f64,
    /// In the order of the pages.
    scores: Vec<Score>,
}

/// Makes the pages, has them read, and prints the tables.
pub(super) fn run(root: &Path) -> Done {
    let tools = root.join("benches/text/html");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let peers = target.join("text-html-peers");
    succeed(Command::new(tools.join("build")).arg(&peers))?;
    let example = ["build", "--release", "--quiet", "--package", "erratum-text", "--example", "pages"];
    succeed(Command::new(env!("CARGO")).args(example).current_dir(root))?;
    let place = tempfile::tempdir()?;
    let folder = place.path().join("pages");
    succeed(Command::new("python3").arg("-B").arg(tools.join("generate.py")).arg(&folder))?;
    let pages = pages(&folder)?;
    let bytes = sizes(&folder, &pages)?;
    let mut commands =
        [Command::new(target.join("release/examples/pages")), python(&peers, &tools), node(&peers)];
    let mut readings = Vec::new();
    for (name, command) in CONTENDERS.iter().zip(&mut commands) {
        let out = place.path().join(name);
        fs::create_dir(&out)?;
        let seconds = seconds(command.arg(&folder).arg(&out))?;
        let scores = pages
            .iter()
            .map(|page| {
                let text = fs::read_to_string(out.join(format!("{}.txt", page.name)))?;
                Ok(page.truth.score(&text))
            })
            .collect::<Result<_>>()?;
        readings.push(Reading { seconds, scores });
    }
    print(&pages, &readings, bytes);
    Ok(())
}

fn python(peers: &Path, tools: &Path) -> Command {
    let mut command = Command::new(peers.join("venv/bin/python"));
    command.arg("-B").arg(tools.join("trafilatura_peer.py"));
    command
}

fn node(peers: &Path) -> Command {
    let mut command = Command::new("node");
    command.arg(peers.join("readability_peer.mjs"));
    command
}

fn succeed(command: &mut Command) -> Done {
    let status = command.status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
}

/// What a contender says its reading took.
fn seconds(command: &mut Command) -> Result<f64> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn pages(folder: &Path) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let value: serde_json::Value = serde_json::from_slice(&fs::read(&path)?)?;
        let text = |name: &str| value[name].as_str().map(str::to_owned).ok_or("a page without a truth");
        let mut truth = Truth::default();
        for piece in value["pieces"].as_array().ok_or("a truth without pieces")? {
            truth.push(piece[1].as_str().ok_or("a piece without text")?, piece[0] == "own");
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let held_out = value["held_out"] == true;
        pages.push(Page { name, layout: text("layout")?, held_out, truth });
    }
    pages.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(pages)
}

fn sizes(folder: &Path, pages: &[Page]) -> Result<u64> {
    let size = |page: &Page| Ok(fs::metadata(folder.join(format!("{}.html", page.name)))?.len());
    pages.iter().map(size).sum()
}

fn print(pages: &[Page], readings: &[Reading], bytes: u64) {
    println!("{} pages, {:.1} MB", pages.len(), bytes as f64 / 1e6);
    println!("\n| contender | pages | recall | precision | F1 | worst page's recall | pages/s | MB/s |");
    println!("|---|---|---|---|---|---|---|---|");
    let kinds = [("all", None), ("tuned on", Some(false)), ("held out", Some(true))];
    for (name, reading) in CONTENDERS.iter().zip(readings) {
        for (kind, held_out) in kinds {
            let chosen = |page: &Page| held_out.is_none_or(|held_out| page.held_out == held_out);
            let (sum, worst) = summed(pages, reading, chosen);
            let speed = match held_out {
                None => format!(
                    "{:.0} | {:.1}",
                    pages.len() as f64 / reading.seconds,
                    bytes as f64 / 1e6 / reading.seconds
                ),
                Some(_) => " | ".to_owned(),
            };
            println!("| {name} | {kind} | {sum} | {:.1} | {speed} |", worst * 100.0);
        }
    }
    println!("\nRecall / precision / F1 in percent.\n");
    println!("| layout | {} |", CONTENDERS.join(" | "));
    println!("|---|---|---|---|");
    let mut layouts = BTreeMap::new();
    for (at, page) in pages.iter().enumerate() {
        layouts.entry((page.held_out, page.layout.as_str())).or_insert(at);
    }
    let mut layouts: Vec<_> = layouts.into_iter().collect();
    layouts.sort_by_key(|&(_, first)| first);
    for ((held_out, layout), _) in layouts {
        let cells: Vec<String> = readings
            .iter()
            .map(|reading| summed(pages, reading, |page| page.layout == layout).0.in_cell())
            .collect();
        println!("| {layout}{} | {} |", if held_out { " (held out)" } else { "" }, cells.join(" | "));
    }
}

/// The mean over the pages that are chosen, and the least recall of one.
fn summed(pages: &[Page], reading: &Reading, chosen: impl Fn(&Page) -> bool) -> (Score, f64) {
    let scores: Vec<Score> = pages
        .iter()
        .zip(&reading.scores)
        .filter(|(page, _)| chosen(page))
        .map(|(_, score)| *score)
        .collect();
    (Score::mean(&scores), scores.iter().map(|score| score.recall).fold(1.0, f64::min))
}
