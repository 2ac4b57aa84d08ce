//! Random histories: mostly what an office, its superior or a thief would really do next, as the naive
//! pass sees it, and now and then something spoilt.
//!
//! A history is made from its number alone. One that fails is cut to the shortest that still does.

mod acts;
mod spoil;
mod words;

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use erratum_record::{
    BlobRef, Body, Id, Name, Origin, RecordBody, Signer, Statement, Time, VerifierKey,
};

use crate::naive::{Entry, HOUR, Light, Pass, Place};

/// The origin of the record in every history.
pub(crate) const ORIGIN: &str = "record.example";
/// What the operator found under every name that it found proven.
pub(crate) const EVIDENCE: &str = "evidence";
/// The suffix lists that a history may have in force: version and rules.
const SUFFIXES: [(&str, &[&str]); 3] = [
    ("first", &["example", "pub.example"]),
    ("second", &["example", "pub.example", "min.example"]),
    ("none", &[]),
];
/// The sets of names that histories are about.
const SCENES: [&[&str]; 6] = [
    &["min.example", "north.min.example", "press.north.min.example"],
    &["min.example", "north.min.example", "south.min.example", "other.example"],
    &["office.example", "agency.example", "court.example"],
    &["a.pub.example", "b.pub.example", "pub.example", "office.example"],
    &["press.office.example", "office.example", "agency.example", "min.example", "north.min.example"],
    &["n0.example", "n1.example", "n2.example", "n3.example", "n4.example", "n5.example"],
];

/// The rules of a suffix list that a history names.
pub(crate) fn suffixes(version: &str) -> &'static [&'static str] {
    SUFFIXES.iter().find(|(known, _)| *known == version).map_or(&[], |(_, rules)| rules)
}

/// The text of such a list.
pub(crate) fn suffix_list(version: &str) -> String {
    let rules = suffixes(version).iter().map(|rule| format!("{rule}\n")).collect::<String>();
    if rules.is_empty() {
        rules
    } else {
        format!("// ===BEGIN ICANN DOMAINS===\n{rules}// ===END ICANN DOMAINS===\n")
    }
}

/// Random numbers that everybody gets alike (SplitMix64).
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x0123_4567_89ab_cdef)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `n`, which is not 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    /// True in so many of a hundred cases.
    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them, if there is any.
    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.below(of.len())) }
    }

    /// So many of them, in any order.
    pub(crate) fn some<T: Clone>(&mut self, of: &[T], count: usize) -> Vec<T> {
        let mut left = of.to_vec();
        let mut taken = Vec::new();
        while taken.len() < count && !left.is_empty() {
            taken.push(left.swap_remove(self.below(left.len())));
        }
        taken
    }
}

/// A private key of a name. The same for the same label, in every history.
pub(crate) fn signer(name: &str, label: &str) -> Signer {
    let seed = Id::of(format!("{name}/{label}").as_bytes()).0;
    let key_name = if label == "log" { name.to_owned() } else { format!("{name}/{label}") };
    Signer::from_seed(&key_name, &seed).unwrap()
}

/// Its public half.
pub(crate) fn key(name: &str, label: &str) -> VerifierKey {
    static KEYS: LazyLock<Mutex<HashMap<String, VerifierKey>>> = LazyLock::new(Mutex::default);
    let mut keys = KEYS.lock().unwrap_or_else(PoisonError::into_inner);
    keys.entry(format!("{name}/{label}")).or_insert_with(|| signer(name, label).verifier()).clone()
}

/// A blob of so many bytes of text, as it is named by a statement. Its salt is 32 zero bytes.
pub(crate) fn blob(text: &str) -> BlobRef {
    BlobRef { bytes: text.len() as u64, digest: Id::of(&[&[0; 32], text.as_bytes()].concat()) }
}

impl Entry {
    /// An entry that is signed by these keys, and badly by those that are spoilt.
    fn new(
        time: Time,
        statement: Statement,
        mut signed: Vec<VerifierKey>,
        spoilt: Vec<VerifierKey>,
    ) -> Self {
        signed.retain(|key| !spoilt.contains(key));
        Self { time, id: statement.id(), statement, signed, spoilt }
    }
}

/// Makes a history, entry by entry.
pub(crate) struct Maker {
    random: Random,
    names: Vec<Name>,
    pass: Pass,
    time: Time,
    counter: usize,
    temper: usize,
}

/// The history of this number.
pub(crate) fn history(number: u64) -> Vec<Entry> {
    let mut random = Random::new(number);
    let scene = if number % 97 == 5 { deep() } else { scene(&mut random) };
    let (length, temper) = (10 + random.below(32), random.below(7));
    let start = Time::from_millis(1_767_600_000_000);
    let mut maker =
        Maker { random, names: scene, pass: Pass::default(), time: start, counter: 0, temper };
    maker.found();
    while maker.pass.entries.len() < length {
        maker.step();
    }
    maker.pass.entries
}

/// Some names that have to do with each other.
fn scene(random: &mut Random) -> Vec<Name> {
    let scene = SCENES[random.below(SCENES.len())];
    scene.iter().map(|name| name.parse().unwrap()).collect()
}

