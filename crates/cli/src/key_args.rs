//! The part of the command line that is about keys, approvals and the desk as a file.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use erratum::record::{Lang, Name, RuleAct, Time, VerifierKey};
use erratum_desk::{Keep, KeyChange, Recipient};

/// How a new key is kept.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct KeptIn {
    /// Encrypt the key's file by a passphrase
    #[arg(long, conflicts_with = "ssh_agent")]
    pub(crate) encrypt: bool,
    /// Use a key of the ssh-agent: the one with this fingerprint or comment, or the only one
    #[arg(long, value_name = "WHICH", num_args = 0..=1)]
    pub(crate) ssh_agent: Option<Option<String>>,
}

impl KeptIn {
    pub(crate) fn keep(&self) -> Keep {
        match (&self.ssh_agent, self.encrypt) {
            (Some(which), _) => Keep::Agent(which.clone()),
            (None, true) => Keep::Encrypted,
            (None, false) => Keep::Plain,
        }
    }
}

/// What else keys list.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Listing {
    /// List this key too; may be given several times
    #[arg(long, value_name = "VKEY")]
    pub(crate) add: Vec<VerifierKey>,
    /// How many signatures an act takes; `all` stands for those without a number of their own
    #[arg(long, value_name = "ACT=M", value_parser = rule)]
    pub(crate) rule: Vec<(Option<RuleAct>, u8)>,
    /// List this recovery key; may be given several times
    #[arg(long, value_name = "VKEY")]
    pub(crate) recovery: Vec<VerifierKey>,
}

