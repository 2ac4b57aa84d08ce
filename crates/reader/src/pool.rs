//! The processes of a run: started when they are needed, given one file at a time, replaced when they die.

use std::ffi::OsString;
use std::io::{self, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use erratum_text::{Error, ErrorKind, Limits, Media, PATIENCE, Part, media_of, open};

use crate::limits::MEMORY;
use crate::wire::{Request, read_answer, read_drawn};

/// How long after the limit for one part by the clock a process is killed that does not answer.
const GRACE: Duration = Duration::from_secs(2);
/// So much of what a process said last is kept.
const LAST_WORDS: usize = 1024;

/// Reads files in processes of their own: as many at once as threads call [`Readers::read`].
#[derive(Debug)]
pub struct Readers {
    program: PathBuf,
    arguments: Vec<OsString>,
    limits: Limits,
    free: Mutex<Vec<Reader>>,
}

/// One process.
#[derive(Debug)]
struct Reader {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    last_words: Arc<Mutex<Vec<u8>>>,
    listener: Option<thread::JoinHandle<()>>,
    fresh: bool,
}

/// Why a process gave no answer.
enum Failed {
    /// It did not answer in time.
    Slow,
    /// It died or spoke nonsense.
    Died(io::Error),
}

impl Readers {
    /// Processes that run `program` with `arguments`, by which it calls [`crate::work`] with the same
    /// `limits`. None is started yet.
    #[must_use]
    pub fn new(program: PathBuf, arguments: &[&str], limits: Limits) -> Self {
        let arguments = arguments.iter().map(OsString::from).collect();
        Self { program, arguments, limits, free: Mutex::default() }
    }

    /// Reads `bytes`, a whole file, into its parts, as [`open`] does. `name` is the file's name, a hint
    /// where the content leaves open what it is.
    ///
    /// # Errors
    /// As those of [`open`]; and if the file took more time or memory than any may, or what read it
    /// crashed.
    pub fn read(&self, bytes: &[u8], name: Option<&str>) -> Result<Vec<Part>, Error> {
        if bytes.len() > self.limits.file_bytes || media_of(bytes, name) == Media::Plain {
            return open(bytes, name, &self.limits);
        }
        let request = Request { name, page: None, bytes };
        let asked = |to: &mut ChildStdin, from: &mut BufReader<ChildStdout>| {
            request.write(to).and_then(|()| read_answer(from, bytes))
        };
        let (mut reader, (first, more)) = self.ask(asked)?;
        let time = erratum_ocr::Limits::default().time + self.patience();
        let second = more.then(|| reader.within(time, |_, from| read_answer(from, bytes)));
        match second {
            None => {
                self.put_back(reader);
                first
            }
            Some(Ok((second, _))) => {
                self.put_back(reader);
                second
            }
            Some(Err(failed)) => {
                let why = reader.reason(failed, time);
                first.map(|parts| parts.into_iter().map(|part| unseen(part, &why)).collect())
            }
        }
    }

    /// Draws a page of `bytes`, a PDF or a picture, counted from 1: upright and grey, as a PNG file.
    ///
    /// # Errors
    /// If it is neither, has no such page, is damaged or beyond the limits; and as [`Readers::read`].
    pub fn draw(&self, bytes: &[u8], page: u32) -> Result<Vec<u8>, Error> {
        let request = Request { name: None, page: Some(page), bytes };
        let (reader, drawn) = self.ask(|to, from| request.write(to).and_then(|()| read_drawn(from)))?;
        self.put_back(reader);
        drawn
    }

    /// Has a process answer, and gives both.
    fn ask<T: Send>(
        &self,
        talk: impl Fn(&mut ChildStdin, &mut BufReader<ChildStdout>) -> io::Result<T> + Sync,
    ) -> Result<(Reader, T), Error> {
        loop {
            let mut reader = self.take().map_err(|error| {
                let what = format!("no process to read it could be started: {error}");
                Error::new(ErrorKind::Broken, what).because(error)
            })?;
            match reader.within(self.patience(), &talk) {
                Ok(answer) => return Ok((reader, answer)),
                // What it read before may have left it in a bad way, or it had ended after a slow file.
                Err(Failed::Died(_)) if !reader.fresh => {}
                Err(failed) => return Err(reader.reason(failed, self.patience())),
            }
        }
    }

    /// How long an answer is waited for.
    fn patience(&self) -> Duration {
        self.limits.time.saturating_mul(PATIENCE) + GRACE
    }

    /// Ends all processes and waits until they are gone; the next file starts another.
    pub fn end(&self) {
        let free = std::mem::take(&mut *self.free.lock().unwrap_or_else(PoisonError::into_inner));
        drop(free);
    }

    fn take(&self) -> io::Result<Reader> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        free.map_or_else(|| Reader::start(&self.program, &self.arguments), Ok)
    }

    fn put_back(&self, mut reader: Reader) {
        reader.fresh = false;
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
    }
}

