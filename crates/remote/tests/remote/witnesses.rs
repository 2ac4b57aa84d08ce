//! Who cosigns, and what the others cost.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signer as _, SigningKey};
use erratum_record::{Checkpoint, Id, Time, TlogPolicy, check_consistency};
use erratum_remote::{Asked, WitnessMemory, ask_witnesses};

use crate::server::{Reply, Request, Server, nobody, ok};
use crate::world::{World, log_key};

/// The key of witness `n`.
fn key(n: u8) -> (String, SigningKey) {
    (format!("w{n}.example"), SigningKey::from_bytes(&[n; 32]))
}

fn key_id(n: u8) -> [u8; 4] {
    let (name, key) = key(n);
    let text = [name.as_bytes(), b"\n\x04", key.verifying_key().as_bytes()].concat();
    *Id::of(&text).0.first_chunk().unwrap()
}

fn vkey(n: u8) -> String {
    let (name, key) = key(n);
    let data = BASE64.encode([&[4], &key.verifying_key().as_bytes()[..]].concat());
    format!("{name}+{:08x}+{data}", u32::from_be_bytes(key_id(n)))
}

fn cosign(n: u8, text: &str, seconds: u64) -> String {
    let (name, key) = key(n);
    let signature = key.sign(format!("cosignature/v1\ntime {seconds}\n{text}").as_bytes());
    let data = [&key_id(n)[..], &seconds.to_be_bytes(), &signature.to_bytes()].concat();
    format!("— {name} {}\n", BASE64.encode(data))
}

/// What an honest witness does, by the specification.
struct Witness {
    n: u8,
    state: Mutex<(u64, [u8; 32])>,
    requests: Mutex<Vec<u64>>,
}

impl Witness {
    fn new(n: u8) -> Arc<Self> {
        let empty = Id::of(b"").0;
        Arc::new(Self { n, state: Mutex::new((0, empty)), requests: Mutex::default() })
    }

    fn serve(self: &Arc<Self>) -> Server {
        let witness = Arc::clone(self);
        Server::start(move |request| witness.answer(request))
    }

    fn answer(&self, request: &Request) -> Reply {
        assert_eq!(request.path, "/add-checkpoint");
        let body = String::from_utf8(request.body.clone()).unwrap();
        let (head, checkpoint) = body.split_once("\n\n").unwrap();
        let mut lines = head.lines();
        let old: u64 = lines.next().unwrap().strip_prefix("old ").unwrap().parse().unwrap();
        let proof: Vec<[u8; 32]> =
            lines.map(|line| BASE64.decode(line).unwrap().try_into().unwrap()).collect();
        self.requests.lock().unwrap().push(old);
        let (read, note) = Checkpoint::parse(checkpoint.as_bytes()).unwrap();
        Checkpoint::open(checkpoint.as_bytes(), &log_key().verifier()).unwrap();
        let mut state = self.state.lock().unwrap();
        if old != state.0 || (old == read.size() && state.1 != read.root()) {
            return Reply::Answer(
                409,
                "content-type: text/x.tlog.size\r\n",
                format!("{}\n", state.0).into(),
            );
        }
        if check_consistency(old, &state.1, read.size(), &read.root(), &proof).is_err() {
            return Reply::Answer(422, "", Vec::new());
        }
        *state = (read.size(), read.root());
        ok(cosign(self.n, note.text(), 1000 + u64::from(self.n)))
    }
}

fn policy(urls: &[&str], quorum: &str) -> TlogPolicy {
    let mut text = String::new();
    for (n, url) in (1..).zip(urls) {
        text += &format!("witness W{n} {} {url}\n", vkey(n));
    }
    TlogPolicy::parse((text + quorum).as_bytes()).unwrap()
}

fn ask(world: &World, policy: &TlogPolicy, memory: &mut WitnessMemory) -> Asked {
    ask_witnesses(&world.log(), &log_key().verifier(), policy, memory, Duration::from_secs(2)).unwrap()
}

