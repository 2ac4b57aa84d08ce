//! The limits that a reading process sets itself, through the kernel: memory once, processor time anew for
//! each file. On systems without them only the time on the clock is bounded, and that in any case.

use std::io;
use std::time::Duration;

/// Memory that a reading process may take, in bytes: 512 MiB.
pub const MEMORY: u64 = 512 << 20;

/// Bounds this process's memory for good.
#[cfg(unix)]
pub(crate) fn bound_memory() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // What is only reserved (a thread's arena) counts as address space, but not as data.
    let resource = if cfg!(target_os = "linux") { Resource::Data } else { Resource::As };
    let bound = Rlimit { current: Some(MEMORY), maximum: Some(MEMORY) };
    Ok(setrlimit(resource, bound)?)
}

/// Gives this process `more` processor time from now, in whole seconds; when they are used up the kernel
/// ends it.
#[cfg(unix)]
pub(crate) fn bound_processor(more: Duration) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0);
    let maximum = getrlimit(Resource::Cpu).maximum;
    let wanted = used + more.as_secs() + 1;
    let current = Some(maximum.map_or(wanted, |most| wanted.min(most)));
    Ok(setrlimit(Resource::Cpu, Rlimit { current, maximum })?)
}

#[cfg(not(unix))]
fn bound_memory() -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn bound_processor(_: Duration) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::Command;

    use super::*;

    /// The same test in a process of its own.
    fn again(test: &str) -> std::process::Output {
        let this = std::env::current_exe().unwrap();
        Command::new(this).args(["--exact", "--ignored", test]).output().unwrap()
    }

    #[test]
    fn memory_beyond_the_bound_ends_the_process() {
        let ended = again("limits::tests::takes_a_gibibyte");
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(said.contains("memory allocation of 67108864 bytes failed"), "{said}");
        assert_eq!(ended.status.signal(), Some(6));
    }

    #[test]
    #[ignore = "ends its process; run by the test above"]
    fn takes_a_gibibyte() {
        bound_memory().unwrap();
        let kept: Vec<Vec<u8>> = (0..16).map(|_| vec![1; 64 << 20]).collect();
        assert_eq!(kept.len(), 0, "there was room for all of it");
    }

    #[test]
    fn processor_time_beyond_the_bound_ends_the_process() {
        let ended = again("limits::tests::never_ends");
        assert_eq!(ended.status.signal(), Some(24), "SIGXCPU");
    }

    #[test]
    #[ignore = "ends its process; run by the test above"]
    fn never_ends() {
        bound_processor(Duration::ZERO).unwrap();
        loop {
            std::hint::spin_loop();
        }
    }
}
