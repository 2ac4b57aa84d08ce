//! Evidence that a name was proven: the first byte says how it was found, the others are the answers, each
//! of two bytes' length and itself, or the page's body.
#![no_main]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use erratum_fuzz::watch;
use erratum_names::{Anchors, check_evidence};
use erratum_record::{Id, NameProof, ProofMethod, Time};
use libfuzzer_sys::fuzz_target;

const METHODS: [ProofMethod; 3] = [ProofMethod::Dns, ProofMethod::Dnssec, ProofMethod::Https];

static PROOFS: LazyLock<Vec<NameProof>> = LazyLock::new(|| {
    let proof = |method| NameProof {
        name: "a.example".parse().unwrap(),
        keys: Id::of(b""),
        method,
        superior: None,
    };
    METHODS.into_iter().map(proof).collect()
});
static ANCHORS: LazyLock<Anchors> = LazyLock::new(Anchors::default);

fuzz_target!(init: watch(), |bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let time = Time::from_millis(0);
    let evidence = match first % 4 {
        3 => String::from_utf8_lossy(rest).into_owned(),
        2 => format!(
            "erratum/v1 evidence\nname a.example\nmethod https\nfetched {time}\nserver 192.0.2.1:443\n\
             question https://a.example/.well-known/erratum.txt\nstatus 200\nbody {}\n",
            BASE64.encode(rest)
        ),
        method => {
            let method = METHODS[usize::from(method)].as_str();
            let mut text = format!(
                "erratum/v1 evidence\nname a.example\nmethod {method}\nfetched {time}\nserver 192.0.2.1:53\n\
                 question _erratum.a.example TXT\n"
            );
            let mut rest = rest;
            while let Some(([high, low], more)) = rest.split_first_chunk() {
                let length = usize::from(u16::from_be_bytes([*high, *low])).min(more.len());
                let (message, more) = more.split_at(length);
                text += &format!("message {}\n", BASE64.encode(message));
                rest = more;
            }
            text
        }
    };
    for proof in PROOFS.iter() {
        let _ = check_evidence(&evidence, proof, time, &ANCHORS);
    }
});
