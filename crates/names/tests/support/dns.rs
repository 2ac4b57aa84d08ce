//! A DNS server on loopback that answers what it was told, over UDP and TCP.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime};

use hickory_proto::dnssec::crypto::Ed25519SigningKey;
use hickory_proto::dnssec::rdata::{DNSKEY, DNSSECRData, DS, RRSIG};
use hickory_proto::dnssec::{DigestType, DnssecSigner, SigningKey};
use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, CNAME, TXT};
use hickory_proto::rr::{DNSClass, Name, RData, Record, RecordSet, RecordType};
use hickory_proto::serialize::binary::BinEncodable;

/// What it does.
#[derive(Default)]
struct Zone {
    records: BTreeMap<(Name, RecordType), Vec<RData>>,
    /// Zones with their keys; a name is signed by the longest zone that it lies in.
    signers: Vec<(Name, Arc<DnssecSigner>)>,
    /// When signatures begin to hold.
    since: Option<SystemTime>,
    /// Answers over UDP are cut short.
    truncates: bool,
    /// Signatures do not fit what they sign.
    forges: bool,
    /// It fails.
    fails: bool,
    /// It says nothing.
    silent: bool,
    /// Bytes in the place of an answer.
    raw: Option<Vec<u8>>,
    /// Who was asked for, in order.
    asked: Vec<(Name, RecordType)>,
}

pub struct Dns {
    pub address: SocketAddr,
    zone: Arc<Mutex<Zone>>,
}

fn name(text: &str) -> Name {
    Name::from_ascii(text).unwrap().to_lowercase()
}

impl Dns {
    pub fn start() -> Self {
        let zone = Arc::new(Mutex::new(Zone::default()));
        let (udp, tcp) = loop {
            let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
            if let Ok(tcp) = TcpListener::bind(udp.local_addr().unwrap()) {
                break (udp, tcp);
            }
        };
        let address = udp.local_addr().unwrap();
        let shared = zone.clone();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok((length, from)) = udp.recv_from(&mut buffer) {
                let answer = answer(&shared, &buffer[..length], true);
                let _ = answer.map(|answer| udp.send_to(&answer, from));
            }
        });
        let shared = zone.clone();
        thread::spawn(move || {
            for stream in tcp.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut head = [0; 2];
                let _ = stream.read_exact(&mut head);
                let mut question = vec![0; usize::from(u16::from_be_bytes(head))];
                let _ = stream.read_exact(&mut question);
                if let Some(answer) = answer(&shared, &question, false) {
                    let length = u16::try_from(answer.len()).unwrap();
                    let _ = stream.write_all(&[&length.to_be_bytes()[..], &answer].concat());
                }
            }
        });
        Self { address, zone }
    }

    fn add(&self, owner: &str, kind: RecordType, data: RData) {
        self.zone.lock().unwrap().records.entry((name(owner), kind)).or_default().push(data);
    }

    /// One more TXT record of `_erratum.<owner>`, in these strings.
    pub fn publish(&self, owner: &str, strings: &[&str]) {
        let txt = TXT::from_bytes(strings.iter().map(|string| string.as_bytes()).collect());
        self.add(&format!("_erratum.{owner}."), RecordType::TXT, RData::TXT(txt));
    }

    /// Nothing is published of this name any more.
    pub fn withdraw(&self, owner: &str) {
        let key = (name(&format!("_erratum.{owner}.")), RecordType::TXT);
        self.zone.lock().unwrap().records.remove(&key);
    }

    /// In the place of what was there.
    pub fn republish(&self, owner: &str, line: &str) {
        self.withdraw(owner);
        self.publish(owner, &[line]);
    }

    /// `_erratum.<owner>` is an alias of another name, whose line comes with the answer.
    pub fn alias(&self, owner: &str, target: &str) {
        let key = format!("_erratum.{owner}.");
        self.add(&key, RecordType::TXT, RData::CNAME(CNAME(name(target))));
    }

    pub fn host(&self, owner: &str, address: IpAddr) {
        match address {
            IpAddr::V4(v4) => self.add(&format!("{owner}."), RecordType::A, RData::A(A(v4))),
            IpAddr::V6(v6) => self.add(&format!("{owner}."), RecordType::AAAA, RData::AAAA(AAAA(v6))),
        }
    }

    /// Signs these zones, of which the first is the root and each lies in the one before. Gives the root's
    /// key, as a zone file has it.
    pub fn sign(&self, zones: &[&str], since: SystemTime) -> String {
        let mut anchor = String::new();
        for zone in zones {
            let pkcs8 = Ed25519SigningKey::generate_pkcs8().unwrap();
            let key = Ed25519SigningKey::from_pkcs8(&pkcs8).unwrap();
            let public = key.to_public_key().unwrap();
            let dnskey = DNSKEY::from_key(&public);
            if *zone == "." {
                anchor = format!(". 3600 IN DNSKEY {dnskey}\n");
            } else {
                let ds = DS::from_key(&public, &name(zone), DigestType::SHA256).unwrap();
                self.add(zone, RecordType::DS, RData::DNSSEC(DNSSECRData::DS(ds)));
            }
            let data = RData::DNSSEC(DNSSECRData::DNSKEY(dnskey.clone()));
            self.add(zone, RecordType::DNSKEY, data);
            let for_days = Duration::from_secs(30 * 86_400);
            let signer = DnssecSigner::new(dnskey, Box::new(key), name(zone), for_days);
            let mut shared = self.zone.lock().unwrap();
            shared.signers.push((name(zone), Arc::new(signer)));
            shared.since = Some(since);
        }
        anchor
    }

    pub fn truncate(&self) {
        self.zone.lock().unwrap().truncates = true;
    }

    pub fn forge(&self) {
        self.zone.lock().unwrap().forges = true;
    }

    pub fn fail(&self, fails: bool) {
        self.zone.lock().unwrap().fails = fails;
    }

    pub fn silence(&self) {
        self.zone.lock().unwrap().silent = true;
    }

    pub fn say(&self, raw: Vec<u8>) {
        self.zone.lock().unwrap().raw = Some(raw);
    }

    /// What was asked, in order.
    pub fn asked(&self) -> Vec<String> {
        let zone = self.zone.lock().unwrap();
        zone.asked.iter().map(|(name, kind)| format!("{name} {kind}")).collect()
    }
}

