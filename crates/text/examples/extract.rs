//! Prints what a file reads: each part's path, kind, title and text, or why it has none.

use std::time::Instant;

fn main() {
    for name in std::env::args().skip(1) {
        let bytes = match std::fs::read(&name) {
            Ok(bytes) => bytes,
            Err(error) => {
                println!("{name}: {error}");
                continue;
            }
        };
        let start = Instant::now();
        let parts = erratum_text::extract(&bytes, Some(&name), &erratum_text::Limits::default());
        let took = start.elapsed();
        match parts {
            Err(error) => println!("{name}: {error} ({:?}, {took:?})", error.kind()),
            Ok(parts) => {
                println!("{name}: {} parts in {took:?}", parts.len());
                for part in parts {
                    print!("== {:?} {} ", part.path, part.media.as_str());
                    match part.text {
                        Ok(text) => println!("{:?} {:?}\n{}", text.title, text.lang, text.text),
                        Err(error) => println!("{error} ({:?})", error.kind()),
                    }
                }
            }
        }
    }
}
