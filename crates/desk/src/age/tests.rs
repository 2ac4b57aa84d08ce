//! Files of the format's own tool open, ours open, and nothing else does.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;

/// "the key of a desk" and a newline, as `age -p` encrypted it.
const BY_PASSPHRASE: &str = "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCB2NWZQUm8zNE1mNjNOSC9hcUprejNBIDE4CklJKzJ3U0lUMEZkZGdlcDNJR2xETzJjRjAwOE5tK01Cbi93cEZpWnhqbnMKLS0tIFJEVk5oVE9XblNFbHI3NlhSVmJlVTZKbUV2NC90Y0xTS2F3dFFZY2JWK3cK4qO6iQwJ9dFPL4JMzuJKOnaBIp+TLonwktFj+cOxATtowpbtPsSYyBgCtUr89UdY0G4=";
/// The same, as `age -r` encrypted it to the key below.
const TO_KEY: &str = "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBRSStuSUlMQlJQMmhWakRzS1gyQTFxd0dnblh4Snh4WFhMbU4wYTlsYmxBCi94UlNCRWZBdmYxQ0djWmJvdGRsT3BGQzEwY2o0Z3dVNkVaV1lsbmRsem8KLS0tIDlpQXllZC9LL3BRTkVGZGEyT3dyT3JRSFRrSXk3WTVMQlZDZHFTRXd1QWsK9pXTwTEiXYfy/XRAJ/2bpAALvWOhOcecB+i/Z5PpQU0Y4hITU1MnheB5/w2d9Bso/Fo=";
const PUBLIC: &str = "age1q5szx5glgqmrmupau5ahp04ctuqg3nfnl72kkt7qm7t87h8djdvqq8m4un";
const IDENTITY: &str = "# created: 2026-11-23T19:32:18Z\n# public key: age1q5szx5glgqmrmupau5ahp04ctuqg3nfnl72kkt7qm7t87h8djdvqq8m4un\nAGE-SECRET-KEY-17EMCFNN43VQFVQCRRPGKC82K4S6DAG6K4WMXZM62JX3Y64ZT2HDQXMK5YR\n";
const PLAIN: &[u8] = b"the key of a desk\n";

fn passphrase(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

fn counted() -> impl FnMut() -> Result<[u8; 32], AgeError> {
    let mut next = 0;
    move || {
        next += 1;
        Ok([next; 32])
    }
}

fn to_key(plain: &[u8]) -> Vec<u8> {
    encrypt(plain, &PUBLIC.parse().unwrap(), counted()).unwrap()
}

fn opened(file: &[u8]) -> Result<Zeroizing<Vec<u8>>, AgeError> {
    decrypt(file, &Identity::from_file(IDENTITY).unwrap())
}

#[test]
fn files_of_the_formats_own_tool_open() {
    let file = STANDARD.decode(BY_PASSPHRASE).unwrap();
    let right = Identity::Passphrase(passphrase("harbour pilot ladder"));
    assert_eq!(**decrypt(&file, &right).unwrap(), *PLAIN);
    let wrong = Identity::Passphrase(passphrase("harbour pilot"));
    assert_eq!(decrypt(&file, &wrong).unwrap_err().to_string(), "the passphrase is not the right one");
    assert!(takes_passphrase(&file).unwrap());
    let file = STANDARD.decode(TO_KEY).unwrap();
    assert_eq!(**opened(&file).unwrap(), *PLAIN);
    assert!(!takes_passphrase(&file).unwrap());
}

#[test]
fn what_is_encrypted_opens_whatever_its_length() {
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
        let plain: Vec<u8> = (0..length).map(|i| (i % 251) as u8).collect();
        assert_eq!(**opened(&to_key(&plain)).unwrap(), *plain, "{length} bytes");
    }
    let recipient = Recipient::Passphrase(passphrase("a b c"));
    let file = encrypt(PLAIN, &recipient, counted()).unwrap();
    let identity = Identity::Passphrase(passphrase("a b c"));
    assert_eq!(**decrypt(&file, &identity).unwrap(), *PLAIN);
    assert_eq!(
        opened(&file).unwrap_err().to_string(),
        "it was encrypted by a passphrase, not to a recipient"
    );
}

#[test]
fn a_changed_byte_anywhere_is_found() {
    let file = to_key(PLAIN);
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(opened(&changed).is_err(), "byte {at}");
        assert!(opened(&file[..at]).is_err(), "cut at {at}");
    }
    let mut longer = file;
    longer.push(0);
    assert_eq!(opened(&longer).unwrap_err().to_string(), "it was changed or cut short");
}

#[test]
fn chunks_cannot_be_dropped_or_swapped() {
    let file = to_key(&vec![7; 3 * 65_536]);
    let body = file.len() - 3 * (65_536 + 16);
    let chunk = |i: usize| &file[body + i * 65_552..body + (i + 1) * 65_552];
    let dropped = [&file[..body], chunk(0), chunk(1)].concat();
    assert_eq!(opened(&dropped).unwrap_err().to_string(), "it was changed or cut short");
    let swapped = [&file[..body], chunk(1), chunk(0), chunk(2)].concat();
    assert_eq!(opened(&swapped).unwrap_err().to_string(), "it was changed or cut short");
}

#[test]
fn work_without_measure_is_refused() {
    let text = "age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\nAAAA\n--- AAAA\n";
    let identity = Identity::Passphrase(passphrase("a"));
    let why = "its passphrase takes more work than 2^20, which is not done";
    assert_eq!(decrypt(text.as_bytes(), &identity).unwrap_err().to_string(), why);
}

#[test]
fn recipients_and_identities_are_read_strictly_and_never_shown() {
    let bad = "not an age recipient: expected age1…";
    for text in [
        "",
        "age1",
        &PUBLIC[..50],
        &PUBLIC.to_uppercase(),
        &PUBLIC.replace("q5", "q6"),
        "ssh-ed25519 AAAA",
    ] {
        assert_eq!(text.parse::<Recipient>().unwrap_err().to_string(), bad, "{text}");
    }
    let bad = "not an age identity file: expected a line AGE-SECRET-KEY-1…";
    for text in ["", "# only a comment\n", PUBLIC, "AGE-SECRET-KEY-1QQQQ"] {
        assert_eq!(Identity::from_file(text).unwrap_err().to_string(), bad, "{text}");
    }
    let shown = format!(
        "{:?} {:?}",
        Identity::from_file(IDENTITY).unwrap(),
        Recipient::Passphrase(passphrase("a"))
    );
    assert_eq!(shown, "Identity(…) Passphrase(…)");
}
