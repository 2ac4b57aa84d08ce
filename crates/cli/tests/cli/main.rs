//! The command from outside, as its users meet it: the real binary on real files, words and exit status.
//!
//! - `passages`: what a story is worth that quotes part of a document which shares paragraphs with others.
//! - `histories`: who may say what after what: twisted successions of words, replays, outsiders.
//! - `copies`: how a copy was read, where in it something stands, and its annotated page.
//! - `differences`: what `check` lists as changed, and what it counts as minor.
//! - `approvals`: acts that take two signatures.
//! - `drafts`: drafts committed to in private, leaked and opened.
//! - `keys`: where keys lie and how they change; a real ssh-agent.
//! - `rescues`: keys lost and stolen, superiors that help and hand over.
//! - `attacks`: copies and registrations made to mislead.
//! - `bad_input`: files and records that are broken, each refused in one line.
//! - `inert`: text from outside that would steer a terminal.
//! - `kills`: the writer killed while it appends.
//! - `statuses`: exit statuses, the JSON report, pipes, help.
//! - `policies`: what a reader's policy changes.
//! - `proofs`: slips and audits.
//! - `elsewhere`: mirrors and monitors, as far as no server is needed.
//! - `mirrors`: copies of a record over HTTP.
//! - `epochs`: what a record commits to, what it withholds, and operators who lie about either.
//! - `lies`: an operator who lies, and who catches it.
//!
//! Whole scenes that a newspaper could describe are in `../scenes/`.

#[path = "../support/mod.rs"]
mod support;

mod approvals;
mod attacks;
mod bad_input;
mod copies;
mod differences;
mod drafts;
mod elsewhere;
mod epochs;
mod histories;
mod inert;
mod keys;
mod kills;
mod lies;
mod mirrors;
mod passages;
mod policies;
mod proofs;
mod rescues;
mod statuses;
