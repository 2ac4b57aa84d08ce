//! The command line: one table from which parsing, help, man page and completions are made.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use erratum::record::{Date, Genre, Lang, Name, Standing, Time, VerifierKey};

use crate::key_args::{Approve, DeskCommand, KeptIn, KeysCommand, Listing};

/// The standing of a published document, for whoever holds a copy.
#[derive(Debug, Parser)]
#[command(name = "erratum", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// The office's desk [default: $ERRATUM_DESK, else .erratum here or in a folder above]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) desk: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say the standing of a copy: whose document it is, who says what of it, what differs
    #[command(after_help = "\
Exit status: 0 every match is good, 1 some match is not, 3 nothing matched, 2 something could not be read.

Examples:
  erratum check letter.pdf --record ./record
  erratum check inbox/ --policy policy.toml --json
  curl -s https://paper.example/story | erratum check - --policy policy.toml")]
    Check(Check),
    /// Make a desk for an office: its key and its settings
    #[command(after_help = "\
A passphrase is asked for on the terminal, or read from the first line of the file that ERRATUM_PASSPHRASE_FILE names.

Examples:
  erratum init northern-command.example --record ./record --superior defence.example
  erratum init northern-command.example --record ./record --encrypt --label press
  erratum init northern-command.example --record ./record --ssh-agent --join --label editor
  erratum init northern-command.example --record ./record --add VKEY --add VKEY --rule keys=2 --rule in-error=2")]
    Init(Init),
    /// Run a record: begin one, admit offices, take in what they say
    #[command(subcommand)]
    Record(RecordCommand),
    /// Look at this office's keys, change them, take one away, or accept to be another's superior
    #[command(subcommand)]
    Keys(KeysCommand),
    /// List what waits for signatures; read one act, sign it, and hand it in when it has enough
    #[command(after_help = "\
What is shown is decoded from the very bytes that are signed. The file of a pending act is plain text: hand it to the
other person by mail or on a stick.

Examples:
  erratum approve
  erratum approve 5a8db6c0
  erratum approve letter.pending --yes")]
    Approve(Approve),
    /// Write this desk into one encrypted file, or make a desk of such a file
    #[command(subcommand)]
    Desk(DeskCommand),
    /// Register a document that this office issues
    #[command(after_help = "\
A path cannot be withdrawn: it stays with this document and those that replace it.

Examples:
  erratum issue letter.pdf --as letters/2026-017 --genre letter --date 2026-01-06
  erratum issue final.pdf --as letters/2026-019 --replaces letters/2026-017
  erratum issue letter.pdf brief.pdf --lang en --lang de --as letters/2026-017")]
    Issue(Issue),
    /// Register a text that goes round in this office's name and is not its own
    Disown(Disown),
    /// Register a text as seen, in the name of the office that it is said to come from
    Add(Add),
    /// Say a word on a document: held, withdrawn, in-error, disowned, corrected, superseded, issued, lift
    #[command(after_help = "\
Examples:
  erratum mark letters/2026-017 in-error --reason \"Preliminary draft, sent by mistake\"
  erratum mark letters/2026-017 corrected --replaced-by letters/2026-021 --passage \"on 9 January\" --reason \"Wrong date\"
  erratum mark letters/2026-017 lift --reason \"Confirmed after review\"")]
    Mark(Mark),
    /// Remark on a document: a comment where this office has a voice, else a note
    Note(Note),
    /// Commit to drafts privately, so that one that leaks can be proven to be a draft
    #[command(after_help = "\
Nothing of a draft is published, nor how many there are: a commitment always has the same size, and is made where no
draft waits too. Run daily, the schedule says nothing. The salts stay at the desk; without them no draft can be opened.

Examples:
  erratum draft letter.odt.txt
  erratum draft --later letter.pdf
  15 18 * * *  erratum --desk /srv/press draft")]
    Draft(Draft),
    /// Open the draft that a leaked copy comes from: publish what leaked, with the proof that it was a draft
    #[command(after_help = "\
What is opened is published: exactly the paragraphs that the copy carries, or all with --all. It is shown first, and
asked.