fn answer(zone: &Mutex<Zone>, question: &[u8], udp: bool) -> Option<Vec<u8>> {
    let mut zone = zone.lock().unwrap();
    if let Some(raw) = &zone.raw {
        return Some(raw.clone());
    }
    if zone.silent {
        return None;
    }
    let question = Message::from_vec(question).ok()?;
    let asked = question.queries.first()?.clone();
    let (owner, kind) = (asked.name().to_lowercase(), asked.query_type());
    zone.asked.push((owner.clone(), kind));
    let mut answer = Message::new(question.metadata.id, MessageType::Response, OpCode::Query);
    answer.add_query(asked);
    if zone.fails {
        answer.metadata.response_code = ResponseCode::ServFail;
    } else if udp && zone.truncates {
        answer.metadata.truncation = true;
    } else if let Some(all) = zone.records.get(&(owner.clone(), kind)) {
        fill(&mut answer, &zone, &owner, kind, all);
    } else {
        answer.metadata.response_code = ResponseCode::NXDomain;
    }
    answer.to_bytes().ok()
}

fn fill(answer: &mut Message, zone: &Zone, owner: &Name, kind: RecordType, all: &[RData]) {
    let mut set = RecordSet::with_ttl(owner.clone(), kind, 300);
    for data in all {
        if let RData::CNAME(target) = data {
            let line = format!("erratum/v1 keys={}", "22".repeat(32));
            let txt = RData::TXT(TXT::new(vec![line]));
            answer.add_answer(Record::from_rdata(owner.clone(), 300, data.clone()));
            answer.add_answer(Record::from_rdata(target.0.clone(), 300, txt));
            continue;
        }
        set.add_rdata(data.clone());
        answer.add_answer(Record::from_rdata(owner.clone(), 300, data.clone()));
    }
    // A delegation is signed by the zone above.
    let lies_in =
        |at: &Name| at.zone_of(owner) && !(kind == RecordType::DS && at == owner && !at.is_root());
    let signer = zone.signers.iter().filter(|(at, _)| lies_in(at)).max_by_key(|(at, _)| at.num_labels());
    let (Some((_, signer)), Some(since)) = (signer, zone.since) else { return };
    if zone.forges && kind == RecordType::TXT {
        set.add_rdata(RData::TXT(TXT::new(vec!["another".to_owned()])));
    }
    let rrsig = RRSIG::from_rrset(&set, DNSClass::IN, since.into(), signer).unwrap();
    let data = RData::DNSSEC(DNSSECRData::RRSIG(rrsig));
    answer.add_answer(Record::from_rdata(owner.clone(), 300, data));
}
