//! Reading processes that work, crash, hang, run out of memory and talk nonsense. This program is all of
//! them: told so by its first argument it is such a process, else it runs the tests.

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use erratum_reader::Readers;
use erratum_text::{ErrorKind, Limits, open};

const PAGE: &[u8] = b"<html><title>A letter</title><p>We respect your sovereign decision.";

fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some("work") => erratum_reader::work(&Limits::default()),
        Some("work-with-noise") => noise().and_then(|()| erratum_reader::work(&Limits::default())),
        Some("crash") => std::process::abort(),
        Some("hang") => loop {
            thread::sleep(Duration::from_secs(60));
        },
        Some("spin") => spin(),
        Some("no-memory") => fail_with("memory allocation of 99999999999 bytes failed"),
        Some("no-stack") => fail_with("\nthread 'x' has overflowed its stack\nfatal runtime error"),
        Some("nonsense") => io::stdout().write_all(&[0xff; 4096]),
        Some("once") => once(),
        Some("killed-by-tesseract") => work_with_a_killer(),
        _ => return tests(),
    };
    done.map_or(ExitCode::FAILURE, |()| ExitCode::SUCCESS)
}

/// What a library that is told nothing may print.
fn noise() -> io::Result<()> {
    eprintln!("{}", "a warning\n".repeat(100_000));
    Ok(())
}

fn fail_with(words: &str) -> ! {
    eprintln!("{words}");
    std::process::abort()
}

/// Works without end, with a second of a processor.
fn spin() -> ! {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let second = Rlimit { current: Some(1), maximum: None };
    setrlimit(Resource::Cpu, second).expect("a limit may be lowered");
    loop {
        std::hint::spin_loop();
    }
}

/// Reads one file rightly and ends.
fn once() -> io::Result<()> {
    let mut input = io::stdin().lock();
    let mut length = [0; 8];
    let mut block = || -> io::Result<Vec<u8>> {
        input.read_exact(&mut length)?;
        let mut bytes = vec![0; usize::try_from(u64::from_le_bytes(length)).unwrap()];
        input.read_exact(&mut bytes)?;
        Ok(bytes)
    };
    let (_, _) = (block()?, block()?);
    let answer = br#"{"parts":{"Ok":[]},"more":false}"#;
    let mut out = io::stdout();
    out.write_all(&(answer.len() as u64).to_le_bytes())?;
    out.write_all(answer)?;
    out.flush()
}

/// Works where the program that reads pictures kills whoever starts it.
#[cfg(unix)]
fn work_with_a_killer() -> io::Result<()> {
    use std::os::unix::{fs::PermissionsExt, process::CommandExt};
    let folder = tempfile::tempdir()?;
    let program = folder.path().join("tesseract");
    std::fs::write(&program, "#!/bin/sh\nkill -ABRT $PPID\n")?;
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
    let this = std::env::current_exe()?;
    Err(std::process::Command::new(this).arg("work").env("PATH", folder.path()).exec())
}

#[cfg(not(unix))]
fn work_with_a_killer() -> io::Result<()> {
    std::process::abort()
}

/// A picture of 20 by 30 pixels, as a BMP file.
fn picture() -> Vec<u8> {
    let (width, height) = (20_u32, 30_u32);
    let size = 54 + width * 3 * height;
    let head = [size, 0, 54, 40, width, height, 0x0018_0001, 0, width * 3 * height, 0, 0, 0, 0];
    let mut file = b"BM".to_vec();
    file.extend(head.iter().flat_map(|number| number.to_le_bytes()));
    file.resize(size as usize, 200);
    file
}

fn readers(how: &str, time: Duration) -> Readers {
    let program = std::env::current_exe().expect("a test knows its own path");
    let mut limits = limits();
    limits.time = time;
    Readers::new(program, &[how], limits)
}

fn limits() -> Limits {
    Limits::default()
}

