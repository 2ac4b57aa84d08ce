//! A verdict in words for a terminal: the standing first, short and plain.
//!
//! Everything that came from outside is made inert here: control and direction characters are shown, not
//! sent.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use erratum::record::{Date, Time};
use erratum::verdict::{
    Claim, Difference, Document, Epoch, Finding, Found, Minor, NotFound, Outcome, Remark, ShownName,
    Side, Verdict, Witnesses, Word, rank_in_words,
};

/// At most this many differences are printed; the rest are counted.
const MOST_DIFFERENCES: usize = 12;

pub(crate) const BOLD: Style = Style::new().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
pub(crate) const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
const DIM: Style = Style::new().dimmed();

/// Text from outside, made inert for a terminal.
pub(crate) fn inert(text: &str) -> String {
    let visible = |c: char| match c {
        '\n' | '\t' => " ".to_owned(),
        '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{61c}' => {
            format!("<U+{:04X}>", u32::from(c))
        }
        c if erratum::record::is_unfit(c) || c == '\u{2028}' || c == '\u{2029}' => {
            format!("<U+{:04X}>", u32::from(c))
        }
        c => c.to_string(),
    };
    text.chars().map(visible).collect()
}

/// What stands in the place of a text that the operator withholds.
pub(crate) fn withheld(why: &str) -> String {
    format!("(withheld: {})", inert(why))
}

/// `2026-01-06T21:14:05.123Z` → `6 January 2026 21:14 UTC`.
pub(crate) fn time(text: &str) -> String {
    text.parse::<Time>().map_or_else(|_| inert(text), Time::for_people)
}

/// How long after one time another is, for people.
fn later(from: &str, to: &str) -> String {
    let (Ok(from), Ok(to)) = (from.parse::<Time>(), to.parse::<Time>()) else {
        return "after".to_owned();
    };
    let minutes = (to.millis() - from.millis()) / 60_000;
    let many = |n: i64, unit: &str| format!("{n} {unit}{} after", if n == 1 { "" } else { "s" });
    match minutes {
        0..120 => many(minutes, "minute"),
        120..2880 => many(minutes / 60, "hour"),
        _ => many(minutes / 1440, "day"),
    }
}

/// A part of a file, as it is named to people.
fn place(file: &str, path: &[String]) -> String {
    let steps = std::iter::once(file).chain(path.iter().map(String::as_str));
    steps.map(inert).collect::<Vec<_>>().join(": ")
}

/// The verdict on a file.
pub(crate) fn verdict(
    out: &mut impl Write,
    file: &str,
    verdict: &Verdict,
    many: bool,
) -> io::Result<()> {
    let named = many || verdict.parts.len() > 1;
    for part in &verdict.parts {
        let place = place(file, &part.path);
        if named {
            writeln!(out, "{DIM}{place}{DIM:#}")?;
        }
        match &part.outcome {
            Outcome::Found(found) => show_found(out, found)?,
            Outcome::NotFound(missing) => not_found(out, missing)?,
            Outcome::Unreadable { reason } => {
                writeln!(out, "{DOUBT}CANNOT BE READ{DOUBT:#}   {}", inert(reason))?;
                anstream::eprintln!("erratum: {place}: {}", inert(reason));
            }
        }
        for remark in &part.remarks {
            writeln!(out, "  {DIM}How it was read: {}.{DIM:#}", inert(remark))?;
        }
        if named {
            writeln!(out)?;
        }
    }
    Ok(())
}

fn show_found(out: &mut impl Write, found: &Found) -> io::Result<()> {
    for (index, claim) in found.claims.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        show_claim(out, claim)?;
    }
    if found.not_compared > 0 {
        writeln!(
            out,
            "  {} more documents share words with it and were not compared.",
            found.not_compared
        )?;
    }
    Ok(())
}

fn show_claim(out: &mut impl Write, claim: &Claim) -> io::Result<()> {
    let Some(lead) = claim.findings.first() else { return Ok(()) };
    let style = match (claim.good, claim.contested, lead.standing) {
        (true, _, _) => GOOD,
        (false, false, Some("held" | "withdrawn" | "in-error" | "disowned")) => BAD,
        _ => DOUBT,
    };
    writeln!(out, "{style}{}{style:#}   {}", inert(&claim.headline), lead.document.name)?;
    let names: Vec<&ShownName> = claim.findings.iter().flat_map(|finding| &finding.names).collect();
    crate::show_names::warn(out, &names)?;
    finding(out, lead)?;
    for other in claim.findings.iter().skip(1) {
        beside(out, other)?;
    }
    Ok(())
}