/// So many names that a chain of superiors ends before the last.
fn deep() -> Vec<Name> {
    (0..11).map(|n| format!("d{n}.example").parse().unwrap()).collect()
}

impl Maker {
    /// Entry 0.
    fn found(&mut self) {
        let mut body = RecordBody { log_key: Some(key(ORIGIN, "log")), ..RecordBody::default() };
        body.suffixes = Some(("first".parse().unwrap(), blob(&suffix_list("first"))));
        body.open = self.random.percent(20).then_some(1000);
        for name in self.names.clone() {
            for label in ["k0", "k1"] {
                body.admit.push((name.clone(), key(name.as_str(), label)));
            }
        }
        self.log(Body::Record(body), vec![key(ORIGIN, "log")]);
    }

    /// One thing more that happens.
    fn step(&mut self) {
        self.pass_time();
        if let Some((body, signed)) = self.next_act() {
            let (body, signed) =
                if self.random.percent(14) { self.spoil(body, signed) } else { (body, signed) };
            let spoilt = if self.random.percent(3) { self.spoilt(&body, &signed) } else { Vec::new() };
            self.log_spoilt(body, signed, spoilt);
        }
    }

    fn log(&mut self, body: Body, signed: Vec<VerifierKey>) {
        self.log_spoilt(body, signed, Vec::new());
    }

    fn log_spoilt(&mut self, body: Body, signed: Vec<VerifierKey>, spoilt: Vec<VerifierKey>) {
        let origin =
            if self.counter > 0 && self.random.percent(4) { "elsewhere.example" } else { ORIGIN };
        let copied = origin != ORIGIN && !matches!(body, Body::Record(_));
        let record: Origin = if copied { origin } else { ORIGIN }.parse().unwrap();
        let statement = Statement { record, body };
        self.counter += 1;
        // What is not a statement at all is no matter of the rule.
        if Statement::parse(&statement.text()).is_ok_and(|read| read == statement) {
            self.pass.push(Entry::new(self.time, statement, signed, spoilt));
        }
    }

    /// Mostly minutes, now and then the delays that the rule knows, exactly or nearly.
    fn pass_time(&mut self) {
        let exact = [72 * HOUR, 14 * 24 * HOUR, 72 * HOUR - 1, 14 * 24 * HOUR - 1];
        let millis = match self.random.below(100) {
            0..10 => 0,
            10..55 => 60_000 * (1 + self.random.below(50) as i64),
            55..80 => HOUR * (1 + self.random.below(30) as i64),
            80..93 => 24 * HOUR * (1 + self.random.below(5) as i64),
            93..98 => exact[self.random.below(exact.len())],
            98 => 400 * 24 * HOUR,
            _ => -5_000,
        };
        self.time = Time::from_millis(self.time.millis() + millis);
    }

    /// The place of the next entry.
    fn place(&self) -> Place {
        Place { entry: self.pass.entries.len(), time: self.time }
    }

    fn light(&self) -> Light<'_> {
        self.pass.light(self.pass.entries.len())
    }
}

/// The names that a history is about.
pub(crate) fn names(history: &[Entry]) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for entry in history {
        match &entry.statement.body {
            Body::Record(body) => names.extend(body.admit.iter().map(|(name, _)| name.clone())),
            _ => names.extend(entry.statement.speaker().cloned()),
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// The shortest history that is left of one that fails: its tail cut, then entry by entry taken out.
pub(crate) fn shrink(mut history: Vec<Entry>, fails: &dyn Fn(&[Entry]) -> bool) -> Vec<Entry> {
    while history.len() > 1 && fails(&history[..history.len() - 1]) {
        history.pop();
    }
    loop {
        let before = history.len();
        for entry in (1..before).rev() {
            let mut shorter = history.clone();
            shorter.remove(entry);
            if fails(&shorter) {
                history = shorter;
            }
        }
        if history.len() == before {
            return history;
        }
    }
}

/// A history for people: every entry with its statement, its signers and what the naive pass says of it.
pub(crate) fn print(history: &[Entry]) -> String {
    let pass = Pass::of(history);
    let mut out = String::new();
    for (number, entry) in history.iter().enumerate() {
        let signed: Vec<&str> = entry.signed.iter().map(VerifierKey::name).collect();
        let verdict =
            pass.judged[number].refused.map_or("valid".to_owned(), |why| format!("void: {why:?}"));
        let (time, id) = (entry.time, entry.id.short());
        let spoilt: Vec<&str> = entry.spoilt.iter().map(VerifierKey::name).collect();
        out += &format!("{number} {time} {id} {verdict}; signed {signed:?}, spoilt {spoilt:?}\n");
        let text = entry.statement.text();
        let dull =
            ["record ", "forms ", "search ", "title ", "text ", "genre ", "lang ", "reason ", "admit "];
        for line in text.lines().filter(|line| !dull.iter().any(|word| line.starts_with(word))) {
            // Of a key its name says enough.
            out += &format!("    {}\n", line.split("+").next().unwrap_or(line));
        }
    }
    out
}