fn tests() -> ExitCode {
    let tests: [(&str, fn()); 9] = [
        ("a file reads as it does in this process", reads),
        ("what a library prints is not taken for an answer", noisy),
        ("a crash is an error of the file", crashes),
        ("a crash at a picture is an error of the picture", crashes_at_a_picture),
        ("a page is drawn", draws),
        ("one that hangs is killed", hangs),
        ("one that works without end is ended by the system", spins),
        ("one that ended is replaced", replaced),
        ("many at once", many),
    ];
    for (name, test) in tests {
        println!("test {name}");
        test();
    }
    println!("{} passed", tests.len());
    ExitCode::SUCCESS
}

fn reads() {
    let readers = readers("work", limits().time);
    for file in [PAGE, b"%PDF-1.7\nnothing", b"plain", b""] {
        match (open(file, None, &limits()), readers.read(file, None)) {
            (Ok(here), Ok(there)) => {
                assert_eq!((here.len(), there.len()), (1, 1));
                assert_eq!((&here[0].path, here[0].media), (&there[0].path, there[0].media));
                assert_eq!(format!("{:?}", here[0].text), format!("{:?}", there[0].text));
                assert_eq!(here[0].bytes, there[0].bytes);
            }
            (Err(here), Err(there)) => assert_eq!(here.to_string(), there.to_string()),
            other => panic!("{other:?}"),
        }
    }
}

fn noisy() {
    let parts = readers("work-with-noise", limits().time).read(PAGE, None).unwrap();
    assert_eq!(parts[0].text.as_ref().unwrap().title.as_deref(), Some("A letter"));
}

fn crashes() {
    let expected = [
        (
            "crash",
            ErrorKind::Broken,
            "it was not read: what reads such files crashed on it (signal: 6 (SIGABRT)",
        ),
        ("no-memory", ErrorKind::TooLarge, "it was not read: that takes more than 512 MiB of memory"),
        ("no-stack", ErrorKind::TooDeep, "it was not read: what is in it is nested too deeply"),
        ("nonsense", ErrorKind::Broken, "it was not read: what reads such files crashed on it"),
    ];
    for (how, kind, words) in expected {
        let error = readers(how, limits().time).read(PAGE, None).unwrap_err();
        assert_eq!(error.kind(), kind, "{how}: {error}");
        assert!(error.to_string().starts_with(words), "{how}: {error}");
    }
}

fn crashes_at_a_picture() {
    let parts = readers("killed-by-tesseract", limits().time).read(&picture(), None).unwrap();
    let [part] = parts.as_slice() else { panic!("{parts:?}") };
    let error = part.text.as_ref().unwrap_err();
    assert_eq!((error.kind(), &part.bytes), (ErrorKind::Broken, &picture()));
    let words = "it was not read: what reads such files crashed on it (signal: 6 (SIGABRT)";
    assert!(error.to_string().starts_with(words), "{error}");
}

fn draws() {
    let readers = readers("work", limits().time);
    let png = readers.draw(&picture(), 1).unwrap();
    assert_eq!(png.get(..8), Some(b"\x89PNG\r\n\x1a\n".as_slice()));
    assert_eq!(png.get(16..24), Some([0, 0, 0, 20, 0, 0, 0, 30].as_slice()), "its width and height");
    let error = readers.draw(PAGE, 1).unwrap_err();
    assert_eq!(error.to_string(), "this kind of picture is not read");
}

fn hangs() {
    let error = readers("hang", Duration::ZERO).read(PAGE, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooSlow);
    assert_eq!(error.to_string(), "it was not read: that took longer than 2 seconds");
}

fn spins() {
    let error = readers("spin", limits().time).read(PAGE, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooSlow);
    assert_eq!(error.to_string(), "it was not read: that takes too much time of a processor");
}

fn replaced() {
    let readers = readers("once", limits().time);
    for _ in 0..3 {
        assert_eq!(readers.read(PAGE, None).unwrap().len(), 0);
    }
}

fn many() {
    let readers = readers("work", limits().time);
    thread::scope(|scope| {
        for number in 0..8 {
            let readers = &readers;
            scope.spawn(move || {
                let page = format!("<html><p>This is the page with the number {number}.");
                let parts = readers.read(page.as_bytes(), None).unwrap();
                let text = &parts[0].text.as_ref().unwrap().text;
                assert_eq!(*text, format!("This is the page with the number {number}."));
            });
        }
    });
}
