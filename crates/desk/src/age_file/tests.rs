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

fn to_key(plain: &[u8]) -> Vec<u8> {
    encrypt(plain, &PUBLIC.parse().unwrap()).unwrap()
}

/// By a passphrase, with less work than we ever do.
fn by_passphrase(plain: &[u8], work: u8) -> Vec<u8> {
    let mut recipient = age::scrypt::Recipient::new(secret("a b c"));
    recipient.set_work_factor(work);
    seal(plain, &recipient).unwrap()
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
    let file = encrypt(PLAIN, &recipient).unwrap();
    let identity = Identity::Passphrase(passphrase("a b c"));
    assert_eq!(**decrypt(&file, &identity).unwrap(), *PLAIN);
    let head = String::from_utf8_lossy(&file[..VERSION.len() + 40]).into_owned();
    assert!(head.lines().nth(1).unwrap().ends_with(" 18"), "{head}");
    assert_eq!(
        opened(&file).unwrap_err().to_string(),
        "it was encrypted by a passphrase, not to a recipient"
    );
    assert_eq!(
        decrypt(&to_key(PLAIN), &identity).unwrap_err().to_string(),
        "it was not encrypted by a passphrase"
    );
}

#[test]
fn a_file_for_several_opens_and_one_for_others_does_not() {
    let ours: age::x25519::Recipient = PUBLIC.parse().unwrap();
    let theirs = age::x25519::Identity::generate().to_public();
    let for_both: [&dyn age::Recipient; 2] = [&theirs, &ours];
    let mut file = Vec::new();
    let encryptor = Encryptor::with_recipients(for_both.into_iter()).unwrap();
    let mut writer = encryptor.wrap_output(&mut file).unwrap();
    writer.write_all(PLAIN).unwrap();
    writer.finish().unwrap();
    assert_eq!(**opened(&file).unwrap(), *PLAIN);
    let file = seal(PLAIN, &theirs).unwrap();
    assert_eq!(opened(&file).unwrap_err().to_string(), "it was encrypted to somebody else");
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
    let identity = Identity::Passphrase(passphrase("a b c"));
    let sealed = by_passphrase(PLAIN, 1);
    assert_eq!(**decrypt(&sealed, &identity).unwrap(), *PLAIN);
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(decrypt(&changed, &identity).is_err(), "byte {at}");
        assert!(decrypt(&sealed[..at], &identity).is_err(), "cut at {at}");
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
    let asking = |work: &str| {
        let (salt, body, code) = ("A".repeat(22), "A".repeat(43), "A".repeat(43));
        let text = format!("age-encryption.org/v1\n-> scrypt {salt} {work}\n{body}\n--- {code}\n");
        let file = [text.as_bytes(), &[0; 32]].concat();
        decrypt(&file, &Identity::Passphrase(passphrase("a"))).unwrap_err().to_string()
    };
    for work in ["21", "30", "63", "64", "255"] {
        let why =
            format!("its passphrase takes 2^{work} steps of work, and more than 2^20 are not done");
        assert_eq!(asking(work), why);
    }
    for work in ["0", "018", "-1", "256", "99999999999999999999"] {
        assert_eq!(asking(work), "not an age file: its header is malformed", "{work}");
    }
    assert_eq!(asking("1"), "the passphrase is not the right one");
}

#[test]
fn headers_without_measure_and_other_files_are_refused() {
    let of = |text: &str| opened(text.as_bytes()).unwrap_err().to_string();
    for text in ["", "age", "age-encryption.org/v2\n", "-----BEGIN AGE ENCRYPTED FILE-----\n"] {
        assert_eq!(of(text), "not an age file", "{text}");
    }
    let version = std::str::from_utf8(VERSION).unwrap();
    let stanzas = |count: usize| {
        let end = format!("--- {}\n{}", "A".repeat(43), "0".repeat(32));
        [version, &"-> a\n\n".repeat(count), &end].concat()
    };
    let unending = "not an age file: no end of its header in its first 8 KiB";
    assert_eq!(of(version), unending);
    assert_eq!(of(&stanzas(1400)), unending);
    assert_eq!(of(&stanzas(1300)), "it was encrypted to somebody else");
    assert_eq!(of(&stanzas(0)), "not an age file: its header is malformed");
    let two =
        format!("{version}-> scrypt A 18\nAAAA\n-> b\n\n--- {}\n{}", "A".repeat(43), "0".repeat(32));
    assert_eq!(of(&two), "not an age file: its header is malformed");
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
    // The last one is the first with bits set that do not count.
    let padded = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqpfwgqrs";
    for text in OF_SMALL_ORDER.into_iter().chain([padded]) {
        assert_eq!(
            text.parse::<Recipient>().unwrap_err().to_string(),
            "not an age recipient: everybody could open what is encrypted to it",
            "{text}"
        );
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