fn finding(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    writeln!(out, "  {}", title(&finding.document))?;
    differences(out, finding)?;
    if let Some(word) = &finding.word {
        if let Some(other) = &finding.word_of {
            let which = format!("{} ({})", other.name, title(other));
            writeln!(out, "  What it carries stands as {} in {which}:", word.standing)?;
        }
        show_word(out, word)?;
    } else if finding.document.attributed.is_none() {
        writeln!(out, "  Nobody has a word in force on it.")?;
    }
    if let Some(at) = &finding.document.key_stolen {
        let after = later(&finding.document.logged, at);
        writeln!(out, "  Its key was reported stolen on {}, {after} it was logged.", time(at))?;
    }
    committed(out, &finding.document)?;
    passages(out, finding)?;
    for word in &finding.beside {
        writeln!(out, "  Beside it: {}", one_line(word))?;
    }
    if let Some(replacement) = &finding.replacement {
        let standing = replacement.standing.unwrap_or("without a word in force");
        writeln!(out, "  Its place is taken by {} ({standing}).", replacement.document.name)?;
    }
    remarks(out, &finding.comments, "Comment")?;
    remarks(out, &finding.notes, "Note, not a standing,")?;
    if finding.more_notes > 0 {
        writeln!(out, "  And {} more notes by others.", finding.more_notes)?;
    }
    if let Some(phrase) = &finding.says_so {
        writeln!(out, "  It says so itself: \"{}\".", inert(phrase))?;
    }
    if let Some(from) = &finding.document.copied_from {
        writeln!(out, "  Copied from {from}: what was said there makes nothing good here.")?;
    }
    proof(out, finding)
}

/// Since when an opened draft was its issuer's.
fn committed(out: &mut impl Write, document: &Document) -> io::Result<()> {
    let Some(committed) = &document.committed else { return Ok(()) };
    writeln!(
        out,
        "  A draft of {}: committed on {} (entry {}), opened on {}.",
        document.issuer,
        time(&committed.logged),
        committed.entry,
        time(&document.logged)
    )
}

fn title(document: &Document) -> String {
    let date = document.date.as_ref().and_then(|date| date.parse::<Date>().ok());
    let date = date.map(|date| format!(" · {}", date.for_people())).unwrap_or_default();
    match &document.withheld {
        Some(why) => format!("{}{date}", withheld(why)),
        None => format!("\"{}\"{date}", inert(&document.title)),
    }
}

/// Why a word was said, or that it is withheld.
fn reason(word: &Word) -> Option<String> {
    match (&word.withheld, &word.reason) {
        (Some(why), _) => Some(withheld(why)),
        (None, reason) => reason.as_deref().map(inert),
    }
}

fn show_word(out: &mut impl Write, word: &Word) -> io::Result<()> {
    if let Some(reason) = reason(word) {
        writeln!(out, "  {reason}")?;
    }
    for passage in &word.passages {
        writeln!(out, "      about \"{}\"", inert(passage))?;
    }
    let more = format!("{}{}", copied(word), stolen(word));
    writeln!(out, "      says {}, {}{more}", who(word), since(word))
}

fn who(word: &Word) -> String {
    format!("{}, {}", word.voice, rank_in_words(word.rank))
}

fn since(word: &Word) -> String {
    match &word.effective {
        Some(claimed) => format!("claimed from {}, first known {}", time(claimed), time(&word.logged)),
        None => format!("since {}", time(&word.logged)),
    }
}

fn copied(word: &Word) -> String {
    word.copied_from.as_ref().map(|from| format!(" (copied from {from})")).unwrap_or_default()
}

/// Whether a warning is signed with a key that was reported stolen since.
fn stolen(word: &Word) -> String {
    let said = |at: &String| format!("; signed with a key since reported stolen, on {}", time(at));
    word.key_stolen.as_ref().map(said).unwrap_or_default()
}

fn one_line(word: &Word) -> String {
    let reason = reason(word).map(|reason| format!(": {reason}")).unwrap_or_default();
    let (said, who) = (format!("{}, says", word.standing), who(word));
    format!("{said} {who}, {}{}{}{reason}", since(word), copied(word), stolen(word))
}

