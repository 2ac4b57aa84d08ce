//! Names that prove themselves: those whose keys wait are looked up, beside the record's own work.
//!
//! Lookups run on threads of their own, a few at a time, and hold nothing that others wait for. What they
//! find is logged when the record is run next.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use erratum::record::{Id, Name, Operator, Time, Waiting, Wanted, random_seed};
use erratum_desk::DeskError;
use erratum_names::{Found, Lookup, LookupError, Settings};

use crate::failure::Failure;
use crate::show::inert;

/// At most so many names are looked up at once.
const AT_ONCE: usize = 8;
/// So many wait to be looked up; more are left for a later round.
const MOST_IN_LINE: usize = 256;
/// A name that did not publish what its keys want is asked again after so long.
const AGAIN: Duration = Duration::from_secs(300);

/// Lookups by the settings in a file, or by those of this machine.
pub(crate) fn lookup(settings: Option<&Path>) -> Result<Lookup, Failure> {
    let settings = settings.map_or_else(Settings::public, Settings::read);
    Ok(Lookup::new(settings.map_err(Failure::new)?))
}

/// What a lookup ended with.
type Ended = (Wanted, Result<Found, LookupError>);

/// The lookups for an open record.
pub(crate) struct Proving {
    lookup: Arc<Lookup>,
    line: VecDeque<Wanted>,
    running: usize,
    /// When each was asked about last.
    asked: BTreeMap<Id, Instant>,
    door: Sender<Ended>,
    ended: Receiver<Ended>,
}

impl Proving {
    pub(crate) fn new(lookup: Lookup) -> Self {
        let (door, ended) = channel();
        let (lookup, asked) = (Arc::new(lookup), BTreeMap::new());
        Self { lookup, line: VecDeque::new(), running: 0, asked, door, ended }
    }

    /// Looks up the names whose keys wait, but for those asked about just now.
    pub(crate) fn ask(&mut self, waiting: &[Waiting]) {
        self.asked.retain(|_, asked| asked.elapsed() < AGAIN);
        for wanted in waiting.iter().filter_map(|waiting| waiting.wants.as_ref()) {
            if self.line.len() < MOST_IN_LINE && !self.asked.contains_key(&wanted.keys) {
                self.asked.insert(wanted.keys, Instant::now());
                self.line.push_back(wanted.clone());
            }
        }
        self.start();
    }

    fn start(&mut self) {
        while self.running < AT_ONCE {
            let Some(wanted) = self.line.pop_front() else { return };
            let (lookup, door) = (Arc::clone(&self.lookup), self.door.clone());
            self.running += 1;
            thread::spawn(move || {
                let found = lookup.find(&wanted.name, Time::now());
                // Nobody listens any more where the command has ended.
                let _ = door.send((wanted, found));
            });
        }
    }

    /// What has come back; with `all`, once everything has. Each lookup ends by itself.
    fn come_back(&mut self, all: bool) -> Vec<Ended> {
        let mut back = Vec::new();
        while self.running > 0 {
            let next = if all { self.ended.recv().ok() } else { self.ended.try_recv().ok() };
            let Some(ended) = next else { break };
            self.running -= 1;
            back.push(ended);
            self.start();
        }
        back
    }

    /// Waits for all lookups that are under way, and gives those that found what was wanted; says of the
    /// others why not.
    pub(crate) fn finish(&mut self) -> Vec<Found> {
        self.come_back(true).into_iter().filter_map(sort).collect()
    }

    /// The same of those that have ended.
    pub(crate) fn ended(&mut self) -> Vec<Found> {
        self.come_back(false).into_iter().filter_map(sort).collect()
    }
}

/// What was found, if it is what was wanted.
fn sort((wanted, found): Ended) -> Option<Found> {
    let why = match found {
        Ok(found) => match wanted.check(&found.proof) {
            Ok(()) => return Some(found),
            Err(why) => why,
        },
        Err(error) => error.to_string(),
    };
    anstream::println!("waiting: {}", inert(&why));
    None
}

/// Logs what was found.
pub(crate) fn log(operator: &mut Operator, all: &[Found]) -> Result<(), DeskError> {
    for Found { proof, evidence } in all {
        let salt = random_seed().map_err(|error| DeskError::Operator(error.into()))?;
        let entry = operator.prove(proof, evidence, salt)?;
        anstream::println!("{} is proven by {}: entry {entry}", proof.name, proof.method.as_str());
    }
    Ok(())
}

/// Looks names up that have keys in the record and logs what proves them; fails if one is not proven.
pub(crate) fn prove(operator: &mut Operator, names: &[Name], lookup: &Lookup) -> Result<(), Failure> {
    let mut unproven = 0;
    for name in names {
        let wanted = operator.wanted(name, Time::now())?;
        let wanted = wanted.ok_or_else(|| Failure::new(format!("{name} has no keys in this record")))?;
        match sort((wanted, lookup.find(name, Time::now()))) {
            Some(found) => log(operator, &[found])?,
            None => unproven += 1,
        }
    }
    match unproven {
        0 => Ok(()),
        count => Err(Failure::new(format!("{count} of {} names not proven", names.len()))),
    }
}
