//! `cargo xtask heavy folder [FILES]`: a folder of files of all formats, honest, damaged and hostile, checked by the
//! command in the build that this chore has itself, which is that of releases. Every file must be read or named, the honest ones rightly, within a gigabyte. With
//! fewer files than all nothing is written.

mod formats;
#[path = "../../../../crates/cli/tests/hostile/makers/mod.rs"]
#[allow(dead_code)]
mod hostile;
mod watch;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use erratum::Library;
use erratum::record::{Id, Record, Signer, Time};
use erratum_desk::Desk;
use serde_json::Value;

use crate::Done;
use crate::bench::{begin, letter};
use crate::corpus;
use crate::office::logged;
use formats::FORMATS;
use watch::{Took, watched};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const FILES: u64 = 1000;
/// Of them, scans of a page; empty files; files that are cut short.
const PICTURES: u64 = 20;
const EMPTY: u64 = 10;
const CUT: u64 = 60;
/// Texts in the record. Of the honest files every second holds one of them.
const REGISTERED: u64 = 200;
/// Bytes that all processes together may have.
const MEMORY: u64 = 1 << 30;

/// What must be said of a file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// That it holds the text with this number, in first place.
    Text(u64),
    /// That nothing in it is registered.
    Nothing,
    /// Whatever there is to say, if only why it was not read.
    Anything,
}

/// The files of a folder by their paths.
type Files = HashMap<PathBuf, Wanted>;

/// Runs the trial; writes `docs/heavy/folder.md` if it is the whole one.
pub(super) fn trial(root: &Path, arguments: &[String]) -> Done {
    let count: u64 = arguments.first().map_or(Ok(FILES), |count| count.parse())?;
    let binary = command(root)?;
    let place = tempfile::tempdir()?;
    let record = issued(place.path())?;
    let folder = place.path().join("folder");
    let files = made(&folder, count)?;
    let all = checked(&binary, &record, &folder)?;
    let told = judged(&files, &all.report)?;
    let honest = folder.join("documents");
    let alone = checked(&binary, &record, &honest)?;
    let page = page(&files, &told, &all.took, &alone, &folder)?;
    print!("{page}");
    if count == FILES {
        fs::write(root.join("docs/heavy/folder.md"), page)?;
    }
    if all.took.together > MEMORY {
        return Err(format!("{} bytes of memory, more than {MEMORY}", all.took.together).into());
    }
    match told.wrong.as_slice() {
        [] => Ok(()),
        wrong => {
            Err(format!("{} honest files were not read rightly: {}", wrong.len(), wrong.join(", "))
                .into())
        }
    }
}

/// Which build of the command is run: the same as of this chore.
const BUILD: &str = if cfg!(debug_assertions) { "debug" } else { "release" };

/// Builds the command.
fn command(root: &Path) -> Result<PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "erratum-cli"]).current_dir(root);
    if BUILD == "release" {
        cargo.arg("--release");
    }
    if !cargo.status()?.success() {
        return Err("the command does not build".into());
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join(BUILD).join("erratum"))
}

/// A record with the texts in it.
fn issued(place: &Path) -> Result<PathBuf> {
    let folder = place.join("record");
    let mut operator = begin(place, &folder)?;
    let signer = Signer::from_seed("office.example/press", &[5; 32])?;
    let mut salt = 0_u64;
    let salts = Box::new(move || {
        salt += 1;
        Ok(Id::of(&salt.to_be_bytes()).0)
    });
    let mut desk = Desk::in_memory(vec![signer], &folder, salts)?;
    let record = Record::open(&folder, None)?;
    logged(operator.submit(&[desk.keys(&record, None)?])?)?;
    let mut batch = Vec::new();
    for number in 0..REGISTERED {
        let text = corpus::document(number).join("\n\n");
        batch.extend(desk.issue(&record, &letter(number, text)?)?.submissions);
    }
    logged(operator.submit(&batch)?)?;
    operator.epoch()?;
    drop(operator);
    Library::rebuild(&Record::open(&folder, None)?)?;
    Ok(folder)
}