fn differences(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let carries = match finding.relation {
        "identical" if finding.differences.is_empty() => {
            "This copy has the same bytes as the file that was registered; nothing differs.".to_owned()
        }
        "identical" => {
            "This copy has the same bytes as the file that was registered, and another text.".to_owned()
        }
        "same-text" if finding.differences.is_empty() => {
            "This copy has the whole text; no word of it differs.".to_owned()
        }
        "same-text" => "This copy has the whole text.".to_owned(),
        "altered" => "This copy has the text with changes.".to_owned(),
        _ => match (finding.paragraphs.carried, finding.paragraphs.total) {
            (0, _) => "This copy carries words of it, no whole paragraph.".to_owned(),
            (carried, total) => format!("This copy carries {carried} of its {total} paragraphs."),
        },
    };
    let certain = finding.differences.iter().filter(|difference| difference.certain).count();
    let count = match certain {
        0 => String::new(),
        1 => " One place differs:".to_owned(),
        n => format!(" {n} places differ:"),
    };
    writeln!(out, "  {carries}{count}")?;
    let (sure, unsure): (Vec<_>, Vec<_>) = finding.differences.iter().partition(|d| d.certain);
    for difference in sure.iter().take(MOST_DIFFERENCES) {
        show_difference(out, difference)?;
    }
    let places = if unsure.len() == 1 { "place differs" } else { "places differ" };
    if !unsure.is_empty() {
        writeln!(out, "  {} {places} that may only be misread from the picture:", unsure.len())?;
    }
    for difference in unsure.iter().take(MOST_DIFFERENCES.saturating_sub(sure.len())) {
        show_difference(out, difference)?;
    }
    if finding.differences.len() > MOST_DIFFERENCES {
        writeln!(out, "      and {} more", finding.differences.len() - MOST_DIFFERENCES)?;
    }
    around(out, finding)?;
    let minor = minor(finding.minor);
    if !minor.is_empty() {
        writeln!(out, "  {DIM}Minor: {}.{DIM:#}", minor.join(", "))?;
    }
    Ok(())
}

/// What a whole copy holds besides the document, and which translation it has.
fn around(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let whole = matches!(finding.relation, "identical" | "same-text" | "altered");
    if whole && finding.own.count > 0 {
        let words = if finding.own.count == 1 { "word" } else { "words" };
        let begins = inert(&finding.own.begins);
        writeln!(
            out,
            "  Around it stand {} {words} of the copy's own: \"{begins} …\"",
            finding.own.count
        )?;
    }
    match &finding.translation {
        Some(t) => {
            writeln!(out, "  It is the translation in {} that {} vouches for.", t.lang, t.vouched_by)
        }
        None => Ok(()),
    }
}

fn show_difference(out: &mut impl Write, difference: &Difference) -> io::Result<()> {
    let line = |side: &Side| {
        let words = match side.words.is_empty() {
            true => "[nothing]".to_owned(),
            false => format!("{BOLD}{}{BOLD:#}", inert(&side.words)),
        };
        // A sign such as $ stands before its number without a space.
        let glue = if side.words.chars().any(char::is_alphanumeric) || side.words.is_empty() {
            " "
        } else {
            ""
        };
        let after = match side.after.is_empty() {
            true => String::new(),
            false => format!("{glue}{}", inert(&side.after)),
        };
        let before = match side.before.is_empty() {
            true => String::new(),
            false => format!("{} ", inert(&side.before)),
        };
        format!("{before}{words}{after}")
    };
    writeln!(out, "      record     {}", line(&difference.record))?;
    let misread = if difference.certain { "" } else { "   (perhaps misread)" };
    writeln!(out, "      this copy  {}{misread}", line(&difference.copy))
}

fn minor(minor: Minor) -> Vec<String> {
    let kinds = [
        (minor.lookalike, "look-alike letters"),
        (minor.invisible, "invisible characters"),
        (minor.case, "capitals"),
        (minor.punctuation, "punctuation"),
        (minor.hyphenation, "hyphenation"),
        (minor.layout, "layout"),
    ];
    kinds.into_iter().filter(|(n, _)| *n > 0).map(|(n, kind)| format!("{kind} ({n})")).collect()
}

fn passages(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let elsewhere: Vec<_> =
        finding.passages.iter().filter(|passage| passage.from != finding.document.name).collect();
    if elsewhere.is_empty() || finding.relation == "identical" || finding.relation == "same-text" {
        return Ok(());
    }
    let mut names: Vec<&str> = elsewhere.iter().map(|passage| passage.from.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let here: Vec<_> = elsewhere.iter().filter(|passage| passage.from == name).collect();
        let standing =
            here.first().and_then(|passage| passage.standing).unwrap_or("without a word in force");
        let many = if here.len() == 1 { "passage also stands" } else { "passages also stand" };
        writeln!(out, "  {} {many} in {name} ({standing}).", here.len())?;
    }
    Ok(())
}

