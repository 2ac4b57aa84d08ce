//! `erratum check`: files in, verdicts out.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use erratum::text::Limits;
use erratum::verdict::{Exit, Verdict};
use erratum::{Library, Policy, When};
use serde::Serialize;

use crate::args::Check;
use crate::failure::Failure;
use crate::parallel::in_parallel;
use crate::progress::Progress;
use crate::{reading, records, show};

/// What became of a file.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Checked {
    file: String,
    #[serde(flatten)]
    result: Result,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
enum Result {
    Verdict(Verdict),
    Error(String),
}

impl Checked {
    fn exit(&self) -> Exit {
        match &self.result {
            Result::Verdict(verdict) => verdict.exit(),
            Result::Error(_) => Exit::Error,
        }
    }
}

/// Who is asked about a file, and about which moment.
struct Asked<'a> {
    libraries: &'a [Library],
    policy: &'a Policy,
    when: When,
    /// Where the page of the copy goes.
    annotate: Option<&'a Path>,
}

/// The document that `--json` prints.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Report {
    erratum: &'static str,
    files: Vec<Checked>,
    exit: u8,
}

pub(crate) fn check(args: &Check) -> std::result::Result<u8, Failure> {
    let policy = records::policy(args.records.policy.as_deref())?;
    let sources = records::sources(&args.records, &policy)?;
    let libraries: Vec<Library> =
        sources.iter().map(Library::open).collect::<std::result::Result<_, _>>()?;
    let asked = Asked {
        libraries: &libraries,
        policy: &policy,
        when: records::when(&args.moments),
        annotate: args.annotate.as_deref(),
    };
    let files = list(&args.files);
    if files.is_empty() {
        return Err(Failure::new(
            "no file to check: the folder has none, or only hidden ones and links",
        ));
    }
    let many = files.len() > 1;
    if many && args.annotate.is_some() {
        return Err(Failure::new("--annotate writes the page of one copy: name one file"));
    }
    let mut out = anstream::stdout().lock();
    let mut report = Report { erratum: "check/v1", files: Vec::new(), exit: 0 };
    let mut exits = Vec::new();
    let progress = Progress::of(files.len());
    in_parallel(
        &files,
        |file| check_file(file, &asked),
        |checked| {
            exits.push(checked.exit());
            progress.one_more(|| {
                if args.json {
                    report.files.push(checked);
                    return Ok(());
                }
                match &checked.result {
                    Result::Verdict(verdict) => show::verdict(&mut out, &checked.file, verdict, many),
                    Result::Error(why) => {
                        anstream::eprintln!(
                            "erratum: {}: {}",
                            show::inert(&checked.file),
                            show::inert(why)
                        );
                        Ok(())
                    }
                }
            })?;
            Ok(())
        },
    )?;
    progress.end();
    if many && !args.json {
        summarize(&mut out, &exits)?;
    }
    let exit = Exit::of_files(exits) as u8;
    if args.json {
        report.exit = exit;
        serde_json::to_writer_pretty(&mut out, &report)
            .map_err(|error| Failure::from(std::io::Error::from(error)))?;
        writeln!(out)?;
    }
    Ok(exit)
}

/// What the files came to, each counted once.
fn summarize(out: &mut impl Write, exits: &[Exit]) -> std::io::Result<()> {
    writeln!(out, "{} files", exits.len())?;
    let lines = [
        (Exit::NotGood, "with a match that is not good"),
        (Exit::Good, "with good matches alone"),
        (Exit::Nothing, "of which no record knows anything"),
        (Exit::Error, "that could not be read, or not wholly"),
    ];
    for (exit, what) in lines {
        let count = exits.iter().filter(|one| **one == exit).count();
        if count > 0 {
            writeln!(out, "{count:>7} {what}")?;
        }
    }
    Ok(())
}

/// A file to check, or why a folder cannot be listed.
enum Listed {
    Input,
    File(PathBuf),
    Unlisted(PathBuf, std::io::Error),
}

/// The files meant: folders stand for all files below them, in order of their names; hidden files and
/// links in folders are passed over.
fn list(named: &[PathBuf]) -> Vec<Listed> {
    let mut files = Vec::new();
    for path in named {
        if path.as_os_str() == "-" {
            files.push(Listed::Input);
        } else if path.is_dir() {
            list_folder(path, &mut files);
        } else {
            files.push(Listed::File(path.clone()));
        }
    }
    files
}

fn list_folder(folder: &Path, files: &mut Vec<Listed>) {
    let mut entries = match fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => return files.push(Listed::Unlisted(folder.to_owned(), error)),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !hidden => list_folder(&entry.path(), files),
            Ok(kind) if kind.is_file() && !hidden => files.push(Listed::File(entry.path())),
            _ => {}
        }
    }
}

fn check_file(file: &Listed, asked: &Asked<'_>) -> std::result::Result<Checked, Failure> {
    let (name, bytes) = match file {
        Listed::Input => ("-".to_owned(), read(std::io::stdin().lock())),
        Listed::File(path) => {
            (path.display().to_string(), fs::File::open(path).map_err(|e| e.to_string()).and_then(read))
        }
        Listed::Unlisted(path, error) => (path.display().to_string(), Err(error.to_string())),
    };
    let bytes = match bytes {
        Ok(bytes) => bytes,
        Err(why) => return Ok(Checked { file: name, result: Result::Error(why) }),
    };
    let copy = reading::copy(bytes, Path::new(&name));
    let verdict = erratum::check(&copy, asked.libraries, asked.policy, asked.when)?;
    if let Some(page) = asked.annotate {
        fs::write(page, erratum_serve::annotated(&name, &copy, &verdict, &reading::page))
            .map_err(|error| Failure::new(format!("{}: {error}", page.display())))?;
    }
    let unreadable = match verdict.parts.as_slice() {
        [only] if only.path.is_empty() => match &only.outcome {
            erratum::verdict::Outcome::Unreadable { reason } => Some(reason.clone()),
            _ => None,
        },
        _ => None,
    };
    let result = unreadable.map_or(Result::Verdict(verdict), Result::Error);
    Ok(Checked { file: name, result })
}

/// Reads a file, and no more of it than can be checked.
fn read(file: impl Read) -> std::result::Result<Vec<u8>, String> {
    let most = Limits::default().file_bytes;
    let mut bytes = Vec::new();
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() > most {
        Err(format!("larger than the {most} bytes that are read"))
    } else {
        Ok(bytes)
    }
}
