//! Reads every page of a folder and writes its text beside the others: `pages FOLDER OUT`. Prints the seconds that
//! reading all of them once takes a core, which is what `cargo xtask bench text --html` measures.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

/// For so many seconds at least the pages are read again and again.
const SECONDS: f64 = 2.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(folder), Some(out)) = (arguments.next(), arguments.next()) else {
        return Err("usage: pages FOLDER OUT".into());
    };
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "html") {
            pages.push((path.file_stem().unwrap_or_default().to_owned(), fs::read(&path)?));
        }
    }
    pages.sort();
    for (name, page) in &pages {
        fs::write(out.join(format!("{}.txt", name.to_string_lossy())), read(page))?;
    }
    let (begun, start, mut rounds) = (Instant::now(), used(), 0);
    while rounds == 0
        || used().zip(start).map_or(begun.elapsed().as_secs_f64(), |(now, start)| now - start) < SECONDS
    {
        for (_, page) in &pages {
            std::hint::black_box(read(page));
        }
        rounds += 1;
    }
    let took = used().zip(start).map_or(begun.elapsed().as_secs_f64(), |(now, start)| now - start);
    println!("{}", took / f64::from(rounds));
    Ok(())
}

/// The seconds of processor time that this process has used, where the system tells: on a machine with other work to
/// do, those say what a core does.
fn used() -> Option<f64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = |at: usize| fields.split_whitespace().nth(at)?.parse::<f64>().ok();
    // In hundredths of a second.
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// The text of a page, empty if it has none.
fn read(page: &[u8]) -> String {
    let parts = erratum_text::extract(page, Some("page.html"), &erratum_text::Limits::default());
    let text = parts.ok().and_then(|parts| parts.into_iter().next()).and_then(|part| part.text.ok());
    text.map(|text| text.text).unwrap_or_default()
}