/// Makes the files: the hostile ones, of the others `count` together.
fn made(folder: &Path, count: u64) -> Result<Files> {
    let mut files = Files::new();
    for kind in ["documents", "pictures", "damaged", "hostile"] {
        fs::create_dir_all(folder.join(kind))?;
    }
    hostile::write_all(&folder.join("hostile"))?;
    for entry in fs::read_dir(folder.join("hostile"))? {
        files.insert(entry?.path(), Wanted::Anything);
    }
    let left = count.saturating_sub(files.len() as u64);
    let share = |of: u64| of * count / FILES;
    let (pictures, empty, cut) = (share(PICTURES), share(EMPTY), share(CUT));
    for at in 0..left {
        let (number, wanted) = text(at);
        let text = corpus::document(number);
        let (ending, write) = FORMATS[(at % FORMATS.len() as u64) as usize];
        let (path, wanted, bytes) = if at < pictures {
            let (ending, bytes) = formats::picture(&text, number)?;
            (format!("pictures/{at:04}.{ending}"), wanted, bytes)
        } else if at < pictures + empty {
            (format!("damaged/{at:04}.{ending}"), Wanted::Anything, Vec::new())
        } else if at < pictures + empty + cut {
            let mut bytes = write(&text, number)?;
            bytes.truncate(bytes.len() * (1 + at as usize % 9) / 10);
            (format!("damaged/{at:04}.{ending}"), Wanted::Anything, bytes)
        } else {
            (format!("documents/{at:04}.{ending}"), wanted, write(&text, number)?)
        };
        let path = folder.join(path);
        fs::write(&path, bytes)?;
        files.insert(path, wanted);
    }
    Ok(files)
}

/// Which text a file holds, and what is to be said of it.
fn text(at: u64) -> (u64, Wanted) {
    if at.is_multiple_of(2) {
        (at / 2 % REGISTERED, Wanted::Text(at / 2 % REGISTERED))
    } else {
        (1_000_000 + at, Wanted::Nothing)
    }
}

/// What the command said, and what that took.
struct Checked {
    report: Value,
    took: Took,
}

fn checked(binary: &Path, record: &Path, folder: &Path) -> Result<Checked> {
    let said = tempfile::NamedTempFile::new()?;
    let mut command = Command::new(binary);
    command.args(["check", "--json"]).arg(folder).arg("--record").arg(record);
    command.stdin(Stdio::null()).stdout(said.reopen()?);
    let took = watched(&mut command)?;
    let report = serde_json::from_slice(&fs::read(said.path())?)?;
    Ok(Checked { report, took })
}

/// What was told of the files.
#[derive(Default)]
struct Told {
    verdicts: usize,
    errors: usize,
    /// Honest files of which the right thing was said, and those of which it was not.
    right: usize,
    wrong: Vec<String>,
}

/// Looks whether every file has a verdict or one line that says why not.
fn judged(files: &Files, report: &Value) -> Result<Told> {
    let mut told = Told::default();
    let said = report["files"].as_array().ok_or("the report has no files")?;
    let mut seen = HashMap::new();
    for file in said {
        let path = PathBuf::from(file["file"].as_str().ok_or("a file has no name")?);
        let wanted = *files.get(&path).ok_or_else(|| format!("{} was not there", path.display()))?;
        let verdict = file.get("verdict");
        match (verdict, file["error"].as_str()) {
            (Some(_), None) => told.verdicts += 1,
            (None, Some(why)) if !why.trim().is_empty() && !why.contains(['\n', '\r']) => {
                told.errors += 1
            }
            _ => {
                return Err(
                    format!("{}: neither a verdict nor one line of error", path.display()).into()
                );
            }
        }
        if file.to_string().contains("panicked") {
            return Err(format!("{}: words of a panic", path.display()).into());
        }
        match wanted {
            Wanted::Anything => {}
            _ if verdict.is_some_and(|verdict| is_right(verdict, wanted)) => told.right += 1,
            _ => told.wrong.push(path.file_name().unwrap_or_default().to_string_lossy().into_owned()),
        }
        if seen.insert(path.clone(), ()).is_some() {
            return Err(format!("{} is there twice", path.display()).into());
        }
    }
    if seen.len() == files.len() {
        Ok(told)
    } else {
        Err(format!("something was said of {} files, not of {}", seen.len(), files.len()).into())
    }
}

