//! Tesseract, as a process of its own for every page: it gets a picture on its standard input, and what it
//! says is bounded in time, memory and length. What its words mean is read elsewhere.

use std::fmt;
use std::io::{self, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use erratum_text::{Error, ErrorKind};

use crate::grey::Grey;
use crate::languages::Languages;
use crate::limits::Limits;

const PROGRAM: &str = "tesseract";
/// Pictures are scaled so that this is true of them, more or less.
const DPI: &str = "300";
/// How long is waited between two looks whether it has ended.
const BETWEEN_LOOKS: Duration = Duration::from_millis(5);
/// So much of what it complains about is kept.
const COMPLAINT: u64 = 4096;
/// Bounds the memory and the processor's time of what it then becomes, where the system can.
const WITHIN: &str = r#"ulimit -v "$1" 2>/dev/null; ulimit -t "$2" 2>/dev/null; shift 2; exec "$@""#;

/// Tesseract as it is installed here.
#[derive(Clone, Debug)]
pub struct Tesseract {
    languages: Languages,
}

/// Why Tesseract cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Missing {
    /// There is no such program.
    Program,
    /// It has no language to read.
    Languages,
    /// It does not start, or says nothing useful: why.
    Fails(String),
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program => f.write_str(
                "Tesseract, which reads pictures of text, is not installed; Debian and Ubuntu have it by \
                 `apt-get install tesseract-ocr`, Fedora by `dnf install tesseract`, macOS by `brew install \
                 tesseract`",
            ),
            Self::Languages => f.write_str(
                "Tesseract, which reads pictures of text, has no language installed; for English it is \
                 `apt-get install tesseract-ocr-eng` on Debian and Ubuntu",
            ),
            Self::Fails(why) => write!(f, "Tesseract, which reads pictures of text, does not run: {why}"),
        }
    }
}

impl std::error::Error for Missing {}

/// How a page stands, and in which script it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// By how many quarters it must be turned clockwise to stand upright.
    pub(crate) quarters: u32,
    pub(crate) script: Option<String>,
}

impl Tesseract {
    /// Looks for the program and its languages. `wanted` are the languages that texts are expected in, the
    /// likeliest first, as BCP 47 tags or by Tesseract's names; where none of them is installed, or none is
    /// given, all that are installed count.
    ///
    /// # Errors
    /// If it is not installed, has no language, or does not run.
    pub fn find(wanted: &[&str]) -> Result<Self, Missing> {
        let limits = Limits::default();
        let said = run(&["--list-langs"], &[], &limits, Instant::now() + limits.patience());
        let listed = said.map_err(|failure| match failure {
            Failure::Absent => Missing::Program,
            other => Missing::Fails(other.into_error().to_string()),
        })?;
        let languages = Languages::new(&listed, wanted);
        if languages.is_empty() { Err(Missing::Languages) } else { Ok(Self { languages }) }
    }

    pub(crate) fn languages(&self) -> &Languages {
        &self.languages
    }

    /// The table of words of a page that stands upright.
    pub(crate) fn read(
        &self,
        picture: &Grey,
        script: Option<&str>,
        limits: &Limits,
        until: Instant,
    ) -> Result<String, Error> {
        let languages = self.languages.argument(script);
        let table = ["stdin", "stdout", "--dpi", DPI, "-l", &languages, "-c", "tessedit_create_tsv=1"];
        run(&table, &portable(picture), limits, until).map_err(Failure::into_error)
    }

    /// How a page stands and what script it is in; `None` where that cannot be told.
    pub(crate) fn look(&self, picture: &Grey, limits: &Limits, until: Instant) -> Option<Seen> {
        if !self.languages.osd {
            return None;
        }
        let osd = ["stdin", "stdout", "--dpi", DPI, "--psm", "0", "-l", "osd"];
        let said = run(&osd, &portable(picture), limits, until).ok()?;
        Some(seen(&said))
    }
}

/// What its report on orientation and script says.
fn seen(said: &str) -> Seen {
    let value = |key: &str| {
        said.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).map(str::trim)
    };
    let degrees: u32 = value("Rotate").and_then(|degrees| degrees.parse().ok()).unwrap_or(0);
    Seen { quarters: degrees / 90 % 4, script: value("Script").map(str::to_owned) }
}

/// A picture as a portable grey map: what comes before its pixels, and they.
fn portable(picture: &Grey) -> [Vec<u8>; 2] {
    let head = format!("P5\n{} {}\n255\n", picture.width, picture.height);
    [head.into_bytes(), picture.pixels().to_vec()]
}

/// Why nothing came of a run.
enum Failure {
    Absent,
    TooSlow,
    TooMuch,
    Refused(String),
    Broken(io::Error),
}

impl Failure {
    fn into_error(self) -> Error {
        match self {
            Self::Absent => Error::new(ErrorKind::Unsupported, Missing::Program.to_string()),
            Self::TooSlow => {
                Error::new(ErrorKind::TooSlow, "the picture was not read: it took too long")
            }
            Self::TooMuch => Error::new(ErrorKind::TooLarge, "the picture has more text than is read"),
            Self::Refused(why) => {
                Error::new(ErrorKind::Broken, format!("the picture was not read: {why}"))
            }
            Self::Broken(error) => {
                Error::new(ErrorKind::Broken, "the picture was not read: Tesseract does not run")
                    .because(error)
            }
        }
    }
}