fn remarks(out: &mut impl Write, remarks: &[Remark], what: &str) -> io::Result<()> {
    for remark in remarks {
        let when = time(&remark.logged);
        let text = remark.withheld.as_deref().map_or_else(|| inert(&remark.text), withheld);
        writeln!(out, "  {what} by {} ({when}): {text}", remark.speaker)?;
    }
    Ok(())
}

fn proof(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let proof = &finding.proof;
    let entry = proof.word_entry.unwrap_or(proof.document_entry);
    let epoch = match &proof.epoch {
        Some(Epoch { entry, covers: true, .. }) => format!("in the epoch at entry {entry}"),
        _ => "not yet in an epoch".to_owned(),
    };
    writeln!(
        out,
        "  {DIM}Proof: entry {} of {}; the record says so at entry {entry} of {}, {epoch}, last logged {}{DIM:#}",
        proof.document_entry,
        finding.record,
        proof.size,
        time(&proof.last_logged),
    )?;
    let key = match proof.key_pinned {
        true => "log key pinned by your policy",
        false => "log key taken from the record itself",
    };
    if let Some(witnesses) = &proof.witnesses {
        writeln!(out, "  {DIM}{}{DIM:#}", seen_by(witnesses))?;
    }
    let name = &finding.document.issuer;
    let proven = crate::show_names::proven(finding.names.first());
    writeln!(out, "  {DIM}{name} {proven}; {key}.{DIM:#}")?;
    let lacking = proof.witnesses.as_ref().and_then(|witnesses| witnesses.lacking.as_deref());
    if let Some(why) = lacking {
        writeln!(
            out,
            "  {DOUBT}Not seen by the witnesses that your policy asks for: {}.{DOUBT:#}",
            inert(why)
        )?;
    } else if finding.stale {
        writeln!(out, "  {DOUBT}The record is older than your policy allows.{DOUBT:#}")?;
    }
    Ok(())
}

/// Who else saw what the record committed to.
pub(crate) fn seen_by(witnesses: &Witnesses) -> String {
    let names = inert(&witnesses.names.join(", "));
    match (&witnesses.by, names.is_empty()) {
        (Some(by), _) => format!("Witnessed by {}, by {names}.", time(by)),
        (None, false) => format!("Witnessed by {names}."),
        (None, true) => "The record says so; nobody else has witnessed it.".to_owned(),
    }
}

/// A finding that does not lead.
fn beside(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let document = &finding.document;
    if let Some(attributed) = &document.attributed {
        return writeln!(
            out,
            "  Reported by {} on {} as {} by {}: {}",
            document.issuer,
            time(&document.logged),
            attributed.reported,
            attributed.to,
            document.withheld.as_deref().map_or_else(|| inert(&attributed.source), withheld),
        );
    }
    let standing = finding.standing.unwrap_or("without a word in force");
    writeln!(out, "  {} also registered this text, as {}: {standing}", document.issuer, document.name)?;
    committed(out, document)?;
    match &finding.word {
        Some(word) => show_word(out, word),
        None => Ok(()),
    }
}

fn not_found(out: &mut impl Write, missing: &NotFound) -> io::Result<()> {
    if let Some(reported) = missing.reported.first() {
        let document = &reported.document;
        let noun = document.genre.to_uppercase();
        writeln!(out, "{DOUBT}ONLY REPORTED, NOT REGISTERED BY ITS OFFICE{DOUBT:#}   {noun}")?;
        writeln!(out, "  {}", title(document))?;
        for finding in &missing.reported {
            beside(out, finding)?;
        }
        return Ok(());
    }
    let which = if missing.records.len() == 1 { "THIS RECORD" } else { "THESE RECORDS" };
    let names: Vec<&str> = missing.records.iter().map(|asked| asked.record.as_str()).collect();
    writeln!(out, "{BOLD}NOT IN {which}{BOLD:#}   {}", names.join(", "))?;
    writeln!(
        out,
        "  Nobody registered this text there. That says nothing about whether it is genuine."
    )?;
    for phrase in &missing.phrases {
        writeln!(out, "  Phrase also in {}: \"{}\"", phrase.document, inert(&phrase.words))?;
    }
    if let Some(nearest) = &missing.nearest {
        let many = if nearest.documents == 1 { "document" } else { "documents" };
        writeln!(
            out,
            "  Nearest: {}; {} has {} {many} there.",
            nearest.document, nearest.issuer, nearest.documents
        )?;
    }
    Ok(())
}
