//! `cargo xtask heavy ocr [PAGES]`: letters of one page, issued into a record beside others of the same office,
//! then printed, spoilt, read by `erratum-ocr` and checked. With fewer pages than all, photos are fewer in
//! proportion, no screenshots are taken (they need Chromium), and nothing is written.

pub(super) mod draw;
mod letters;
pub(super) mod spoil;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use erratum::record::{Record, Time};
use erratum::text::{Part, open};
use erratum::verdict::{Finding, Outcome, Verdict};
use erratum::{Library, Policy, RecordSource, check};
use erratum_desk::Desk;
use erratum_ocr::{Limits, Tesseract, read};

use crate::Done;
use crate::bench::{begin, letter, present};
use crate::corpus::Numbers;
use crate::office::logged;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Pages read, photos, screenshots, and clean scans of which one number is altered.
const PAGES: u64 = 200;
const PHOTOS: u64 = 60;
const SCREENSHOTS: u64 = 60;
const ALTERED: u64 = 40;
/// Letters in the record.
const LETTERS: u64 = 1200;
/// Letters issued together.
const BATCH: usize = 200;
/// The fonts that letters are set in.
const FONTS: [&str; 3] = ["Times-Roman", "Helvetica", "Times-Roman"];

/// What is tried, and how many of them must be recognised of a thousand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Page,
    Photo,
    Screenshot,
    Altered,
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Self::Page => "pages: 10 point, 150 dpi, 2° skew, noise, JPEG at 40",
            Self::Photo => "photos: perspective, shadow, blur, noise",
            Self::Screenshot => "screenshots of a post, dark and light, 360 to 820 wide",
            Self::Altered => "clean scans, 200 dpi, one number altered: listed as certain",
        }
    }

    fn wanted(self) -> u64 {
        match self {
            Self::Page => 995,
            Self::Photo => 950,
            Self::Screenshot => 990,
            Self::Altered => 1000,
        }
    }
}

/// A picture to be read.
struct Copy {
    kind: Kind,
    number: u64,
    name: &'static str,
    bytes: Vec<u8>,
}

/// Runs the trial; writes `docs/heavy/ocr.md` if it is the whole one.
pub(super) fn trial(root: &Path, arguments: &[String]) -> Done {
    let pages: u64 = arguments.first().map_or(Ok(PAGES), |count| count.parse())?;
    let share = |of: u64| (of * pages).div_ceil(PAGES);
    let screenshots = if pages < PAGES { 0 } else { SCREENSHOTS };
    let tesseract = Tesseract::find(&["en"])?;
    let place = tempfile::tempdir()?;
    let library = issued(place.path())?;
    let kinds = [
        (Kind::Page, pages),
        (Kind::Photo, share(PHOTOS)),
        (Kind::Screenshot, screenshots),
        (Kind::Altered, share(ALTERED)),
    ];
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for (kind, count) in kinds.into_iter().filter(|(_, count)| *count > 0) {
        let row = tried(kind, count, &tesseract, &library, place.path())?;
        println!("{}", row.line());
        if row.recognised * 1000 < count * kind.wanted() {
            failed.push(kind.words());
        }
        rows.push(row);
    }
    if pages >= PAGES {
        std::fs::write(root.join("docs/heavy/ocr.md"), page(&rows)?)?;
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("too few recognised: {}", failed.join("; ")).into())
    }
}