/// Runs it with `arguments` on `input`, and gives what it says.
fn run(
    arguments: &[&str],
    input: &[Vec<u8>],
    limits: &Limits,
    until: Instant,
) -> Result<String, Failure> {
    let mut child = start(arguments, limits).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::Absent,
        _ => Failure::Broken(error),
    })?;
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let too_much = AtomicBool::new(false);
    let said_at_most = limits.said as u64;
    let (ended, said, complaint) = thread::scope(|scope| {
        scope.spawn(move || {
            let Some(mut stdin) = stdin else { return };
            // It may end without having read all; then its answer counts.
            let _ = input.iter().try_for_each(|part| stdin.write_all(part));
        });
        let said = scope.spawn(|| {
            let mut said = Vec::new();
            let read = stdout.map(|stdout| stdout.take(said_at_most + 1).read_to_end(&mut said));
            too_much.store(said.len() as u64 > said_at_most, Ordering::Relaxed);
            read.transpose().map(|_| said)
        });
        let complaint = scope.spawn(|| {
            let Some(mut stderr) = stderr else { return String::new() };
            let mut kept = Vec::new();
            // What is beyond that is read so that it need not wait, and thrown away.
            let _ = stderr.by_ref().take(COMPLAINT).read_to_end(&mut kept);
            let _ = io::copy(&mut stderr, &mut io::sink());
            String::from_utf8_lossy(&kept).into_owned()
        });
        let ended = end(&mut child, until, &too_much);
        (ended, said.join(), complaint.join().unwrap_or_default())
    });
    let status = ended?;
    let said = said.unwrap_or_else(|_| Ok(Vec::new())).map_err(Failure::Broken)?;
    if too_much.into_inner() {
        return Err(Failure::TooMuch);
    }
    if !status.success() {
        // What the shell answers where there is no such program.
        return Err(match status.code() {
            Some(127) => Failure::Absent,
            // Ended by a signal, without a word: its time was up.
            None if complaint.trim().is_empty() => Failure::TooSlow,
            _ => Failure::Refused(reason(&complaint)),
        });
    }
    Ok(String::from_utf8_lossy(&said).into_owned())
}

fn start(arguments: &[&str], limits: &Limits) -> io::Result<Child> {
    let mut command = if cfg!(unix) {
        let mut shell = Command::new("/bin/sh");
        let (memory, time) = (limits.memory / 1024, limits.page_time.as_secs().max(1));
        shell.args(["-c", WITHIN, "sh", &memory.to_string(), &time.to_string(), PROGRAM]);
        shell
    } else {
        Command::new(PROGRAM)
    };
    command.args(arguments).env("OMP_THREAD_LIMIT", "1").env("LC_ALL", "C");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
}

/// Waits until it has ended, and ends it where it takes too long or says too much.
fn end(
    child: &mut Child,
    until: Instant,
    too_much: &AtomicBool,
) -> Result<std::process::ExitStatus, Failure> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) if Instant::now() < until && !too_much.load(Ordering::Relaxed) => {
                thread::sleep(BETWEEN_LOOKS);
            }
            failed => {
                // It may have ended by itself in between.
                let _ = child.kill();
                let _ = child.wait();
                return match failed {
                    Err(error) => Err(Failure::Broken(error)),
                    Ok(_) if too_much.load(Ordering::Relaxed) => Err(Failure::TooMuch),
                    Ok(_) => Err(Failure::TooSlow),
                };
            }
        }
    }
}

/// The last line of a complaint, cut to one short line.
fn reason(complaint: &str) -> String {
    let line = complaint.lines().rev().find(|line| !line.trim().is_empty());
    let line = line.unwrap_or("Tesseract failed and did not say why (memory?)");
    line.trim().chars().filter(|c| !c.is_control()).take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_on_orientation_is_read() {
        let said = "Page number: 0\nOrientation in degrees: 90\nRotate: 270\n\
                    Orientation confidence: 7.03\nScript: Cyrillic\nScript confidence: 3.2\n";
        assert_eq!(seen(said), Seen { quarters: 3, script: Some("Cyrillic".to_owned()) });
        assert_eq!(seen("Too few characters. Skipping this page\n"), Seen::default());
        assert_eq!(seen("Rotate: many").quarters, 0);
    }

    #[test]
    fn what_is_missing_is_said_with_what_to_do() {
        let said = Missing::Program.to_string();
        assert!(
            said.contains(
                "is not installed; Debian and Ubuntu have it by `apt-get install tesseract-ocr`"
            )
        );
        assert!(Missing::Languages.to_string().contains("`apt-get install tesseract-ocr-eng`"));
        assert_eq!(
            Missing::Fails("no disk".to_owned()).to_string(),
            "Tesseract, which reads pictures of text, does not run: no disk"
        );
    }

    #[test]
    fn complaints_are_one_short_line() {
        assert_eq!(reason("a\nError in pixRead\u{1b}[0m\n\n"), "Error in pixRead[0m");
        assert!(reason("").contains("did not say why"));
        assert_eq!(reason(&"x".repeat(500)).len(), 120);
    }
}