impl Reader {
    fn start(program: &PathBuf, arguments: &[OsString]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            // A trace would push out the words that tell what happened.
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let missing = || io::Error::other("a stream of the process is missing");
        let to = child.stdin.take().ok_or_else(missing)?;
        let from = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        let said = child.stderr.take().ok_or_else(missing)?;
        let last_words = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&last_words);
        let listener = Some(thread::Builder::new().spawn(move || listen(said, &kept))?);
        Ok(Self { child, to, from, last_words, listener, fresh: true })
    }

    /// Does `talk` with the process, which is killed if that takes longer than `time` or fails.
    fn within<T: Send>(
        &mut self,
        time: Duration,
        talk: impl FnOnce(&mut ChildStdin, &mut BufReader<ChildStdout>) -> io::Result<T> + Send,
    ) -> Result<T, Failed> {
        let Self { child, to, from, .. } = self;
        let (send, receive) = sync_channel(1);
        thread::scope(|scope| {
            scope.spawn(move || {
                // The receiver may have given up.
                let _ = send.send(talk(to, from));
            });
            let answer = receive.recv_timeout(time);
            if !matches!(answer, Ok(Ok(_))) {
                // Its streams end with it, and with them the thread above. It may be gone already.
                let _ = child.kill();
            }
            match answer {
                Ok(answer) => answer.map_err(Failed::Died),
                Err(RecvTimeoutError::Timeout) => Err(Failed::Slow),
                Err(RecvTimeoutError::Disconnected) => {
                    Err(Failed::Died(io::ErrorKind::BrokenPipe.into()))
                }
            }
        })
    }

    /// Why a file was not read in `time` by the clock, by how its process ended.
    fn reason(mut self, failed: Failed, time: Duration) -> Error {
        let died = match failed {
            Failed::Slow => {
                let seconds = time.as_secs();
                let what = format!("it was not read: that took longer than {seconds} seconds");
                return Error::new(ErrorKind::TooSlow, what);
            }
            Failed::Died(error) => error,
        };
        let (status, last_words) = self.end();
        if last_words.contains("memory allocation of") {
            let what = format!("it was not read: that takes more than {} MiB of memory", MEMORY >> 20);
            return Error::new(ErrorKind::TooLarge, what);
        }
        if last_words.contains("overflowed its stack") {
            return Error::new(
                ErrorKind::TooDeep,
                "it was not read: what is in it is nested too deeply",
            );
        }
        if status.is_some_and(is_out_of_time) {
            let what = "it was not read: that takes too much time of a processor";
            return Error::new(ErrorKind::TooSlow, what);
        }
        let how = status.map_or_else(|| "its end is unknown".to_owned(), |status| status.to_string());
        let what = format!("it was not read: what reads such files crashed on it ({how})");
        Error::new(ErrorKind::Broken, what).because(died)
    }

    /// How the process ended, and what it said last.
    fn end(&mut self) -> (Option<ExitStatus>, String) {
        let status = self.child.wait().ok();
        if let Some(listener) = self.listener.take() {
            // A listener cannot panic; if it did, nothing was heard.
            let _ = listener.join();
        }
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner);
        (status, String::from_utf8_lossy(&words).into_owned())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // It may be gone already; and nobody waits for what it is doing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A part whose pictures were not read, and why; what text it has stays.
fn unseen(part: Part, why: &Error) -> Part {
    if !erratum_ocr::is_wanted(&part) {
        return part;
    }
    Part { text: part.text.map_err(|_| Error::new(why.kind(), why.to_string())), ..part }
}

/// Whether the system ended a process because it used up its time.
#[cfg(unix)]
fn is_out_of_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(rustix::process::Signal::XCPU.as_raw())
}

#[cfg(not(unix))]
fn is_out_of_time(_: ExitStatus) -> bool {
    false
}

/// Keeps the last of what a process says, until it ends.
fn listen(mut said: ChildStderr, kept: &Mutex<Vec<u8>>) {
    let mut buffer = [0; LAST_WORDS];
    while let Ok(count @ 1..) = said.read(&mut buffer) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(buffer.get(..count).unwrap_or_default());
        let old = kept.len().saturating_sub(LAST_WORDS);
        kept.drain(..old);
    }
}
