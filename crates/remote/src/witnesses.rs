//! Asking witnesses to cosign a checkpoint (C2SP tlog-witness), all at once and each for a bounded time.
//!
//! A witness that is slow, dead or lying costs its own cosignature and nothing else. What is done with a
//! checkpoint that too few cosigned is not decided here.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use erratum_record::{
    Cosignature, CosignerKey, LocalStore, Log, LogError, LogErrorKind, Store, Time, TlogPolicy,
    VerifierKey, Witness, WitnessAnswer, add_checkpoint, cosign,
};

use crate::http;

/// The most cosignatures under a checkpoint, which has 64 lines of signatures at most.
const MOST_COSIGNATURES: usize = 63;
/// The most bytes of an answer.
const MOST_ANSWER: u64 = 64 * 1024;
/// The most bytes of the memory.
const MOST_MEMORY: u64 = 1 << 20;

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The checkpoint with the log's signature and every cosignature got, and of those who gave none now the
    /// ones that it bears.
    pub checkpoint: Vec<u8>,
    /// Who cosigned, by the names in the policy, and when.
    pub cosigned: Vec<(String, Time)>,
    /// Who did not, and why.
    pub silent: Vec<(String, String)>,
    /// The largest size that a witness claims to have cosigned, where that is larger than this log, and
    /// which witness: the log may be a restored backup.
    pub ahead: Option<(u64, String)>,
}

/// The size that each witness cosigned last, in a small text file: where the next proof starts. It is only
/// a hint, so one that cannot be read is begun anew.
#[derive(Debug)]
pub struct WitnessMemory {
    file: PathBuf,
    sizes: BTreeMap<String, u64>,
}

impl WitnessMemory {
    /// The memory in `file`, which need not be there.
    #[must_use]
    pub fn open(file: &Path) -> Self {
        Self { file: file.to_owned(), sizes: Self::read(file).unwrap_or_default() }
    }

    fn read(file: &Path) -> Option<BTreeMap<String, u64>> {
        let (store, name) = beside(file);
        let bytes = store.read(&name, MOST_MEMORY).ok()??;
        let text = String::from_utf8(bytes).ok()?;
        let lines = text.strip_prefix("erratum/v1 witnesses\n")?.lines();
        lines
            .map(|line| Some((line.split_once(' ')?.1, line.split_once(' ')?.0)))
            .map(|line| line.and_then(|(name, size)| Some((name.to_owned(), size.parse().ok()?))))
            .collect()
    }

    /// The size that a witness cosigned last of this log, or 0.
    #[must_use]
    pub fn size(&self, origin: &str, key: &CosignerKey) -> u64 {
        self.sizes.get(&entry(origin, key)).copied().unwrap_or(0)
    }

    fn remember(&mut self, origin: &str, key: &CosignerKey, size: u64) {
        self.sizes.insert(entry(origin, key), size);
    }

    /// Writes the file, in place of the older one.
    ///
    /// # Errors
    /// If that cannot be done.
    pub fn save(&self) -> Result<(), LogError> {
        let lines = self.sizes.iter().map(|(name, size)| format!("{size} {name}\n"));
        let text: String = std::iter::once("erratum/v1 witnesses\n".to_owned()).chain(lines).collect();
        let (store, name) = beside(&self.file);
        store.replace(&name, text.as_bytes())
    }
}

fn entry(origin: &str, key: &CosignerKey) -> String {
    format!("{}+{:08x} {origin}", key.name(), key.id())
}

/// The store of a file's folder, and the file's name in it.
pub(crate) fn beside(file: &Path) -> (LocalStore, String) {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    (LocalStore::new(folder.unwrap_or(Path::new("."))), name)
}

/// What came of asking one witness.
struct One {
    /// The size that it has cosigned last, as far as it said.
    size: Option<u64>,
    got: Result<Vec<Cosignature>, String>,
}

