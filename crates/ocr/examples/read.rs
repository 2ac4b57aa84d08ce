//! `read FILE…`: what a file says, its pictures read too.

use std::process::ExitCode;

use erratum_ocr::{Limits, Tesseract, read};

fn main() -> ExitCode {
    let tesseract = Tesseract::find(&[]);
    let mut failed = false;
    for name in std::env::args().skip(1) {
        let bytes = match std::fs::read(&name) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("{name}: {error}");
                failed = true;
                continue;
            }
        };
        let mut parts = match erratum_text::open(&bytes, Some(&name), &erratum_text::Limits::default()) {
            Ok(parts) => parts,
            Err(error) => {
                eprintln!("{name}: {error}");
                failed = true;
                continue;
            }
        };
        read(&mut parts, tesseract.as_ref(), &Limits::default());
        for part in &parts {
            match &part.text {
                Ok(text) => {
                    println!("{}", text.text);
                    for remark in &text.remarks {
                        eprintln!("{name}: {remark}");
                    }
                    let sure: u64 = text.optical.iter().map(|(_, sure)| u64::from(*sure)).sum();
                    if let Some(mean) = sure.checked_div(text.optical.len() as u64) {
                        eprintln!("{name}: {} words read, {mean} of 100 sure", text.optical.len());
                    }
                }
                Err(error) => {
                    eprintln!("{name}: {error}");
                    failed = true;
                }
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
