//! A run of the command with the memory of all its processes looked at while it runs, by what Linux tells under
//! `/proc`.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
/// Ticks of a second in which Linux counts processor time.
const TICKS: f64 = 100.0;

/// What a run took. Memory is in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Took {
    pub(super) clock: f64,
    /// Seconds of processors, of all processes.
    pub(super) processor: f64,
    /// The most that the command itself, one of its reading processes, and another program had.
    pub(super) main: u64,
    pub(super) reader: u64,
    pub(super) other: u64,
    /// The most that all processes had at one moment, what they share counted once.
    pub(super) together: u64,
}

/// Runs a command to its end.
pub(super) fn watched(command: &mut Command) -> Result<Took> {
    let (start, before) = (Instant::now(), of_children()?);
    let mut child = command.spawn()?;
    let mut took = Took::default();
    while child.try_wait()?.is_none() {
        look(&child, &mut took);
        sleep(BETWEEN_LOOKS);
    }
    took.clock = start.elapsed().as_secs_f64();
    took.processor = of_children()? - before;
    Ok(took)
}

/// Takes what there is now into account. A process may end while it is looked at, and is then passed over.
fn look(child: &Child, took: &mut Took) {
    let main = child.id();
    let mut together = 0;
    for process in family(main) {
        let most = figure(process, "status", "VmHWM:").unwrap_or(0);
        together += figure(process, "smaps_rollup", "Pss:").unwrap_or(0);
        let name = fs::read_to_string(format!("/proc/{process}/comm")).unwrap_or_default();
        let place = match name.trim() {
            _ if process == main => &mut took.main,
            "erratum" => &mut took.reader,
            _ => &mut took.other,
        };
        *place = most.max(*place);
    }
    took.together = together.max(took.together);
}

/// A process and all that it started, and they did.
fn family(main: u32) -> HashSet<u32> {
    let mut parents = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        let parent = fs::read_to_string(format!("/proc/{process}/stat")).ok();
        let parent =
            parent.and_then(|stat| stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse::<u32>().ok());
        parents.extend(parent.map(|parent| (process, parent)));
    }
    let mut family = HashSet::from([main]);
    loop {
        let more: Vec<u32> = parents
            .iter()
            .filter(|(process, parent)| family.contains(parent) && !family.contains(process))
            .map(|(process, _)| *process)
            .collect();
        if more.is_empty() {
            return family;
        }
        family.extend(more);
    }
}

/// A figure in a file of a process, which is told in KiB.
fn figure(process: u32, file: &str, what: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{process}/{file}")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(what))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
}

/// Processor seconds of all children of this process that have ended, and of theirs.
fn of_children() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit_once(") ").ok_or("no fields")?.1.split(' ').collect();
    let field = |at: usize| -> Result<f64> { Ok(fields.get(at).ok_or("too few fields")?.parse()?) };
    // The 16th and 17th of all, of which two stand before these.
    Ok((field(13)? + field(14)?) / TICKS)
}
