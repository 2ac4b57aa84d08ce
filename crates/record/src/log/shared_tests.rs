//! Several writers over one store that swaps atomically, without a lock: one takes over at every step of
//! the other, every step fails in every way, and real threads race.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use super::error::{LogError, LogErrorKind};
use super::store::{Store, conflict};
use super::{Log, NewEntry, Recovery, Writer, check_consistency};
use crate::note::Signer;

/// What happens before an operation.
type Hook = Box<dyn FnOnce() + Send>;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    /// It does not happen.
    Error,
    /// It happens and is reported as failed.
    Late,
    /// It does not happen, and nothing after it.
    Stop,
}

/// Objects that all its users share.
type Objects = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// One user's way to the objects.
#[derive(Clone, Default)]
struct Bucket {
    objects: Objects,
    prefix: &'static str,
    plan: Arc<Mutex<Plan>>,
}

#[derive(Default)]
struct Plan {
    steps: usize,
    hook: Option<(usize, Hook)>,
    fault: Option<(usize, Fault)>,
    stopped: bool,
}

impl Bucket {
    /// Another user's way to the same objects.
    fn other(&self) -> Self {
        Self { plan: Arc::default(), ..self.clone() }
    }

    fn at(&self, prefix: &'static str) -> Arc<dyn Store> {
        Arc::new(Self { prefix, ..self.clone() })
    }

    fn open(&self) -> Result<(Writer, Recovery), LogError> {
        Writer::open_on(self.at("public/"), self.at("private/"), key(), "log.key")
    }

    fn create(&self) -> Result<Writer, LogError> {
        Writer::create_on(self.at("public/"), self.at("private/"), key(), "log.key")
    }

    fn log(&self) -> Log {
        Log::open(self.other().at("public/"), &key().verifier()).unwrap()
    }

    fn step<T>(
        &self,
        path: &str,
        act: impl FnOnce(&mut BTreeMap<String, Vec<u8>>) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        let failed = |why| Err(LogError::io(path, "reached", io::Error::other(why)));
        let mut plan = self.plan.lock().unwrap();
        // One single blob is like another: only those of every fiftieth entry are steps of their own.
        plan.steps += usize::from(!path.contains(".p/") || path.ends_with("49"));
        let now = plan.steps;
        if plan.hook.as_ref().is_some_and(|(step, _)| *step == now) {
            (plan.hook.take().unwrap().1)();
        }
        let fault = plan.fault.filter(|(step, _)| *step == now).map(|(_, fault)| fault);
        plan.stopped |= fault == Some(Fault::Stop);
        if plan.stopped || fault == Some(Fault::Error) {
            return failed("no answer");
        }
        let done = act(&mut self.objects.lock().unwrap());
        if fault.is_some() { failed("time-out") } else { done }
    }

    fn name(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }
}

