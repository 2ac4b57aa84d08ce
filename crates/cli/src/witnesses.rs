//! Having a record's checkpoints cosigned while it is run.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use erratum::record::{LogError, Operator, TlogPolicy};
use erratum_desk::DeskError;
use erratum_remote::{WitnessMemory, ask_witnesses};

use crate::failure::Failure;
use crate::show::inert;

/// How long all witnesses together may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a checkpoint that the quorum did not cosign waits for the next try.
const AGAIN: Duration = Duration::from_secs(10);

/// The witnesses of a record, and what they said.
pub(crate) struct Witnesses {
    policy: TlogPolicy,
    memory: WitnessMemory,
    /// The checkpoint asked about last, whether the quorum saw it, and when it was asked.
    last: Option<(Vec<u8>, bool, Instant)>,
    /// Told once each until it changes.
    told: BTreeSet<String>,
}

/// Why a record cannot be run on.
pub(crate) enum Ran {
    Operator(DeskError),
    Log(LogError),
    Witnesses(String),
    Names(Failure),
}

impl From<DeskError> for Ran {
    fn from(error: DeskError) -> Self {
        Self::Operator(error)
    }
}

impl From<Ran> for Failure {
    fn from(ran: Ran) -> Self {
        match ran {
            Ran::Operator(error) => error.into(),
            Ran::Log(error) => Failure::new(error.to_string()),
            Ran::Witnesses(why) => Failure::new(why),
            Ran::Names(failure) => failure,
        }
    }
}

impl Witnesses {
    /// Reads the policy; what each witness cosigned last is remembered beside the log key.
    pub(crate) fn read(file: &Path, log_key: &Path) -> Result<Self, Failure> {
        let failed = |why: String| Failure::new(format!("{}: {why}", file.display()));
        let bytes = fs::read(file).map_err(|error| failed(error.to_string()))?;
        let policy = TlogPolicy::parse(&bytes).map_err(|error| failed(error.to_string()))?;
        if !policy.witnesses().iter().any(|witness| witness.url().is_some()) {
            return Err(failed("it names no witness with a URL to ask".to_owned()));
        }
        let mut name = log_key.as_os_str().to_owned();
        name.push(".witnesses");
        let memory = WitnessMemory::open(Path::new(&name));
        Ok(Self { policy, memory, last: None, told: BTreeSet::new() })
    }

    /// Has the published checkpoint cosigned, unless this run had it cosigned by the quorum, or asked just
    /// now. A witness that is slow or gone costs no more than its cosignature.
    pub(crate) fn ask(&mut self, operator: &mut Operator) -> Result<(), Ran> {
        let log = operator.log().map_err(Ran::Log)?;
        if log.size() == 0 || self.is_settled(log.checkpoint_bytes()) {
            return Ok(());
        }
        let key = operator.log_key();
        let asked = ask_witnesses(&log, &key, &self.policy, &mut self.memory, PATIENCE);
        let asked = asked.map_err(Ran::Log)?;
        self.memory.save().map_err(Ran::Log)?;
        if let Some((size, witness)) = asked.ahead {
            return Err(Ran::Witnesses(format!(
                "witness {witness} has seen {size} entries of this log, which has {}: this is an older state \
                 of it (a restored backup?), and to append would fork the log",
                log.size()
            )));
        }
        operator.cosign(asked.checkpoint.clone()).map_err(Ran::Log)?;
        let seen = self.policy.check(&asked.checkpoint);
        let mut told = BTreeSet::new();
        for (name, why) in &asked.silent {
            told.insert(format!("witness {}: {}", inert(name), inert(why)));
        }
        if let Err(why) = &seen {
            told.insert(inert(&why.to_string()));
        }
        for new in told.difference(&self.told) {
            anstream::println!("{new}");
        }
        self.told = told;
        if let Ok(seen) = &seen {
            let names: Vec<&str> = seen.witnesses.iter().map(|(name, _)| name.as_str()).collect();
            anstream::println!("cosigned at {} entries by {}", log.size(), inert(&names.join(", ")));
        }
        self.last = Some((asked.checkpoint, seen.is_ok(), Instant::now()));
        Ok(())
    }

    /// Whether nothing need be asked about this checkpoint now.
    fn is_settled(&self, checkpoint: &[u8]) -> bool {
        match &self.last {
            Some((last, true, _)) if last == checkpoint => true,
            Some((last, false, asked)) if last == checkpoint => asked.elapsed() < AGAIN,
            // Also one that an earlier run left cosigned: it may come from a backup.
            _ => false,
        }
    }
}
