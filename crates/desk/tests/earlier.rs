//! Encrypted keys and exported desks that earlier builds wrote open.

use std::fs;
use std::path::Path;

use erratum::record::Signer;
use erratum_desk::{Desk, Identity, Passphrase, archive_takes_passphrase, decrypt};
use zeroize::Zeroizing;

const PASSPHRASE: &str = "harbour pilot ladder";
const IDENTITY: &str = "AGE-SECRET-KEY-17EMCFNN43VQFVQCRRPGKC82K4S6DAG6K4WMXZM62JX3Y64ZT2HDQXMK5YR";

fn by_passphrase() -> Identity {
    Identity::Passphrase(Zeroizing::new(PASSPHRASE.to_owned()))
}

#[test]
fn an_encrypted_key_opens() {
    let data = Path::new("tests/data");
    let text = decrypt(&fs::read(data.join("press.age")).unwrap(), &by_passphrase()).unwrap();
    let signer = Signer::from_secret(std::str::from_utf8(&text).unwrap()).unwrap();
    let vkey = fs::read_to_string(data.join("press.vkey")).unwrap();
    assert_eq!(format!("{}\n", signer.verifier()), vkey);
    let wrong = Identity::Passphrase(Zeroizing::new("harbour".to_owned()));
    let error = decrypt(&fs::read(data.join("press.age")).unwrap(), &wrong).unwrap_err();
    assert_eq!(error.to_string(), "the passphrase is not the right one");
}

#[test]
fn an_exported_desk_is_restored() {
    let data = Path::new("tests/data");
    let vkey = fs::read_to_string(data.join("press.vkey")).unwrap();
    for (file, is_by_passphrase) in [("desk.age", true), ("desk-to-key.age", false)] {
        let from = data.join(file);
        assert_eq!(archive_takes_passphrase(&from).unwrap(), is_by_passphrase, "{file}");
        let identity =
            if is_by_passphrase { by_passphrase() } else { Identity::from_file(IDENTITY).unwrap() };
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("desk");
        assert_eq!(Desk::restore(&from, &place, &identity).unwrap(), 3, "{file}");
        let never = Box::new(|_: Passphrase<'_>| unreachable!("nothing is signed"));
        let desk = Desk::open_with(&place, never).unwrap();
        let held: Vec<_> = desk.held_keys().map(|(key, kept)| (format!("{key}\n"), kept)).collect();
        assert_eq!(held, [(vkey.clone(), "encrypted")], "{file}");
    }
}
