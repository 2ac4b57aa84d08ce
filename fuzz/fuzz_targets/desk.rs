//! Files that come to a desk from elsewhere: acts that wait for signatures, and encrypted ones. What is
//! read as an act prints as one that reads the same.
#![no_main]

use std::sync::LazyLock;

use erratum_desk::{Identity, Pending, decrypt};
use erratum_fuzz::watch;
use libfuzzer_sys::fuzz_target;

/// Of made-up offices: `crates/desk/tests/earlier.rs`.
static IDENTITY: LazyLock<Identity> = LazyLock::new(|| {
    Identity::from_file("AGE-SECRET-KEY-17EMCFNN43VQFVQCRRPGKC82K4S6DAG6K4WMXZM62JX3Y64ZT2HDQXMK5YR")
        .unwrap()
});

fuzz_target!(init: watch(), |bytes: &[u8]| {
    let _ = decrypt(bytes, &IDENTITY);
    let _ = decrypt(&[b"age-encryption.org/v1\n-> X25519 ", bytes].concat(), &IDENTITY);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = Identity::from_file(text);
    for text in [text, &format!("erratum/v1 pending 1\n\nstatement {text}")] {
        if let Ok(pending) = Pending::parse(text) {
            let text = pending.text();
            assert!(Pending::parse(&text).is_ok_and(|again| again.text() == text));
        }
    }
});
