//! The keys of an office: where they lie, how they change, and every refusal. Some with a real ssh-agent.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{Outcome, World, outcome_of, texts};
use texts::letter;

const NAME: &str = "command.example";

/// The command with some variables of the environment set.
fn with(world: &World, vars: &[(&str, &str)], args: &[&str]) -> Outcome {
    let mut command = world.command(args);
    outcome_of(world.folder(), args, command.envs(vars.iter().copied()).stdin(Stdio::null()))
}

fn owner_only(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

const INIT: [&str; 8] =
    ["--desk", "d", "init", NAME, "--record", "record", "--log-key", "operator/log.key"];

#[test]
fn a_key_that_others_can_read_is_refused() {
    let world = World::new();
    world.office(NAME, None);
    let key = world.folder().join("desks/command.example/keys/press.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let why = "a private key that others can read (mode 0644); run: chmod 600";
    world.at(NAME, &["keys", "show"]).refused(why);
}

#[test]
fn an_encrypted_key_signs_with_its_passphrase_and_without_it_nothing() {
    let world = World::new();
    owner_only(&world.folder().join("pass"), "harbour pilot ladder\n");
    owner_only(&world.folder().join("wrong"), "harbour\n");
    let right = [("ERRATUM_PASSPHRASE_FILE", "pass")];
    let init = [&INIT[..], &["--encrypt"]].concat();
    let key = with(&world, &right, &init).done().after("its key is ");
    world.admit(NAME, &key).done();
    let sealed = fs::read(world.folder().join("d/keys/press.age")).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n-> scrypt "));
    assert!(!world.folder().join("d/keys/press.key").exists());
    let file = world.file(letter());
    let issue = ["--desk", "d", "issue", &file, "--as", "letters/1", "--genre", "letter"];
    let why =
        "no terminal to ask for the passphrase; name a file that holds it with ERRATUM_PASSPHRASE_FILE";
    // Whoever runs the tests may have a terminal: without one of its own the command cannot ask.
    if !Path::new("/dev/tty").exists() || fs::File::open("/dev/tty").is_err() {
        world.erratum(&issue).refused(why);
    }
    with(&world, &[("ERRATUM_PASSPHRASE_FILE", "wrong")], &issue)
        .refused("d/keys/press.age: the passphrase is not the right one");
    fs::set_permissions(world.folder().join("wrong"), fs::Permissions::from_mode(0o640)).unwrap();
    with(&world, &[("ERRATUM_PASSPHRASE_FILE", "wrong")], &issue)
        .refused("wrong: a passphrase that others can read (mode 0640); run: chmod 600 wrong");
    with(&world, &right, &issue).done().says("issued command.example/letters/1: entry ");
    world.erratum(&["--desk", "d", "keys", "show"]).done().says(&format!("key {key}   here, encrypted"));
}

/// A real ssh-agent, which ends with this.
struct Agent {
    process: std::process::Child,
    socket: String,
}

impl Agent {
    fn start(world: &World) -> Self {
        let socket = world.folder().join("agent.sock").display().to_string();
        let mut agent = Command::new("ssh-agent");
        agent.args(["-D", "-a", &socket]).stdout(Stdio::null()).stderr(Stdio::null());
        let process = agent.spawn().expect("ssh-agent is installed (scripts/test does so)");
        while !Path::new(&socket).exists() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        Self { process, socket }
    }

    fn add(&self, world: &World, kind: &str, comment: &str) {
        let file = world.folder().join(comment);
        let mut keygen = Command::new("ssh-keygen");
        keygen.args(["-q", "-t", kind, "-N", "", "-C", comment, "-f"]).arg(&file);
        assert!(keygen.status().unwrap().success());
        let mut add = Command::new("ssh-add");
        add.arg("-q").arg(&file).env("SSH_AUTH_SOCK", &self.socket);
        assert!(add.status().unwrap().success());
    }

    /// Adds a key that lies in hardware as `ssh-add` does: the agent gets the handle of it, and does not
    /// ask the hardware before it has to sign.
    fn add_of_hardware(&self, comment: &str) {
        let string = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes()[..], bytes].concat();
        let (add_constrained, by_extension, touch, done) = (25, 255, 1, 6);
        let request = [
            &[add_constrained][..],
            &string(b"sk-ssh-ed25519@openssh.com"),
            &string(&[7; 32]),
            &string(b"ssh:"),
            &[touch],
            &string(b"handle"),
            &string(b""),
            &string(comment.as_bytes()),
            &[by_extension],
            &string(b"sk-provider@openssh.com"),
            &string(b"internal"),
        ];
        let mut agent = UnixStream::connect(&self.socket).unwrap();
        agent.write_all(&string(&request.concat())).unwrap();
        let mut answer = [0; 5];
        agent.read_exact(&mut answer).unwrap();
        assert_eq!(answer, [0, 0, 0, 1, done]);
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_key_in_a_real_ssh_agent_signs_and_never_leaves_it() {
    let world = World::new();
    let init = [&INIT[..], &["--ssh-agent"]].concat();
    world.erratum(&init).refused("ssh-agent: none is running here: SSH_AUTH_SOCK is not set");
    let agent = Agent::start(&world);
    let socket = agent.socket.clone();
    let vars = [("SSH_AUTH_SOCK", socket.as_str())];
    let clean = || fs::remove_dir_all(world.folder().join("d")).unwrap();
    clean();
    with(&world, &vars, &init).refused("ssh-agent: it holds no key; add one with: ssh-add");
    clean();
    agent.add(&world, "ecdsa", "old");
    with(&world, &vars, &init)
        .refused("(old) is an ecdsa-sha2-nistp256 key; use a plain ssh-ed25519 key");
    clean();
    agent.add_of_hardware("token");
    let named = [&INIT[..], &["--ssh-agent", "token"]].concat();
    with(&world, &vars, &named)
        .refused("(token) is an sk-ssh-ed25519@openssh.com key, kept in hardware: it does not sign what a record asks for; use a plain ssh-ed25519 key");
    clean();
    agent.add(&world, "ed25519", "office");
    let key = with(&world, &vars, &init).done().after("its key is ");
    world.admit(NAME, &key).done();
    let file = world.file(letter());
    let issue = ["--desk", "d", "issue", &file, "--as", "letters/1", "--genre", "letter"];
    with(&world, &vars, &issue).done().says("issued command.example/letters/1: entry ");
    world.check(&letter()).exit(0).headline("THIS LETTER STANDS AS ISSUED");
    world.erratum(&["audit", "record"]).done();
    let kept: Vec<String> = fs::read_dir(world.folder().join("d/keys"))
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(kept, ["press.agent"]);
    drop(agent);
    let _ = fs::remove_file(&socket);
    let mark = ["--desk", "d", "mark", "letters/1", "held", "--reason", "Review"];
    with(&world, &vars, &mark).refused(&format!("ssh-agent: {socket}: No such file or directory"));
}

#[test]
fn keys_change_and_what_is_delayed_is_said() {
    let world = World::new();
    world.office(NAME, None);
    world
        .at(NAME, &["keys", "rotate", "--new-key", "press-2"])
        .done()
        .says("keys of command.example: entry ")
        .says("signatures: 1 of 2 for each act")
        .says("  binds when it is logged");
    world
        .at(NAME, &["keys", "recovery", "recovery.key"])
        .done()
        .says("made the recovery key recovery.key");
    let made = world.at(NAME, &["keys", "recovery", "other.key", "--label", "safe"]).done();
    let vkey = made
        .after("keep it away from this desk; the office lists it with: erratum keys rotate --recovery ");
    world
        .at(NAME, &["keys", "rotate", "--recovery", &vkey, "--rule", "in-error=2", "--rule", "keys=2"])
        .done()
        .says("the recovery keys change; the number of signatures for keys changes")
        .says("signatures: 1 of 2 for each act; in-error 2, keys 2");
    world.at(NAME, &["keys", "show"]).done().says_in_order(&[
        "signatures: 1 of 2 for each act\n",
        "PENDING: other keys, entry ",
        "in-error 2, keys 2",
    ]);
}

#[test]
fn a_key_is_taken_away_with_its_reason() {
    let world = World::new();
    world.office(NAME, None);
    world.at(NAME, &["keys", "rotate", "--new-key", "spare"]).done();
    world
        .at(NAME, &["keys", "revoke", "press", "--reason", "Laptop stolen"])
        .done()
        .says("revoked command.example/press: entry ");
    world.at(NAME, &["keys", "show"]).done().says("revoked: command.example/press, entry ");
    world.issue(NAME, "letters/1", &letter());
    world
        .at(NAME, &["keys", "revoke", "nobody", "--reason", "x"])
        .refused("command.example has no key nobody");
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_signed() {
    let world = World::new();
    world.office(NAME, None);
    let rotate = |more: &[&str]| world.at(NAME, &[&["keys", "rotate"], more].concat());
    rotate(&["--remove", "nobody"]).refused("command.example has no key nobody");
    rotate(&["--rule", "in-error=2"])
        .refused("a rule takes from 1 to as many signatures as there are keys");
    rotate(&["--encrypt"]).refused("--encrypt and --ssh-agent say how a --new-key is kept");
    rotate(&["--new-key", "Press"]).refused("the label \"Press\" is not 1 to 64 of a-z 0-9 -");
    rotate(&["--new-key", "press"]).refused("there is a key press already");
    world
        .erratum(&["--desk", "again", "init", NAME, "--record", "record"])
        .refused("command.example has keys in record.example already; for one more desk of it: --join; to claim the name anew: --claim");
}

#[test]
fn a_desk_is_exported_and_restored_whole() {
    let world = World::new();
    world.office(NAME, None);
    owner_only(&world.folder().join("pass"), "harbour pilot ladder\n");
    let vars = [("ERRATUM_PASSPHRASE_FILE", "pass")];
    let export = ["--desk", "desks/command.example", "desk", "export", "desk.age"];
    with(&world, &vars, &export).done().says("exported desks/command.example into desk.age: 2 files");
    with(&world, &vars, &export).refused("desk.age: there is a file already");
    fs::remove_dir_all(world.folder().join("desks/command.example")).unwrap();
    let restore = ["desk", "restore", "desk.age", "desks/command.example"];
    with(&world, &vars, &restore).done().says("restored desks/command.example from desk.age: 2 files");
    with(&world, &vars, &restore).refused("desks/command.example: there is something here already");
    let mode =
        |path: &str| fs::metadata(world.folder().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("desks/command.example"), 0o700);
    assert_eq!(mode("desks/command.example/keys/press.key"), 0o600);
    assert_eq!(mode("desk.age"), 0o600);
    world.issue(NAME, "letters/1", &letter());
    owner_only(&world.folder().join("wrong"), "harbour\n");
    with(&world, &[("ERRATUM_PASSPHRASE_FILE", "wrong")], &["desk", "restore", "desk.age", "x"])
        .refused("desk.age: the passphrase is not the right one");
    let mut bytes = fs::read(world.folder().join("desk.age")).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(world.folder().join("bad.age"), bytes).unwrap();
    with(&world, &vars, &["desk", "restore", "bad.age", "x"])
        .refused("bad.age: it was changed or cut short");
    assert!(!world.folder().join("x").exists());
}