#[test]
fn an_honest_witness_cosigns_each_checkpoint_from_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("witnesses");
    let mut world = World::new(1);
    let witness = Witness::new(1);
    let server = witness.serve();
    let policy = policy(&[&server.url], "quorum W1\n");
    for size in [1, 5, 5, 300] {
        if size > world.size() {
            world.grow(size);
        }
        let mut memory = WitnessMemory::open(&file);
        let asked = ask(&world, &policy, &mut memory);
        assert_eq!((asked.silent, asked.ahead), (Vec::new(), None));
        let witnessed = policy.check(&asked.checkpoint).unwrap();
        assert_eq!((witnessed.checkpoint.size(), witnessed.time.unwrap().millis()), (size, 1_001_000));
        assert_eq!(memory.size("record.example", policy.witnesses()[0].key()), size);
        memory.save().unwrap();
    }
    assert_eq!(*witness.requests.lock().unwrap(), [0, 1, 5, 5]);
    // Without its memory it learns the size from the conflict.
    std::fs::write(&file, "nonsense").unwrap();
    let asked = ask(&world, &policy, &mut WitnessMemory::open(&file));
    assert_eq!(asked.cosigned.len(), 1);
    assert_eq!(witness.requests.lock().unwrap()[4..], [0, 300]);
}

#[test]
fn bad_witnesses_cost_nothing_but_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::new(1);
    world.grow(20);
    let text = String::from_utf8(world.log().checkpoint_bytes().to_vec()).unwrap();
    let text = text.split_once("\n\n").unwrap().0.to_owned() + "\n";
    let honest = Witness::new(1).serve();
    let slow = Server::start(|_| Reply::Hang);
    let dead = nobody();
    let other = cosign(5, &text, 7);
    let wrong_key = Server::start(move |_| ok(other.clone()));
    let lying = Server::start(|_| ok(cosign(5, "another text\n", 7)));
    let large = Server::start(|_| Reply::Endless);
    let redirecting =
        Server::start(|_| Reply::Answer(302, "location: http://x.example/\r\n", Vec::new()));
    let unknown = Server::start(|_| Reply::Answer(404, "", Vec::new()));
    let unproven = Server::start(|_| Reply::Answer(422, "", Vec::new()));
    let ahead = Server::start(|_| Reply::Answer(409, "", b"21\n".to_vec()));
    let forked = Server::start(|_| Reply::Answer(409, "", b"20\n".to_vec()));
    let vague = Server::start(|_| Reply::Answer(409, "", b"many\n".to_vec()));
    let urls = [
        &honest.url,
        &slow.url,
        &dead,
        &wrong_key.url,
        &lying.url,
        &large.url,
        &redirecting.url,
        &unknown.url,
        &unproven.url,
        &ahead.url,
        &forked.url,
        &vague.url,
    ];
    let urls: Vec<&str> = urls.iter().map(|url| url.as_str()).collect();
    let policy = policy(&urls, "quorum W1\n");
    let asked = ask(&world, &policy, &mut WitnessMemory::open(&folder.path().join("witnesses")));
    assert_eq!(asked.cosigned.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["W1"]);
    assert!(policy.check(&asked.checkpoint).is_ok());
    assert_eq!(asked.ahead.map(|(size, _)| size), Some(21));
    let why = |name: &str| {
        let found = asked.silent.iter().find(|(silent, _)| silent == name).unwrap();
        urls.iter().fold(found.1.clone(), |why, url| why.replace(url, "URL"))
    };
    assert!(why("W2").starts_with("URL/add-checkpoint: cannot be asked: timeout"), "{}", why("W2"));
    assert!(why("W3").starts_with("URL/add-checkpoint: cannot be asked: "), "{}", why("W3"));
    assert_eq!(why("W4"), "the witness's answer: no cosignature by w4.example with the key expected");
    assert_eq!(why("W5"), "the witness's answer: the cosignature of w5.example does not verify");
    assert!(why("W6").starts_with("URL/add-checkpoint: cannot be asked: "), "{}", why("W6"));
    assert_eq!(why("W7"), "HTTP status 302");
    assert_eq!(why("W8"), "it does not know this log (404)");
    assert_eq!(why("W9"), "it says that the consistency proof is false (422)");
    assert_eq!(why("W10"), "it has cosigned 21 entries, and this log has 20");
    assert_eq!(why("W11"), "it has cosigned another log of 20 entries");
    assert_eq!(why("W12"), "the witness's answer: a conflict that names no size");
}