impl Store for Bucket {
    fn read(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, LogError> {
        self.read_range(path, 0, most)
    }

    fn read_range(&self, path: &str, offset: u64, len: u64) -> Result<Option<Vec<u8>>, LogError> {
        self.step(path, |objects| {
            let Some(bytes) = objects.get(&self.name(path)) else { return Ok(None) };
            let from = bytes.len().min(offset as usize);
            let to = bytes.len().min(from.saturating_add(len as usize));
            Ok(Some(bytes[from..to].to_vec()))
        })
    }

    fn create(&self, files: &[(String, Vec<u8>)]) -> Result<(), LogError> {
        files.iter().try_for_each(|(path, bytes)| {
            self.step(path, |objects| {
                if objects.entry(self.name(path)).or_insert_with(|| bytes.clone()) == bytes {
                    return Ok(());
                }
                Err(LogError::damaged(path, "is there already with other content"))
            })
        })
    }

    fn replace(&self, path: &str, bytes: &[u8]) -> Result<(), LogError> {
        self.step(path, |objects| {
            objects.insert(self.name(path), bytes.to_vec());
            Ok(())
        })
    }

    fn swap(&self, path: &str, expected: Option<&[u8]>, bytes: &[u8]) -> Result<(), LogError> {
        self.step(path, |objects| {
            let found = objects.get(&self.name(path)).map(Vec::as_slice);
            if found != expected {
                return Err(conflict(path, expected, found));
            }
            objects.insert(self.name(path), bytes.to_vec());
            Ok(())
        })
    }

    fn remove(&self, path: &str) -> Result<(), LogError> {
        self.step(path, |objects| {
            objects.remove(&self.name(path));
            Ok(())
        })
    }

    fn remove_folder(&self, path: &str) -> Result<(), LogError> {
        self.step(path, |objects| {
            let folder = format!("{}/", self.name(path));
            objects.retain(|name, _| !name.starts_with(&folder));
            Ok(())
        })
    }
}

fn key() -> Signer {
    Signer::from_seed("record.example", &[1; 32]).unwrap()
}

/// `count` entries of this writer.
fn batch(writer: &str, first: u64, count: u64) -> Vec<NewEntry> {
    let text = |index| format!("{writer} {index}").into_bytes();
    (first..first + count).map(|i| NewEntry { entry: text(i), blobs: Some(text(i)) }).collect()
}

/// What was acknowledged: the first index and the entries.
type Acknowledged = Vec<(u64, Vec<NewEntry>)>;

/// The whole log must be readable and hold all that was acknowledged.
fn check(bucket: &Bucket, acknowledged: &Acknowledged, what: &str) {
    let log = bucket.log();
    let entries = log.entries(0..log.size()).unwrap_or_else(|error| panic!("{what}: {error}"));
    for (first, batch) in acknowledged {
        for (index, new) in (*first..).zip(batch) {
            assert_eq!(entries[index as usize], new.entry, "{what}: entry {index}");
            assert_eq!(log.blobs(index).unwrap(), new.blobs, "{what}: blobs of {index}");
        }
    }
}

/// The appends of the writer whose every step is tried: across the end of a range.
fn appends(bucket: &Bucket, acknowledged: &mut Acknowledged) -> Result<(), LogError> {
    let mut writer = bucket.open()?.0;
    for count in [2, 300, 1] {
        let new = batch("first", writer.checkpoint().size(), count);
        let indexes = writer.append(&new)?;
        acknowledged.push((indexes.start, new));
    }
    Ok(())
}

/// A log with some entries, so that both writers go on from there.
fn begun() -> Bucket {
    let bucket = Bucket::default();
    bucket.create().unwrap().append(&batch("begin", 0, 250)).unwrap();
    bucket.other()
}

/// The same objects, in a bucket of their own.
fn copy(bucket: &Bucket) -> Bucket {
    Bucket { objects: Arc::new(Mutex::new(bucket.objects.lock().unwrap().clone())), ..Bucket::default() }
}

fn steps(begun: &Bucket) -> usize {
    let bucket = copy(begun);
    appends(&bucket, &mut Vec::new()).unwrap();
    bucket.plan.lock().unwrap().steps
}

#[test]
fn another_writer_may_take_over_at_any_step() {
    let begun = begun();
    let (mut conflicts, mut both) = (0, 0);
    for step in 1..=steps(&begun) {
        for more in [1, 300] {
            let bucket = copy(&begun);
            let taken = Arc::new(Mutex::new(Vec::new()));
            let (other, seen) = (bucket.other(), Arc::clone(&taken));
            let hook = move || {
                // Twice, so that what the first one staged is discarded.
                for count in [more, 2] {
                    let mut writer = other.open().unwrap().0;
                    let new = batch("second", writer.checkpoint().size(), count);
                    let indexes = writer.append(&new).unwrap();
                    seen.lock().unwrap().push((indexes.start, new));
                }
            };
            bucket.plan.lock().unwrap().hook = Some((step, Box::new(hook)));
            let mut acknowledged = Vec::new();
            let result = appends(&bucket, &mut acknowledged);
            let what = format!("taken over at {step} with {more}: {result:?}");
            match result {
                Err(error) => {
                    assert_eq!(error.kind(), LogErrorKind::Conflict, "{what}");
                    conflicts += 1;
                }
                Ok(()) => both += 1,
            }
            acknowledged.append(&mut taken.lock().unwrap());
            assert!(acknowledged.len() >= 2);
            check(&bucket, &acknowledged, &what);
            // Opened again, the first one goes on from there.
            appends(&bucket.other(), &mut acknowledged).unwrap();
            check(&bucket, &acknowledged, &what);
        }
    }
    assert!(conflicts > 20 && both > 2, "{conflicts} conflicts, {both} times none");
}

#[test]
fn any_step_may_fail_and_another_writer_goes_on() {
    let begun = begun();
    for fault in [Fault::Error, Fault::Late, Fault::Stop] {
        for step in 1..=steps(&begun) {
            let bucket = copy(&begun);
            bucket.plan.lock().unwrap().fault = Some((step, fault));
            let mut acknowledged = Vec::new();
            let result = appends(&bucket, &mut acknowledged);
            let what = format!("{fault:?} at {step}: {result:?}");
            check(&bucket, &acknowledged, &what);
            appends(&bucket.other(), &mut acknowledged)
                .unwrap_or_else(|error| panic!("{what}: {error}"));
            check(&bucket, &acknowledged, &what);
        }
    }
}

#[test]
fn racing_threads_make_one_log() {
    let bucket = begun();
    let races: Vec<_> = ["a", "b", "c", "d"]
        .map(|name| {
            let bucket = bucket.other();
            std::thread::spawn(move || race(&bucket, name))
        })
        .into();
    let mut acknowledged = Vec::new();
    races.into_iter().for_each(|thread| acknowledged.extend(thread.join().unwrap()));
    assert!(acknowledged.len() >= 4 * 20);
    check(&bucket, &acknowledged, "racing");
}

/// Appends until it was acknowledged often enough; every checkpoint it sees continues the one before.
fn race(bucket: &Bucket, name: &str) -> Acknowledged {
    let mut acknowledged = Acknowledged::new();
    let mut seen = bucket.log().checkpoint().clone();
    while acknowledged.len() < 20 {
        let Ok((mut writer, _)) = bucket.open() else { continue };
        loop {
            let new = batch(name, writer.checkpoint().size(), 1 + acknowledged.len() as u64);
            match writer.append(&new) {
                Ok(indexes) => acknowledged.push((indexes.start, new)),
                Err(error) => {
                    assert!(matches!(error.kind(), LogErrorKind::Conflict), "{error}");
                    break;
                }
            }
            let log = bucket.log();
            let proof = log.prove_consistency(seen.size(), log.size()).unwrap();
            check_consistency(seen.size(), &seen.root(), log.size(), &log.root(), &proof).unwrap();
            seen = log.checkpoint().clone();
            if acknowledged.len().is_multiple_of(5) {
                break;
            }
        }
    }
    acknowledged
}

#[test]
fn two_that_begin_at_once_make_one_log() {
    let bucket = Bucket::default();
    let other = bucket.other();
    let hook = move || {
        other.create().unwrap().append(&batch("second", 0, 1)).unwrap();
    };
    // After the first one looked for a state, before it makes one.
    bucket.plan.lock().unwrap().hook = Some((3, Box::new(hook)));
    let error = bucket.create().map(drop).unwrap_err();
    assert_eq!(error.kind(), LogErrorKind::Conflict);
    assert_eq!(error.to_string(), "log.key.state: is there already: another writer made it");
    let error = bucket.other().create().map(drop).unwrap_err();
    assert_eq!(error.to_string(), "checkpoint: there is a log already");
    check(&bucket, &vec![(0, batch("second", 0, 1))], "begun");
}

#[test]
fn what_is_withheld_stays_so_when_another_writer_bundles_it_at_any_step() {
    let begun = begun();
    for step in 1..=steps(&begun) {
        let bucket = copy(&begun);
        let other = bucket.other();
        let done = Arc::new(Mutex::new(false));
        let withheld = Arc::clone(&done);
        let hook = move || {
            let mut writer = other.open().unwrap().0;
            writer.withhold(&[7, 249]).unwrap();
            *withheld.lock().unwrap() = true;
        };
        bucket.plan.lock().unwrap().hook = Some((step, Box::new(hook)));
        let _ = appends(&bucket, &mut Vec::new());
        assert!(*done.lock().unwrap());
        let mut writer = bucket.other().open().unwrap().0;
        writer.append(&batch("last", 600, 300)).unwrap();
        for (index, expected) in [(7, None), (249, None), (8, Some(b"begin 8".to_vec()))] {
            assert_eq!(bucket.log().blobs(index).unwrap(), expected, "at {step}: {index}");
        }
    }
}
