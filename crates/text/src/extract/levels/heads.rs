//! The lines that mail programs write before what they quote without marks.

use super::Line;

/// Between dashes, before a mail that is quoted or forwarded whole.
const DIVIDERS: &[&str] = &[
    "original message",
    "original appointment",
    "forwarded message",
    "forwarded mail",
    "ursprüngliche nachricht",
    "originalnachricht",
    "weitergeleitete nachricht",
    "message d'origine",
    "message d’origine",
    "message transféré",
    "message original",
    "mensaje original",
    "mensaje reenviado",
    "messaggio originale",
    "messaggio inoltrato",
    "mensagem original",
    "mensagem encaminhada",
    "oorspronkelijk bericht",
    "doorgestuurd bericht",
    "ursprungligt meddelande",
    "vidarebefordrat meddelande",
    "opprinnelig melding",
    "oprindelig meddelelse",
    "alkuperäinen viesti",
    "wiadomość oryginalna",
    "wiadomość przekazana",
    "původní zpráva",
    "исходное сообщение",
    "пересылаемое сообщение",
    "оригинальное сообщение",
    "початкове повідомлення",
    "переслане повідомлення",
];
/// The same without dashes.
const BEGINNINGS: &[&str] = &[
    "begin forwarded message:",
    "anfang der weitergeleiteten nachricht:",
    "début du message réexpédié :",
    "début du message transféré :",
    "inicio del mensaje reenviado:",
    "inizio messaggio inoltrato:",
    "początek przekazywanej wiadomości:",
    "начало переадресованного сообщения:",
];
/// What the first line of a block names.
const FROM: &[&str] =
    &["from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "от", "від", "od kogo"];
/// What the others name.
const OTHERS: &[&str] = &[
    "sent",
    "date",
    "to",
    "cc",
    "subject",
    "gesendet",
    "datum",
    "an",
    "betreff",
    "envoyé",
    "à",
    "objet",
    "enviado",
    "enviada em",
    "fecha",
    "para",
    "asunto",
    "assunto",
    "data",
    "inviato",
    "a",
    "oggetto",
    "verzonden",
    "aan",
    "onderwerp",
    "skickat",
    "till",
    "ämne",
    "sendt",
    "til",
    "emne",
    "lähetetty",
    "vastaanottaja",
    "aihe",
    "wysłano",
    "do",
    "temat",
    "odesláno",
    "komu",
    "předmět",
    "отправлено",
    "дата",
    "кому",
    "копия",
    "тема",
    "надіслано",
];
/// How a line ends that names who wrote what follows, and how it begins.
const WROTE: &[(&str, &str)] = &[
    ("on ", " wrote:"),
    ("am ", ":"),
    ("le ", " a écrit :"),
    ("le ", " a écrit\u{a0}:"),
    ("el ", " escribió:"),
    ("il ", " ha scritto:"),
    ("em ", " escreveu:"),
    ("op ", " schreef:"),
    ("op ", ":"),
    ("den ", " skrev:"),
    ("w dniu ", " napisał:"),
    ("w dniu ", " napisał(a):"),
    ("", " пишет:"),
    ("", " написал:"),
    ("", " написал(а):"),
    ("", " пише:"),
];
/// The same two-part lines where only a word in them tells.
const WROTE_INSIDE: &[&str] = &[" schrieb ", " schreef "];
/// A longer line does not name who wrote what follows.
const MOST_HEAD: usize = 250;

/// The level of each line: its marks, and how many heads without marks stand before it.
pub(super) fn levels(lines: &[Line<'_>]) -> Vec<usize> {
    let mut levels = Vec::with_capacity(lines.len());
    // The depths at which a quotation without marks has begun; each holds to its depth's end.
    let mut begun: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if !line.text.trim().is_empty() {
            while begun.last().is_some_and(|&depth| depth > line.depth) {
                begun.pop();
            }
        }
        let outside = line.depth + begun.iter().filter(|&&depth| depth <= line.depth).count();
        let head = head(lines.get(at..).unwrap_or_default());
        let length = head.unwrap_or(1);
        levels.extend(std::iter::repeat_n(outside, length));
        if head.is_some() && begun.len() <= super::MOST_LEVELS {
            begun.push(line.depth);
        }
        at += length;
    }
    levels
}

/// How many lines at the start of `lines` are the head of what is quoted without marks, if any is.
fn head(lines: &[Line<'_>]) -> Option<usize> {
    let first = lines.first()?;
    let text = first.text.trim();
    if text.is_empty() || text.len() > MOST_HEAD {
        return None;
    }
    let deeper = lines.iter().skip(1).find(|line| !line.text.trim().is_empty());
    if deeper.is_some_and(|next| next.depth > first.depth) {
        // With marks, the marks tell.
        return None;
    }
    if is_divider(text) {
        let gap = blanks(lines, 1, first.depth);
        let behind = lines.get(gap..).unwrap_or_default();
        let block = fields(behind).or_else(|| table(behind));
        return Some(block.map_or(1, |block| gap + block));
    }
    let rule = text.len() >= 10 && text.bytes().all(|byte| byte == b'_');
    if rule {
        let gap = blanks(lines, 1, first.depth);
        return lines.get(gap..).and_then(fields).map(|block| gap + block);
    }
    block(lines).or_else(|| attribution(lines))
}

/// The place of the first line from `from` on that is not blank, at most two further.
fn blanks(lines: &[Line<'_>], from: usize, depth: usize) -> usize {
    let blank = |line: &&Line<'_>| line.text.trim().is_empty();
    let count = lines.iter().skip(from).take(2).take_while(blank).count();
    match lines.get(from + count) {
        Some(line) if line.depth == depth => from + count,
        _ => from,
    }
}

fn is_divider(text: &str) -> bool {
    let lower = text.to_lowercase();
    if BEGINNINGS.contains(&lower.as_str()) {
        return true;
    }
    let inside = lower.trim_matches('-');
    lower.starts_with("--") && lower.ends_with("--") && DIVIDERS.contains(&inside.trim())
}

/// How many lines are a block of `From:`, `Sent:`, `To:`, `Subject:`, which needs nothing before it to be one.
/// An address or a clock is in it: the head of a letter that stands in the mail itself has neither.
fn block(lines: &[Line<'_>]) -> Option<usize> {
    let begins = field(lines.first()?.text).is_some_and(|name| FROM.contains(&name.as_str()));
    let length = begins.then(|| fields(lines)).flatten()?;
    let mut block = lines.iter().take(length);
    block.any(|line| line.text.contains('@') || has_clock(line.text)).then_some(length)
}

fn has_clock(line: &str) -> bool {
    line.as_bytes()
        .windows(3)
        .any(|w| matches!(w, [a, b':', b] if a.is_ascii_digit() && b.is_ascii_digit()))
}

/// How many lines are such fields, in any order: from the first, up to a blank one.
fn fields(lines: &[Line<'_>]) -> Option<usize> {
    let first = lines.first()?;
    let same = |line: &&Line<'_>| line.depth == first.depth && !line.text.trim().is_empty();
    let (mut length, mut known) = (0, 0);
    for (number, line) in lines.iter().take(12).take_while(same).enumerate() {
        if field(line.text).is_some_and(|name| is_known(&name)) {
            known += 1;
            length = number + 1;
        } else if number == 0 {
            return None;
        }
    }
    (known >= 3).then_some(length)
}

/// The same where each name and each value is a paragraph of its own, as a table in a page gives it.
fn table(lines: &[Line<'_>]) -> Option<usize> {
    let depth = lines.first()?.depth;
    let mut written = lines.iter().enumerate().take(40).filter(|(_, line)| !line.text.trim().is_empty());
    let (mut length, mut known) = (0, 0);
    while let (Some((_, name)), Some((at, value))) = (written.next(), written.next()) {
        let alone = name.text.trim().ends_with(':') && name.depth == depth && value.depth == depth;
        if !alone || !field(name.text).is_some_and(|name| is_known(&name)) {
            break;
        }
        known += 1;
        length = at + 1;
    }
    (known >= 3).then_some(length)
}

fn is_known(field: &str) -> bool {
    FROM.contains(&field) || OTHERS.contains(&field)
}

/// The name of the field that a line begins with, in small letters.
fn field(line: &str) -> Option<String> {
    let (name, _) = line.split_once(':')?;
    let name = name.trim().trim_matches('*').trim();
    (!name.is_empty() && name.len() <= 30).then(|| name.to_lowercase())
}

/// How many lines name who wrote what follows without marks: one, or two where the line was broken.
fn attribution(lines: &[Line<'_>]) -> Option<usize> {
    let first = lines.first()?;
    let one = first.text.trim().to_lowercase();
    let starts = |begin: &str| one.starts_with(begin);
    if !WROTE.iter().any(|(begin, _)| starts(begin)) {
        return None;
    }
    let second = lines.get(1).filter(|line| line.depth == first.depth);
    let two = second.map(|second| format!("{one} {}", second.text.trim().to_lowercase()));
    let length = if names_writer(&one) {
        1
    } else if two.is_some_and(|two| names_writer(&two)) {
        2
    } else {
        return None;
    };
    let next = lines.iter().skip(length).find(|line| !line.text.trim().is_empty())?;
    (next.depth == first.depth).then_some(length)
}

/// Whether a line names a time and who wrote then, as mail programs do: with a date and an address or a clock.
fn names_writer(line: &str) -> bool {
    let known = WROTE.iter().any(|(begin, end)| {
        let short = *end == ":" && !WROTE_INSIDE.iter().any(|word| line.contains(word));
        line.starts_with(begin) && line.ends_with(end) && !short
    });
    let digits = line.bytes().filter(u8::is_ascii_digit).count();
    known && digits >= 5 && (has_clock(line) || line.contains('@')) && line.len() <= MOST_HEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels_of(body: &str) -> String {
        let lines: Vec<Line<'_>> = body
            .split('\n')
            .map(|raw| {
                let text = raw.trim_start_matches('>');
                Line { depth: raw.len() - text.len(), text, place: None, flows: false }
            })
            .collect();
        levels(&lines).iter().map(usize::to_string).collect()
    }

    #[test]
    fn what_outlook_quotes() {
        let body = "See below.\n\n-----Original Message-----\nFrom: the desk\nSent: Tuesday\nTo: us\nSubject: x\n\nWe respect\n\nVon: a\nGesendet: 6. Januar 2026 10:00\nAn: c\nBetreff: d\n\nHello";
        assert_eq!(levels_of(body), "0000000".to_owned() + "111" + "1111" + "22");
        let memo = "From: the command\nTo: the ministry\nDate: 6 January 2026\nSubject: x\n\nText";
        assert_eq!(levels_of(memo), "000000");
        let body = "See.\n________________________________\nFrom: a\nDate: b\nTo: c\n\nText";
        assert_eq!(levels_of(body), "0000011");
    }

    #[test]
    fn what_others_forward() {
        let body = "---------- Forwarded message ---------\nFrom: a\nDate: b\nSubject: c\nTo: d\n\nText";
        assert_eq!(levels_of(body), "0000011");
        assert_eq!(
            levels_of("Begin forwarded message:\n\nFrom: a\nSubject: b\nDate: c\n\nText"),
            "0000011"
        );
        assert_eq!(levels_of("Begin forwarded message:\n>From: a\n>Text"), "011");
    }

    #[test]
    fn who_wrote_what_follows() {
        let on = "On Tue, 6 Jan 2026 at 10:00, the desk\n<desk@daily.example> wrote:\n\n";
        assert_eq!(levels_of(&format!("{on}Text")), "0011");
        assert_eq!(levels_of(&format!("{on}>Text")), "0001");
        assert_eq!(levels_of("Am 06.01.2026 um 10:00 schrieb die Redaktion:\nText"), "01");
        assert_eq!(levels_of("On Monday the command wrote:\nText"), "00");
        assert_eq!(levels_of("From: a\nto b\n\nText"), "0000");
    }

    #[test]
    fn a_head_holds_to_the_end_of_its_quotation() {
        let body = ">-----Original Message-----\n>a\nb\n>c";
        assert_eq!(levels_of(body), "1201");
    }
}