/// Asks every witness of the policy that has a URL to cosign the checkpoint of `log`, which `log_key`
/// signed, and waits at most `limit` for all of them.
///
/// # Errors
/// If the log's own checkpoint is not signed by `log_key`. What a witness does is no error.
pub fn ask_witnesses(
    log: &Log,
    log_key: &VerifierKey,
    policy: &TlogPolicy,
    memory: &mut WitnessMemory,
    limit: Duration,
) -> Result<Asked, LogError> {
    let origin = log.checkpoint().origin().to_owned();
    let bytes = cosign(log.checkpoint_bytes(), log_key, &[])?;
    let end = Instant::now() + limit;
    let (bytes, of_memory) = (&bytes, &*memory);
    let answers: Vec<(&Witness, One)> = thread::scope(|scope| {
        let threads: Vec<_> = policy
            .witnesses()
            .iter()
            .map(|witness| {
                let known = of_memory.size(&origin, witness.key());
                (witness, scope.spawn(move || ask(log, bytes, witness, known, end)))
            })
            .collect();
        let join = |thread: thread::ScopedJoinHandle<'_, One>| match thread.join() {
            Ok(one) => one,
            Err(panic) => std::panic::resume_unwind(panic),
        };
        threads.into_iter().map(|(witness, thread)| (witness, join(thread))).collect()
    });
    let mut asked =
        Asked { checkpoint: Vec::new(), cosigned: Vec::new(), silent: Vec::new(), ahead: None };
    let mut cosignatures = Vec::new();
    for (witness, one) in answers {
        if let Some(size) = one.size.filter(|&size| size <= log.size()) {
            memory.remember(&origin, witness.key(), size);
        }
        let ahead = one.size.filter(|&size| size > log.size());
        asked.ahead = asked.ahead.max(ahead.map(|size| (size, witness.name())));
        match one.got {
            Ok(_) if cosignatures.len() >= MOST_COSIGNATURES => {
                let why = format!("it is one too many: {MOST_COSIGNATURES} others cosigned");
                asked.silent.push((witness.name(), why));
            }
            // One each, so that none takes the room of others.
            Ok(got) => {
                if let Some(latest) = got.into_iter().max_by_key(|cosignature| cosignature.time) {
                    asked.cosigned.push((witness.name(), latest.time));
                    cosignatures.push(latest);
                }
            }
            // What it gave to this very checkpoint before stays.
            Err(why) => {
                let before = Cosignature::on(log.checkpoint_bytes(), witness.key())?;
                let has_room = cosignatures.len() < MOST_COSIGNATURES;
                cosignatures.extend(before.filter(|_| has_room));
                asked.silent.push((witness.name(), why));
            }
        }
    }
    asked.checkpoint = cosign(bytes, log_key, &cosignatures)?;
    Ok(asked)
}

/// Asks one witness, and once more from where it says it is.
fn ask(log: &Log, checkpoint: &[u8], witness: &Witness, known: u64, end: Instant) -> One {
    let none = |why: String| One { size: None, got: Err(why) };
    let Some(url) = witness.url() else { return none("the policy gives no URL for it".to_owned()) };
    // The memory may be of another copy of the log.
    let known = known.min(log.size());
    match add(log, checkpoint, witness.key(), url, known, end) {
        Ok(WitnessAnswer::Cosigned(got)) => One { size: Some(log.size()), got: Ok(got) },
        Ok(WitnessAnswer::Refused(why)) => none(why),
        Err(error) => none(error.to_string()),
        Ok(WitnessAnswer::Conflict(size)) if size > log.size() => One {
            size: Some(size),
            got: Err(format!("it has cosigned {size} entries, and this log has {}", log.size())),
        },
        Ok(WitnessAnswer::Conflict(size)) => {
            let got = match add(log, checkpoint, witness.key(), url, size, end) {
                Ok(WitnessAnswer::Cosigned(got)) => Ok(got),
                Ok(WitnessAnswer::Refused(why)) => Err(why),
                Ok(WitnessAnswer::Conflict(again)) if again == size && size == log.size() => {
                    Err(format!("it has cosigned another log of {size} entries"))
                }
                Ok(WitnessAnswer::Conflict(again)) => {
                    Err(format!("it says that it has cosigned {again} entries, and before {size}"))
                }
                Err(error) => Err(error.to_string()),
            };
            One { size: Some(if got.is_ok() { log.size() } else { size }), got }
        }
    }
}

/// One request.
fn add(
    log: &Log,
    checkpoint: &[u8],
    key: &CosignerKey,
    url: &str,
    old: u64,
    end: Instant,
) -> Result<WitnessAnswer, LogError> {
    let proof = if old == log.size() { Vec::new() } else { log.prove_consistency(old, log.size())? };
    let body = add_checkpoint(old, &proof, checkpoint);
    let url = format!("{}/add-checkpoint", http::base(url)?);
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(LogError::new(LogErrorKind::Io, url, "no time is left to ask"));
    }
    let failed = |error: std::io::Error| LogError::io(&url, "asked", error);
    let request = http::agent().post(&url).config().timeout_global(Some(left)).build();
    let mut response = request.send(&body[..]).map_err(|e| failed(e.into_io()))?;
    let status = response.status().as_u16();
    let answer = response.body_mut().with_config().limit(MOST_ANSWER).read_to_vec();
    WitnessAnswer::parse(status, &answer.map_err(|e| failed(e.into_io()))?, checkpoint, key)
}