Examples:
  erratum open clipping.html --genre letter
  erratum open leaked.pdf --all --as drafts/2026-017 --title \"Preliminary draft\"")]
    Open(Open),
    /// Tell the story of a document, or list all documents
    History(History),
    /// Write the slip of a document: the proof that travels with a copy
    Slip(Slip),
    /// Check a slip, and a copy against it, without any record
    #[command(
        after_help = "Exit status: 0 proven and issued, 1 another standing or a proof that fails, 2 unreadable."
    )]
    Verify(Verify),
    /// Audit a record: its log, every statement, every blob, the index
    #[command(after_help = "\
With --follow it watches a record instead: each new checkpoint must continue the last one seen. It ends when the
record has forked or gone back, and both checkpoints are kept beside the state file.

With --online each proof of a name is held against its evidence and against what the name publishes now. That a name
publishes nothing any more, or something else, is told; it is no lie of the operator.

Exit status: 0 sound, 1 a lie found, 2 unreadable.

Examples:
  erratum audit ./record
  erratum audit https://record.example --follow --name northern-command.example --state north.monitor")]
    Audit(Audit),
    /// Write the public pages of a record as plain files
    #[command(after_help = "\
The pages follow from the record alone, byte for byte; only what changed is written again.

Example:
  erratum build ./record ./public")]
    Build(Build),
    /// Copy a record from a URL into a folder, or bring the copy up to date
    #[command(after_help = "\
Everything is checked before it is kept; what is there already is not fetched again. A record that has forked or
gone back is refused, and both checkpoints are kept in DIR.evidence.

Exit status: 0 copied, 1 a lie found or something withheld without a word, 2 unreadable.

Example:
  erratum mirror https://record.example ./copy")]
    Mirror(Mirror),
}