#[test]
fn a_witness_that_saw_another_history_does_not_cosign_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let (mut ours, mut theirs) = (World::new(1), World::new(2));
    ours.grow(50);
    theirs.grow(40);
    let witness = Witness::new(1);
    let server = witness.serve();
    let policy = policy(&[&server.url], "quorum W1\n");
    let mut memory = WitnessMemory::open(&folder.path().join("witnesses"));
    assert_eq!(ask(&theirs, &policy, &mut memory).cosigned.len(), 1);
    let asked = ask(&ours, &policy, &mut memory);
    assert_eq!(
        asked.silent,
        [("W1".to_owned(), "it says that the consistency proof is false (422)".to_owned())]
    );
    assert!(policy.check(&asked.checkpoint).is_err());
    // A restored backup.
    ours = World::new(1);
    let asked = ask(&ours, &policy, &mut memory);
    assert_eq!(asked.ahead.map(|(size, _)| size), Some(40));
}

/// A checkpoint has room for 64 lines: one witness must not fill them.
#[test]
fn a_witness_that_cosigns_many_times_counts_once() {
    let world = World::new(1);
    let greedy = |n: u8| {
        Server::start(move |request| {
            let body = String::from_utf8(request.body.clone()).unwrap();
            let (_, note) = Checkpoint::parse(body.split_once("\n\n").unwrap().1.as_bytes()).unwrap();
            ok((1..=32).map(|seconds| cosign(n, note.text(), seconds)).collect::<String>())
        })
    };
    let servers = [1, 2].map(greedy);
    let policy = policy(&[&servers[0].url, &servers[1].url], "group all all W1 W2\nquorum all\n");
    let to = tempfile::tempdir().unwrap();
    let asked = ask(&world, &policy, &mut WitnessMemory::open(&to.path().join("witnesses")));
    assert_eq!(asked.silent, []);
    let seen = policy.check(&asked.checkpoint).unwrap();
    assert_eq!(seen.time, Some(Time::from_millis(32_000)));
    let lines = String::from_utf8(asked.checkpoint).unwrap().matches("\u{2014} ").count();
    assert_eq!(lines, 3);
}

#[test]
fn what_a_witness_gave_before_it_died_stays() {
    let mut world = World::new(1);
    let (one, two) = (Witness::new(1).serve(), Witness::new(2).serve());
    let policy = policy(&[&one.url, &two.url], "group all all W1 W2\nquorum all\n");
    let to = tempfile::tempdir().unwrap();
    let mut memory = WitnessMemory::open(&to.path().join("witnesses"));
    let both = ask(&world, &policy, &mut memory).checkpoint;
    world.cosign(both.clone());
    drop(two);
    let asked = ask(&world, &policy, &mut memory);
    assert_eq!((asked.cosigned.len(), asked.silent.len()), (1, 1));
    assert_eq!(asked.checkpoint, both);
    // Of a larger log it gave none.
    world.grow(3);
    let asked = ask(&world, &policy, &mut memory);
    assert!(policy.check(&asked.checkpoint).is_err());
}

#[test]
fn a_witness_without_a_url_is_not_asked() {
    let folder = tempfile::tempdir().unwrap();
    let world = World::new(1);
    let policy = TlogPolicy::parse(format!("witness W1 {}\nquorum W1\n", vkey(1)).as_bytes()).unwrap();
    let asked = ask(&world, &policy, &mut WitnessMemory::open(&folder.path().join("witnesses")));
    assert_eq!(asked.silent, [("W1".to_owned(), "the policy gives no URL for it".to_owned())]);
    assert_eq!(asked.checkpoint, world.log().checkpoint_bytes());
}