/// A record with all letters, opened.
fn issued(place: &Path) -> Result<Library> {
    let folder = place.join("record");
    let mut operator = begin(place, &folder)?;
    let signer = erratum::record::Signer::from_seed("office.example/press", &[5; 32])?;
    let mut salt = 0_u64;
    let salts = Box::new(move || {
        salt += 1;
        Ok(erratum::record::Id::of(&salt.to_be_bytes()).0)
    });
    let mut desk = Desk::in_memory(vec![signer], &folder, salts)?;
    let record = Record::open(&folder, None)?;
    logged(operator.submit(&[desk.keys(&record, None)?])?)?;
    let mut batch = Vec::new();
    for number in 0..LETTERS {
        let text = letters::letter(number).join("\n\n");
        batch.extend(desk.issue(&record, &letter(number, text)?)?.submissions);
        if batch.len() >= BATCH || number + 1 == LETTERS {
            logged(operator.submit(&std::mem::take(&mut batch))?)?;
        }
    }
    operator.epoch()?;
    drop(operator);
    Library::rebuild(&Record::open(&folder, None)?)?;
    Ok(Library::open(&RecordSource::unpinned(&folder))?)
}

/// What came of one kind.
struct Row {
    kind: Kind,
    count: u64,
    recognised: u64,
    /// Of those recognised: differences that are certain, and those that are not.
    certain: u64,
    uncertain: u64,
    /// How many of them lead with a good claim.
    good: u64,
    seconds: f64,
    missed: Vec<String>,
}

impl Row {
    fn line(&self) -> String {
        let share = self.recognised as f64 * 100.0 / self.count as f64;
        let each = |count: u64| count as f64 / (self.recognised.max(1)) as f64;
        format!(
            "| {} | {} of {} | {share:.1}% | {:.1}% | {} | {:.2} | {:.2} | {:.1} s |",
            self.kind.words(),
            self.recognised,
            self.count,
            self.kind.wanted() as f64 / 10.0,
            self.good,
            each(self.certain),
            each(self.uncertain),
            self.seconds / self.count as f64
        )
    }
}

fn tried(kind: Kind, count: u64, tesseract: &Tesseract, library: &Library, place: &Path) -> Result<Row> {
    let copies = (0..count).map(|number| made(kind, number, place)).collect::<Result<Vec<_>>>()?;
    let read = read_all(&copies, tesseract);
    let (mut certain, mut uncertain, mut good, mut recognised) = (0, 0, 0, 0);
    let (mut seconds, mut missed) = (0.0, Vec::new());
    for (copy, (parts, took)) in copies.iter().zip(read) {
        seconds += took.as_secs_f64();
        let parts = erratum::Copy::new(copy.bytes.clone(), Ok(parts));
        let verdict = check(&parts, std::slice::from_ref(library), &Policy::default(), present())?;
        match found(&verdict, copy.number) {
            Some((finding, is_good)) if is_told(copy, finding) => {
                recognised += 1;
                good += u64::from(is_good);
                let sure = finding.differences.iter().filter(|difference| difference.certain).count();
                certain += sure as u64;
                if kind != Kind::Altered {
                    tell(copy, finding);
                }
                uncertain += (finding.differences.len() - sure) as u64;
            }
            Some((finding, _)) => missed.push(format!("{}: {:?}", copy.number, finding.differences)),
            None => missed.push(format!("{}: {}", copy.number, said(&verdict))),
        }
    }
    for miss in &missed {
        println!("missed: {}: {miss}", kind.words());
    }
    Ok(Row { kind, count, recognised, certain, uncertain, good, seconds, missed })
}

/// Prints what was read otherwise than it was written.
fn tell(copy: &Copy, finding: &Finding) {
    for difference in &finding.differences {
        let sure = if difference.certain { "" } else { " (perhaps misread)" };
        let (written, read) = (&difference.record.words, &difference.copy.words);
        println!("{} {}: \"{written}\" was read as \"{read}\"{sure}", copy.name, copy.number);
    }
}

/// The finding that leads, if it is the letter with this number, and whether it is good.
fn found(verdict: &Verdict, number: u64) -> Option<(&Finding, bool)> {
    let Outcome::Found(found) = &verdict.parts.first()?.outcome else { return None };
    let claim = found.claims.first()?;
    let finding = claim.findings.first()?;
    let wanted = format!("office.example/letters/{number}");
    (finding.document.name == wanted).then_some((finding, found.good))
}