/// Which records to ask.
#[derive(Debug, Args)]
pub(crate) struct Records {
    /// A record's folder; may be given several times, the first leads
    #[arg(long, value_name = "DIR")]
    pub(crate) record: Vec<PathBuf>,
    /// The reader's policy [default: $ERRATUM_POLICY]
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

/// For which moment.
#[derive(Debug, Args)]
pub(crate) struct Moments {
    /// What was known and in force at this time
    #[arg(long, value_name = "TIME", value_parser = Time::lenient, conflicts_with = "in_force_at")]
    pub(crate) as_of: Option<Time>,
    /// What was in force at this time, as it is known now
    #[arg(long, value_name = "TIME", value_parser = Time::lenient)]
    pub(crate) in_force_at: Option<Time>,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// Files or folders; - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) records: Records,
    #[command(flatten)]
    pub(crate) moments: Moments,
    /// Print the verdict as JSON (docs/check.schema.json)
    #[arg(long)]
    pub(crate) json: bool,
    /// Write a page with the text of one copy, its differences marked, and pages of PDFs and pictures with boxes
    #[arg(long, value_name = "OUT")]
    pub(crate) annotate: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The office's DNS name
    pub(crate) name: Name,
    /// The record that it speaks in
    #[arg(long, value_name = "DIR")]
    pub(crate) record: PathBuf,
    /// The name that it takes as its superior, where no parent domain has keys
    #[arg(long, value_name = "NAME")]
    pub(crate) superior: Option<Name>,
    /// The record's log key, where this office runs the record itself
    #[arg(long, value_name = "FILE")]
    pub(crate) log_key: Option<PathBuf>,
    /// The label of its key
    #[arg(long, default_value = erratum_desk::LABEL)]
    pub(crate) label: String,
    #[command(flatten)]
    pub(crate) kept: KeptIn,
    #[command(flatten)]
    pub(crate) listing: Listing,
    /// Only make the desk and its key: somebody else of the office lists it
    #[arg(long, conflicts_with_all = ["claim", "superior", "add", "rule", "recovery"])]
    pub(crate) join: bool,
    /// Claim a name that has keys already; it takes 14 days, and all readers are told
    #[arg(long)]
    pub(crate) claim: bool,
}

/// Which record to run, and its key.
// The group would have the name of the subcommand `run`.
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Run {
    /// The record's folder [default: the desk's]
    #[arg(long, value_name = "DIR")]
    pub(crate) record: Option<PathBuf>,
    /// The log key's file [default: the desk's]
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
}

// Made once a run: its size does not matter.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Subcommand)]
pub(crate) enum RecordCommand {
    /// Begin a record in an empty folder
    #[command(after_help = "\
The log key, and beside it the lock and the last checkpoint, lie outside the record's folder, which is public.

By default a record takes the names that its operator admits. With --open it takes any name that proves itself, in
DNS or under https://NAME/.well-known/ (docs/record.md, section 11).

Examples:
  erratum record create ./record --origin record.example --key ./operator/log.key
  erratum record create ./record --origin record.example --key ./operator/log.key --open 100")]
    Create {
        /// The record's folder
        dir: PathBuf,
        /// Its origin, which is also the name of the log key
        #[arg(long, value_name = "NAME")]
        origin: String,
        /// The log key's file; made if it is not there
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// Take any name that proves itself, and of each so many statements a UTC day
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
        open: Option<u64>,
    },
    /// Look up what names publish that have keys here, and log what proves them
    #[command(after_help = "\
Asked are the TXT record _erratum.NAME and then https://NAME/.well-known/erratum.txt. An open record asks by itself
about names whose keys wait.

Example:
  erratum record prove northern-command.example")]
    Prove {
        /// The offices' DNS names
        #[arg(required = true, value_name = "NAME")]
        offices: Vec<Name>,
        /// How names are looked up: resolver, certificate authorities, DNSSEC anchors [default: this machine's]
        #[arg(long, value_name = "FILE")]
        names: Option<PathBuf>,
        #[command(flatten)]
        run: Run,
    },
    /// Let an office register its key here
    Admit {
        /// The office's DNS name
        name: Name,
        /// Its public key, as `erratum init` prints it
        vkey: VerifierKey,
        #[command(flatten)]
        run: Run,
    },
    /// Remove a text, title or reason for good, and say why; the statement and the standing stay
    #[command(after_help = "\
The blobs of the entry are deleted here and leave the index; whoever copied them before still has them.

Examples:
  erratum record withhold 41 --reason \"Names a witness\"
  erratum record withhold northern-command.example/letters/2026-017 --reason \"By order of a court\"")]
    Withhold {
        /// An entry's number, or a document: its name or id, meaning its text and translations
        #[arg(value_name = "ENTRY|DOCUMENT")]
        what: String,
        /// Why; it is published
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        run: Run,
    },
    /// Take in what waits in the inbox, and commit to what that gives
    #[command(after_help = "\
Witnesses are asked before anything is appended and after each change, all at once and for 5 seconds at most. One
that does not answer costs its own cosignature; one that has seen more of this log than lies here stops the run, so
that a restored backup cannot fork it.

An open record looks up the names whose keys wait, 8 at once and for 15 seconds at most each; what is found is
logged with its evidence.

Examples:
  erratum record run --record ./record --key ./operator/log.key
  erratum record run --watch --witnesses witnesses.policy")]
    Run {
        #[command(flatten)]
        run: Run,
        /// Stay, and take in what comes
        #[arg(long)]
        watch: bool,
        /// Have checkpoints cosigned by the witnesses of this C2SP tlog-policy
        #[arg(long, value_name = "FILE")]
        witnesses: Option<PathBuf>,
        /// In an open record, how names are looked up [default: this machine's resolver]
        #[arg(long, value_name = "FILE")]
        names: Option<PathBuf>,
    },
    /// Make the index and the map anew from the log
    #[command(after_help = "\