/// Whether a verdict on an honest file is the one that it should have: a part of it is recognised as the text,
/// or none as any, and none is unreadable.
fn is_right(verdict: &Value, wanted: Wanted) -> bool {
    let outcomes = || verdict["parts"].as_array().into_iter().flatten().map(|part| &part["outcome"]);
    let name = |outcome: &Value| {
        outcome["claims"][0]["findings"][0]["document"]["name"].as_str().map(str::to_owned)
    };
    let found: Vec<String> = outcomes().filter_map(name).collect();
    let all_read = outcomes().all(|outcome| outcome["kind"] != "unreadable");
    all_read
        && match wanted {
            Wanted::Text(number) => {
                let right = format!("office.example/letters/{number}");
                !found.is_empty() && found.iter().all(|name| *name == right)
            }
            _ => found.is_empty(),
        }
}

/// The page that is committed.
fn page(files: &Files, told: &Told, took: &Took, alone: &Checked, folder: &Path) -> Result<String> {
    let date = Time::now().to_string();
    let (date, cores) = (date.get(..10).unwrap_or_default(), std::thread::available_parallelism()?);
    let in_kind = |kind: &str| files.keys().filter(|path| path.starts_with(folder.join(kind))).count();
    let size = |kind: &str| -> Result<f64> {
        let paths = files.keys().filter(|path| path.starts_with(folder.join(kind)));
        let real = paths.filter(|path| !path.ends_with(hostile::SPARSE));
        let sizes = real.map(|path| Ok(fs::metadata(path)?.len())).collect::<Result<Vec<u64>>>()?;
        Ok(sizes.iter().sum::<u64>() as f64 / 1e6)
    };
    let megabytes = |bytes: u64| format!("{} MB", bytes / 1_000_000);
    let (count, honest) = (files.len() as f64, in_kind("documents") as f64);
    let rows = [
        ("build of the command", BUILD.to_owned()),
        ("files", format!("{}, {:.1} MB and one of a gibibyte", files.len(), size("")?)),
        ("read, with a verdict", told.verdicts.to_string()),
        ("not read, with one line that says why", told.errors.to_string()),
        (
            "honest files of which the right thing is said",
            format!("{} of {}", told.right, told.right + told.wrong.len()),
        ),
        ("time by the clock, of processors", format!("{:.1} s, {:.1} s", took.clock, took.processor)),
        ("files a second and core", format!("{:.1}", count / took.processor)),
        ("MB a second and core", format!("{:.2}", size("")? / took.processor)),
        ("most memory of the command itself", megabytes(took.main)),
        ("most memory of a reading process", megabytes(took.reader)),
        ("most memory of Tesseract", megabytes(took.other)),
        ("most memory of all processes at one moment", megabytes(took.together)),
        (
            "the documents alone: files a second and core",
            format!("{:.0}", honest / alone.took.processor),
        ),
        (
            "the documents alone: MB a second and core",
            format!("{:.2}", size("documents")? / alone.took.processor),
        ),
    ];
    let mut page = format!(
        "# A folder of {} mixed files\n\nWritten by `cargo xtask heavy folder` on {date}, on {cores} cores. {} documents in {} \
         formats, {} scans of a page, {} files that are empty or cut short, and the {} hostile files of the command's tests \
         are checked in one run against a record of {REGISTERED} texts, of which every second honest file holds one. Memory \
         of single processes is what they had in RAM, of all together what they share is counted once.\n\n| | |\n| --- | --- |\n",
        files.len(),
        in_kind("documents"),
        FORMATS.len(),
        in_kind("pictures"),
        in_kind("damaged"),
        in_kind("hostile"),
    );
    for (what, figure) in rows {
        page += &format!("| {what} | {figure} |\n");
    }
    Ok(page)
}