/// Whether an altered number is listed as a certain difference, and makes the copy not good.
fn is_told(copy: &Copy, finding: &Finding) -> bool {
    if copy.kind != Kind::Altered {
        return true;
    }
    let Some((_, was, is)) = letters::altered(copy.number) else { return false };
    finding
        .differences
        .iter()
        .any(|d| d.certain && d.record.words.contains(&was) && d.copy.words.contains(&is))
}

fn said(verdict: &Verdict) -> String {
    match verdict.parts.first().map(|part| &part.outcome) {
        Some(Outcome::Unreadable { reason }) => reason.clone(),
        Some(Outcome::Found(found)) => format!("another leads: {}", found.headline),
        _ => "not found".to_owned(),
    }
}

/// Makes a copy: the same for the same number.
fn made(kind: Kind, number: u64, place: &Path) -> Result<Copy> {
    let mut numbers = Numbers::new(number + 9_000_000);
    let font = FONTS[(number % 3) as usize];
    let (name, bytes) = match kind {
        Kind::Page => {
            let page = draw::page(&letters::letter(number), font, 150.0)?;
            let skew = if number.is_multiple_of(2) { 2.0 } else { -2.0 };
            let how = spoil::Scan { skew, noise: 14.0, quality: 40 };
            let jpeg = spoil::scan(&page, how, &mut numbers)?;
            match number % 4 {
                3 => ("scan.pdf", draw::scanned(&jpeg, page.width(), page.height())),
                _ => ("scan.jpg", jpeg),
            }
        }
        Kind::Photo => {
            let page = draw::page(&letters::letter(number), font, 250.0)?;
            ("photo.jpg", spoil::photo(&page, &mut numbers)?)
        }
        Kind::Screenshot => ("post.png", draw::screenshot(&letters::excerpt(number), number, place)?),
        Kind::Altered => {
            let (letter, ..) = letters::altered(number).ok_or("a letter without a number")?;
            let page = draw::page(&letter, font, 200.0)?;
            let how = spoil::Scan { skew: 0.4, noise: 4.0, quality: 85 };
            ("scan.jpg", spoil::scan(&page, how, &mut numbers)?)
        }
    };
    Ok(Copy { kind, number, name, bytes })
}

/// Reads all copies, one on every core at a time.
fn read_all(copies: &[Copy], tesseract: &Tesseract) -> Vec<(Vec<Part>, Duration)> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(copy) = copies.get(at) else { return };
                    let start = Instant::now();
                    let opened = open(&copy.bytes, Some(copy.name), &erratum::text::Limits::default());
                    let mut parts = opened.unwrap_or_default();
                    read(&mut parts, Ok(tesseract), &Limits::default());
                    if let Ok(mut done) = done.lock() {
                        done.push((at, (parts, start.elapsed())));
                    }
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, read)| read).collect()
}

/// The page that is committed.
fn page(rows: &[Row]) -> Result<String> {
    let date = Time::now().to_string();
    let date = date.get(..10).unwrap_or_default();
    let cores = std::thread::available_parallelism()?;
    let mut page = format!(
        "# Reading pictures of letters\n\nWritten by `cargo xtask heavy ocr` on {date}, on {cores} cores. \
         {LETTERS} letters of one page, of one office and made of the same phrases, are in the record. \
         *Recognised*: the right document leads and its relation is found. *Good*: the claim is good, so \
         nothing differs for certain. Differences are those listed of a copy, in the mean; of the first three \
         rows all are errors of reading. Every fourth page is a PDF of its picture. Times are of one copy on one \
         core.\n\n\
         | | recognised | | wanted | good | certain differences | perhaps misread | time |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    );
    for row in rows {
        page += &format!("{}\n", row.line());
    }
    let missed: Vec<String> = rows
        .iter()
        .flat_map(|row| row.missed.iter().map(|miss| format!("- {}: {miss}\n", row.kind.words())))
        .collect();
    if !missed.is_empty() {
        page += &format!("\nMissed:\n\n{}", missed.concat());
    }
    Ok(page)
}
