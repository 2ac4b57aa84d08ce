//! Looking a name up: DNS first, then HTTPS, and the evidence of what was found.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use erratum_record::{Name, NameProof, Time};
use hickory_proto::rr::{RData, RecordType};

use crate::address::is_public;
use crate::chain::{Worth, follow, judge};
use crate::check::{in_answer, in_page};
use crate::dns::{Answer, Deadline, ask, dns_name};
use crate::evidence::{Came, Evidence, MOST_EVIDENCE};
use crate::https::fetch;
use crate::published::Published;
use crate::settings::Settings;

/// At most so many addresses of a server are tried.
const MOST_ADDRESSES: usize = 3;

/// Asks what names publish.
#[derive(Debug, Clone)]
pub struct Lookup {
    settings: Settings,
}

/// What a name was found to publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it says, and how it was found.
    pub proof: NameProof,
    /// The evidence, at most 64 KiB.
    pub evidence: String,
}

/// Why nothing was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookupError {
    /// The name publishes nothing: neither in DNS nor by HTTPS.
    Nothing(Name),
    /// What it publishes cannot be taken: malformed, ambiguous, or signed falsely.
    Unfit(Name, String),
    /// It could not be asked.
    Failed(Name, String),
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing(name) => write!(
                f,
                "{name} publishes nothing: neither a TXT record _erratum.{name} nor https://{name}/.well-known/erratum.txt"
            ),
            Self::Unfit(name, why) => write!(f, "what {name} publishes proves nothing: {why}"),
            Self::Failed(name, why) => write!(f, "{name} could not be asked: {why}"),
        }
    }
}

impl std::error::Error for LookupError {}

impl Lookup {
    /// Lookups by these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings }
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Asks what `name` publishes, `now` by the asker's clock. It takes no longer than the settings'
    /// patience allows.
    ///
    /// DNS decides where it says anything of ours; only where it says that there is nothing is HTTPS asked.
    ///
    /// # Errors
    /// If the name publishes nothing, something unfit, or cannot be asked.
    pub fn find(&self, name: &Name, now: Time) -> Result<Found, LookupError> {
        let deadline = Deadline::after(self.settings.patience);
        match self.by_dns(name, now, deadline)? {
            Some(found) => Ok(found),
            None => self.by_https(name, now, deadline)?.ok_or(LookupError::Nothing(name.clone())),
        }
    }

    fn by_dns(&self, name: &Name, now: Time, deadline: Deadline) -> Result<Option<Found>, LookupError> {
        let failed = |why| LookupError::Failed(name.clone(), why);
        let unfit = |why| LookupError::Unfit(name.clone(), why);
        let resolver = self.settings.resolver;
        let question = dns_name(Some("_erratum"), name.as_str()).map_err(failed)?;
        let txt = RecordType::TXT;
        let first = ask(resolver, &question, txt, deadline).map_err(failed)?;
        let Some(published) = in_answer(&first, &question).map_err(unfit)? else { return Ok(None) };
        let chain = follow(&first, (&question, txt), |name, kind| ask(resolver, name, kind, deadline));
        let seconds = now.millis().div_euclid(1000);
        let worth = judge(&first, (&question, txt), &chain, &self.settings.anchors, seconds);
        let dns = |messages, chain| Evidence {
            name: name.clone(),
            fetched: now,
            server: resolver,
            came: Came::Dns { messages, chain },
        };
        let with_chain = || {
            let all = std::iter::once(first.bytes.clone());
            dns(all.chain(chain.iter().map(|answer| answer.bytes.clone())).collect(), true)
        };
        let evidence = match worth {
            Worth::Bogus(why) => return Err(unfit(why)),
            Worth::Secure => Some(with_chain()).filter(|all| all.to_string().len() <= MOST_EVIDENCE),
            Worth::Insecure(_) => None,
        };
        let evidence = evidence.unwrap_or_else(|| dns(vec![first.bytes.clone()], false));
        Ok(Some(found(evidence, published)))
    }

    fn by_https(
        &self,
        name: &Name,
        now: Time,
        deadline: Deadline,
    ) -> Result<Option<Found>, LookupError> {
        let failed = |why| LookupError::Failed(name.clone(), why);
        let mut last = None;
        for address in self.addresses(name, deadline).map_err(failed)? {
            let server = SocketAddr::new(address, self.settings.https_port);
            let left = deadline.left().map_err(|_| failed("it took too long".to_owned()))?;
            match fetch(name.as_str(), server, &self.settings.authorities, left) {
                Err(why) => last = Some(why),
                Ok(page) => {
                    let unfit = |why| LookupError::Unfit(name.clone(), why);
                    let Some(published) = in_page(&page).map_err(unfit)? else { return Ok(None) };
                    let (name, came) = (name.clone(), Came::Https(page));
                    let evidence = Evidence { name, fetched: now, server, came };
                    return Ok(Some(found(evidence, published)));
                }
            }
        }
        last.map_or(Ok(None), |why| Err(failed(why)))
    }

    /// The addresses of the name's server, of those that may be asked.
    fn addresses(&self, name: &Name, deadline: Deadline) -> Result<Vec<IpAddr>, String> {
        let question = dns_name(None, name.as_str())?;
        let mut all = Vec::new();
        for kind in [RecordType::A, RecordType::AAAA] {
            let answer: Answer = ask(self.settings.resolver, &question, kind, deadline)?;
            all.extend(answer.message.answers.iter().filter_map(|record| match &record.data {
                RData::A(address) => Some(IpAddr::V4(address.0)),
                RData::AAAA(address) => Some(IpAddr::V6(address.0)),
                _ => None,
            }));
        }
        if let Some(private) =
            all.iter().find(|address| !self.settings.private_addresses && !is_public(**address))
        {
            return Err(format!("its address {private} is not one of the public internet"));
        }
        all.truncate(MOST_ADDRESSES);
        Ok(all)
    }
}

fn found(evidence: Evidence, published: Published) -> Found {
    let Published { keys, superior } = published;
    let proof = NameProof { name: evidence.name.clone(), keys, method: evidence.method(), superior };
    Found { proof, evidence: evidence.to_string() }
}