impl Listing {
    pub(crate) fn change(&self) -> KeyChange {
        KeyChange {
            add: self.add.clone(),
            rule: self.rule.clone(),
            recovery: self.recovery.clone(),
            ..KeyChange::default()
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Show this desk's keys, and what the record holds of the office
    Show,
    /// Change the office's keys, their rule, the recovery keys or the superior
    #[command(after_help = "\
A change of the recovery keys, of the number for the act `keys`, or of the superior binds 72 hours after it is logged.

Examples:
  erratum keys rotate --add VKEY --rule in-error=2
  erratum keys rotate --new-key press-2027 --encrypt --remove press
  erratum keys rotate --remove press --add VKEY --sign-with /media/safe/recovery.age
  erratum keys rotate --for northern-command.example --remove press --add VKEY")]
    Rotate(Box<Rotate>),
    /// Take a key away: its signatures count no more
    #[command(after_help = "\
With --since, what was logged from then on has lost this key's signature too. Warnings stay until they are lifted.

Examples:
  erratum keys revoke press --since 2026-01-06T18:00:00Z --reason \"Laptop stolen\"
  erratum keys revoke press --reason \"Officer left\" --sign-with /media/safe/recovery.age")]
    Revoke {
        /// Its label, or the whole key
        #[arg(value_name = "LABEL|VKEY")]
        key: String,
        /// Since when it is suspect, at most 14 days ago
        #[arg(long, value_name = "TIME", value_parser = Time::lenient)]
        since: Option<Time>,
        /// Why; it is published
        #[arg(long)]
        reason: String,
        /// The language of the reason
        #[arg(long, default_value = "en")]
        lang: Lang,
        /// A name below this office, whose key it is
        #[arg(long = "for", value_name = "NAME")]
        subordinate: Option<Name>,
        /// Sign with the recovery key in this file
        #[arg(long, value_name = "FILE")]
        sign_with: Option<PathBuf>,
    },
    /// Accept to be the superior of an office that names this one
    Accept {
        /// The office
        name: Name,
    },
    /// Make a recovery key in a file, to be kept away from the desk
    #[command(after_help = "\
Example:
  erratum keys recovery /media/safe/recovery.age --encrypt
  erratum keys rotate --recovery VKEY")]
    Recovery {
        /// The file, which is not there yet
        file: PathBuf,
        /// The label of the key
        #[arg(long, default_value = "recovery")]
        label: String,
        /// Encrypt the file by a passphrase
        #[arg(long)]
        encrypt: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    #[command(flatten)]
    pub(crate) listing: Listing,
    /// Make a new key with this label in this desk, and list it
    #[arg(long, value_name = "LABEL")]
    pub(crate) new_key: Option<String>,
    #[command(flatten)]
    pub(crate) kept: KeptIn,
    /// List this key or recovery key no more; may be given several times
    #[arg(long, value_name = "LABEL")]
    pub(crate) remove: Vec<String>,
    /// When a key expires; may be given several times
    #[arg(long, value_name = "LABEL=TIME", value_parser = expiry)]
    pub(crate) expires: Vec<(String, Time)>,
    /// The superior, or `none`
    #[arg(long, value_name = "NAME", value_parser = superior)]
    pub(crate) superior: Option<Superior>,
    /// A name below this office, whose keys are set
    #[arg(long = "for", value_name = "NAME", conflicts_with = "new_key")]
    pub(crate) subordinate: Option<Name>,
    /// Sign with the recovery key in this file
    #[arg(long, value_name = "FILE", conflicts_with = "subordinate")]
    pub(crate) sign_with: Option<PathBuf>,
}

impl Rotate {
    pub(crate) fn change(&self) -> KeyChange {
        KeyChange {
            remove: self.remove.clone(),
            expires: self.expires.clone(),
            superior: self.superior.clone().map(|superior| superior.0),
            ..self.listing.change()
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Approve {
    /// A pending act: its file, or the beginning of its id; without one, what waits is listed
    pub(crate) pending: Option<String>,
    /// Sign without asking
    #[arg(long, requires = "pending")]
    pub(crate) yes: bool,
    /// Write the act into this file to hand it on, and sign nothing; - for standard output
    #[arg(long, value_name = "FILE", requires = "pending", conflicts_with = "yes")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeskCommand {
    /// Write everything in the desk into one encrypted file
    #[command(after_help = "\
Examples:
  erratum desk export desk.age
  erratum desk export desk.age --to age1q5szx5glgqmrmupau5ahp04ctuqg3nfnl72kkt7qm7t87h8djdvqq8m4un")]
    Export {
        /// The file, which is not there yet
        file: PathBuf,
        /// Encrypt to this age recipient, instead of by a passphrase
        #[arg(long, value_name = "RECIPIENT")]
        to: Option<Recipient>,
    },
    /// Make a desk of an exported file
    Restore {
        /// The exported file
        file: PathBuf,
        /// The desk's folder, which is not there yet
        dir: PathBuf,
        /// The age identity file, where it was encrypted to a recipient
        #[arg(long, value_name = "FILE")]
        identity: Option<PathBuf>,
    },
}

/// The superior to name, or none.
#[derive(Debug, Clone)]
pub(crate) struct Superior(pub(crate) Option<Name>);

fn superior(text: &str) -> Result<Superior, String> {
    match text {
        "none" => Ok(Superior(None)),
        name => name.parse().map(|name| Superior(Some(name))).map_err(|error| format!("{error}")),
    }
}

fn rule(text: &str) -> Result<(Option<RuleAct>, u8), String> {
    let (word, number) = text.split_once('=').ok_or("expected ACT=M, such as in-error=2")?;
    let number = number.parse().map_err(|_| format!("{number} is no number of signatures"))?;
    if word == "all" {
        return Ok((None, number));
    }
    let act = RuleAct::ALL.into_iter().find(|act| act.as_str() == word);
    let acts: Vec<&str> = RuleAct::ALL.iter().map(|act| act.as_str()).collect();
    let act = act.ok_or_else(|| format!("no act {word}; there are all, {}", acts.join(", ")))?;
    Ok((Some(act), number))
}

fn expiry(text: &str) -> Result<(String, Time), String> {
    let (label, time) = text.split_once('=').ok_or("expected LABEL=TIME")?;
    Ok((label.to_owned(), Time::lenient(time).map_err(|error| error.to_string())?))
}