The whole log is read again. What an epoch commits to is refused where it does not follow from the log. No operator
may be at work on the record meanwhile.")]
    Rebuild {
        /// The record's folder [default: the desk's]
        #[arg(long, value_name = "DIR")]
        record: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Issue {
    /// The files: the first gives the text, the others have the same text or another --lang
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Its path under this office's name, such as letters/2026-017
    #[arg(long = "as", value_name = "PATH")]
    pub(crate) path: String,
    /// Its title [default: the first line of the text]
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// The date it bears
    #[arg(long)]
    pub(crate) date: Option<Date>,
    /// The language of each file, in order; the first stands for those left out
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub(crate) lang: Vec<Lang>,
    /// What it is called: letter, statement, release, order, report, notice, decision, speech, caption
    #[arg(long, default_value = "document")]
    pub(crate) genre: Genre,
    /// What of the text is published
    #[arg(long, value_enum, default_value = "public")]
    pub(crate) text: Text,
    /// The document that it supersedes
    #[arg(long, value_name = "DOCUMENT")]
    pub(crate) replaces: Option<String>,
    /// Since when it is claimed to hold
    #[arg(long, value_name = "TIME", value_parser = Time::lenient)]
    pub(crate) effective: Option<Time>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Text {
    /// The whole text
    Public,
}

/// What is said of a single file.
#[derive(Debug, Args)]
pub(crate) struct About {
    /// Its title [default: the first line of the text]
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// Its language
    #[arg(long, default_value = "en")]
    pub(crate) lang: Lang,
    /// What it is called: letter, statement, release, order, report, notice, decision, speech, caption
    #[arg(long, default_value = "document")]
    pub(crate) genre: Genre,
}

#[derive(Debug, Args)]
pub(crate) struct Disown {
    /// The file
    pub(crate) file: PathBuf,
    /// Why
    #[arg(long)]
    pub(crate) reason: String,
    /// Its path under this office's name [default: disowned/ and a digest]
    #[arg(long = "as", value_name = "PATH")]
    pub(crate) path: Option<String>,
    #[command(flatten)]
    pub(crate) about: About,
}

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The file
    pub(crate) file: PathBuf,
    /// The office it is said to come from
    #[arg(long, value_name = "NAME")]
    pub(crate) from: Name,
    /// The standing it was reported with
    #[arg(long)]
    pub(crate) standing: Standing,
    /// Where it was seen
    #[arg(long)]
    pub(crate) source: String,
    /// Publish it as "reported by" this office
    #[arg(long, required = true)]
    pub(crate) attributed: bool,
    #[command(flatten)]
    pub(crate) about: About,
}

#[derive(Debug, Args)]
pub(crate) struct Mark {
    /// The document: its name, its path under this office's name, or its id
    pub(crate) document: String,
    /// held, withdrawn, in-error, disowned, corrected, superseded, issued, or lift
    #[arg(value_name = "STANDING")]
    pub(crate) word: String,
    /// Why; may be left out only with `issued`
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// With corrected and superseded: the document that takes its place
    #[arg(long, value_name = "DOCUMENT")]
    pub(crate) replaced_by: Option<String>,
    /// A passage meant, as it stands in the document; may be given several times
    #[arg(long, value_name = "TEXT")]
    pub(crate) passage: Vec<String>,
    /// Since when it is claimed to hold
    #[arg(long, value_name = "TIME", value_parser = Time::lenient)]
    pub(crate) effective: Option<Time>,
    /// With lift: the id of the word that ends [default: this office's own]
    #[arg(long = "word", value_name = "ID")]
    pub(crate) word_id: Option<String>,
    /// The language of the reason
    #[arg(long, default_value = "en")]
    pub(crate) lang: Lang,
    /// The same reason in another language, as LANG=TEXT; may be given several times
    #[arg(long, value_name = "LANG=TEXT", requires = "reason", value_parser = in_another_language)]
    pub(crate) reason_in: Vec<(Lang, String)>,
}

/// `LANG=TEXT`.
fn in_another_language(text: &str) -> Result<(Lang, String), String> {
    let (lang, text) = text.split_once('=').ok_or("expected LANG=TEXT, such as de=Entwurf")?;
    Ok((lang.parse().map_err(|error| format!("{error}"))?, text.to_owned()))
}

#[derive(Debug, Args)]
pub(crate) struct Note {
    /// The document: its name or id
    pub(crate) document: String,
    /// What to say
    pub(crate) text: String,
    /// Its language
    #[arg(long, default_value = "en")]
    pub(crate) lang: Lang,
}

#[derive(Debug, Args)]
pub(crate) struct Draft {
    /// The drafts; without any, what waits is committed to, or padding alone
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Their language
    #[arg(long, default_value = "en")]
    pub(crate) lang: Lang,
    /// Let them wait for the next commitment
    #[arg(long, requires = "files")]
    pub(crate) later: bool,
    /// List the drafts at this desk
    #[arg(long, conflicts_with_all = ["files", "later"])]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Open {
    /// The copy that got out
    pub(crate) copy: PathBuf,
    /// The path of what is opened, under this office's name [default: drafts/ and a digest]
    #[arg(long = "as", value_name = "PATH")]
    pub(crate) path: Option<String>,
    /// Its title [default: the first line of what is opened]
    #[arg(long)]
    pub(crate) title: Option<String>,
    /// The date it bears
    #[arg(long)]
    pub(crate) date: Option<Date>,
    /// What it is called: letter, statement, release, order, report, notice, decision, speech, caption
    #[arg(long, default_value = "document")]
    pub(crate) genre: Genre,
    /// Open the whole draft, whatever the copy carries of it
    #[arg(long)]
    pub(crate) all: bool,
    /// Publish without asking
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct History {
    /// The document: its name or id; without one, all documents are listed
    pub(crate) document: Option<String>,
    #[command(flatten)]
    pub(crate) records: Records,
    #[command(flatten)]
    pub(crate) moments: Moments,
}

#[derive(Debug, Args)]
pub(crate) struct Slip {
    /// The document: its name or id
    pub(crate) document: String,
    #[command(flatten)]
    pub(crate) records: Records,
    /// Write it here [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The slip
    pub(crate) slip: PathBuf,
    /// A copy to hold against it
    pub(crate) copy: Option<PathBuf>,
    /// The reader's policy, which pins the log key [default: $ERRATUM_POLICY]
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// The record's folder; with --follow also its URL
    pub(crate) record: PathBuf,
    /// The log key, if it is known
    #[arg(long, value_name = "VKEY")]
    pub(crate) key: Option<VerifierKey>,
    /// The reader's policy: its witnesses must agree with the times in the log [default: $ERRATUM_POLICY]
    #[arg(long, value_name = "FILE", conflicts_with = "follow")]
    pub(crate) policy: Option<PathBuf>,
    /// A folder of public pages, which must follow from the record
    #[arg(long, value_name = "DIR", conflicts_with = "follow")]
    pub(crate) pages: Option<PathBuf>,
    /// Stay, and report what is new and whether it continues what was there
    #[arg(long)]
    pub(crate) follow: bool,
    /// Ask what the names publish now that the record calls proven
    #[arg(long, conflicts_with = "follow")]
    pub(crate) online: bool,
    /// How names are looked up: resolver, certificate authorities, DNSSEC anchors [default: this machine's]
    #[arg(long, value_name = "FILE", requires = "online")]
    pub(crate) names: Option<PathBuf>,
    /// Report new statements of this name and about it; may be given several times
    #[arg(long, value_name = "NAME", requires = "follow")]
    pub(crate) name: Vec<Name>,
    /// Where to remember the last checkpoint seen [default: erratum.monitor]
    #[arg(long, value_name = "FILE", requires = "follow")]
    pub(crate) state: Option<PathBuf>,
    /// Seconds between looks
    #[arg(long, value_name = "SECONDS", default_value_t = 60, requires = "follow",
          value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) interval: u64,
}

#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The record's folder
    pub(crate) record: PathBuf,
    /// The folder of the pages: a new one, or one that was built before
    pub(crate) dir: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct Mirror {
    /// The record's URL, http or https
    pub(crate) url: String,
    /// The folder of the copy
    pub(crate) dir: PathBuf,
    /// The log key, if it is known [default: that of the copy, or at the first time the one in entry 0]
    #[arg(long, value_name = "VKEY")]
    pub(crate) key: Option<VerifierKey>,
}
