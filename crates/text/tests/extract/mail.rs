//! Mails: bodies, attachments as parts of their own, forwarded mails inside.

use erratum_text::Media;

use super::{CHROMIUM, parts};

const HEAD: &str = "From: press@daily.example\r\nTo: desk@daily.example\r\nSubject: =?UTF-8?Q?Fwd:_the_letter_=E2=80=93_urgent?=\r\n\
    Date: Tue, 6 Jan 2026 10:00:00 +0000\r\nMessage-ID: <1@daily.example>\r\nMIME-Version: 1.0\r\n";

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for (number, chunk) in bytes.chunks(3).enumerate() {
        let bits = chunk.iter().fold(0u32, |bits, &byte| bits << 8 | u32::from(byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            out.push(if place > chunk.len() { '=' } else { char::from(digit) });
        }
        if number % 19 == 18 {
            out.push_str("\r\n");
        }
    }
    out
}

fn with_attachments() -> String {
    format!(
        "{HEAD}Content-Type: multipart/mixed; boundary=outer\r\n\r\n\
        --outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n\
        --inner\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
        See the letter, it is caf=E9 =\r\ntalk:\r\n\r\n> We respect your sovereign\r\n> decision.\r\n\
        --inner\r\nContent-Type: text/html\r\n\r\n<p>Other body</p>\r\n--inner--\r\n\
        --outer\r\nContent-Type: application/pdf; name=\"letter.pdf\"\r\nContent-Disposition: attachment; filename=\"letter.pdf\"\r\n\
        Content-Transfer-Encoding: base64\r\n\r\n{}\r\n\
        --outer\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=\"note.txt\"\r\n\r\nA note.\r\n\
        --outer\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"seal.png\"\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgoAAAA=\r\n\
        --outer\r\nContent-Type: message/rfc822\r\n\r\n\
        From: a@b.example\r\nSubject: inner\r\nMessage-ID: <2@b.example>\r\n\r\nThe inner body.\r\n\
        --outer--\r\n",
        base64(CHROMIUM)
    )
}

#[test]
fn every_body_and_attachment_is_a_part() {
    let parts = parts(with_attachments().as_bytes(), "fwd.eml");
    let shown: Vec<(String, Media)> =
        parts.iter().map(|part| (part.path.join(" / "), part.media)).collect();
    let expected = [
        ("body", Media::Plain),
        ("body / quoted 1", Media::Plain),
        ("body (html)", Media::Html),
        ("attachment letter.pdf", Media::Pdf),
        ("attachment note.txt", Media::Plain),
        ("attachment seal.png", Media::Png),
        ("attachment mail / body", Media::Plain),
    ];
    assert_eq!(shown, expected.map(|(path, media)| (path.to_owned(), media)));
    for (part, text) in
        [(0, "See the letter, it is café talk:"), (1, "We respect your sovereign\ndecision.")]
    {
        let body = parts[part].text.as_ref().unwrap();
        assert_eq!(body.text.trim_end(), text);
        assert_eq!(body.title.as_deref(), Some("Fwd: the letter – urgent"));
    }
    assert_eq!(parts[2].text.as_ref().unwrap().text, "Other body");
    assert_eq!(parts[3].bytes, CHROMIUM);
    assert!(parts[3].text.as_ref().unwrap().text.contains("We respect your sovereign decision"));
    assert_eq!(parts[4].bytes, b"A note.");
    assert_eq!(parts[5].text.as_ref().unwrap_err().to_string(), "a PNG picture: its text is not read");
    let inner = parts[6].text.as_ref().unwrap();
    assert_eq!((inner.text.trim_end(), inner.title.as_deref()), ("The inner body.", Some("inner")));
}

#[test]
fn a_mail_of_html_only() {
    let mail = format!(
        "{HEAD}Content-Type: text/html; charset=utf-8\r\n\r\n<html><p>We respect<p>your decision"
    );
    let parts = parts(mail.as_bytes(), "x.eml");
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].path, ["body"]);
    assert_eq!(parts[0].text.as_ref().unwrap().text, "We respect\n\nyour decision");
}

#[test]
fn a_blank_plain_body_gives_way_to_the_other() {
    let mail = format!(
        "{HEAD}Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n \n--b\nContent-Type: text/html\n\n<p>Here</p>\n--b--\n"
    );
    let parts = parts(mail.as_bytes(), "x.eml");
    assert_eq!(parts[0].text.as_ref().unwrap().text, "Here");
}

#[test]
fn attachments_of_one_name_have_paths_of_their_own() {
    let one = "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nText\n";
    let mail =
        format!("{HEAD}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nBody\n{one}{one}--b--\n");
    let paths: Vec<_> =
        parts(mail.as_bytes(), "x.eml").into_iter().map(|part| part.path.concat()).collect();
    assert_eq!(paths, ["body", "attachment a.txt", "attachment a.txt 2"]);
}

/// Path and text of each part of a mail with these alternatives.
fn alternatives(parts_of: &[(&str, &str)]) -> Vec<(String, String)> {
    let bodies: String =
        parts_of.iter().map(|(kind, text)| format!("--b\nContent-Type: {kind}\n\n{text}\n")).collect();
    let mail = format!("{HEAD}Content-Type: multipart/alternative; boundary=b\n\n{bodies}--b--\n");
    let read = |part: &erratum_text::Part| {
        let text = part.text.as_ref().unwrap();
        assert_eq!(text.title.as_deref(), Some("Fwd: the letter – urgent"));
        (part.path.join(" / "), text.text.trim().to_owned())
    };
    parts(mail.as_bytes(), "x.eml").iter().map(read).collect()
}

#[test]
fn no_alternative_speaks_for_the_others() {
    let (plain, html) = ("text/plain", "text/html");
    let own = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    };
    let both = own(&[("body", "We will not go."), ("body (html)", "We will go.")]);
    assert_eq!(alternatives(&[(plain, "We will not go."), (html, "<p>We will go.")]), both);
    assert_eq!(alternatives(&[(html, "<p>We will go."), (plain, "We will not go.")]), both);
    assert_eq!(
        alternatives(&[(plain, "We will not go."), (html, "<p>We <b>will</b>\nnot go.")]),
        own(&[("body", "We will not go.")])
    );
    assert_eq!(
        alternatives(&[
            (plain, "We will not go."),
            (html, "<p>we will not go"),
            (html, "<p>We will go.")
        ]),
        both
    );
    assert_eq!(
        alternatives(&[(plain, "We will not go."), (plain, "We will go.")]),
        own(&[("body", "We will not go."), ("body 2", "We will go.")])
    );
}

/// Path and text of each part of a mail with this body.
fn levels(kind: &str, body: &str) -> Vec<(String, String)> {
    let mail = format!("{HEAD}Content-Type: {kind}\r\n\r\n{body}");
    let read = |part: &erratum_text::Part| {
        (part.path.join(" / "), part.text.as_ref().unwrap().text.trim().to_owned())
    };
    parts(mail.as_bytes(), "x.eml").iter().map(read).collect()
}

fn own(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn each_quoted_level_is_a_part() {
    let body = "No.\r\n\r\nOn Tue, 6 Jan 2026 at 10:00, the desk wrote:\r\n> Is it so?\r\n>\r\n>> We respect your sovereign\r\n>> decision.\r\n";
    assert_eq!(
        levels("text/plain", body),
        own(&[
            ("body", "No.\n\nOn Tue, 6 Jan 2026 at 10:00, the desk wrote:"),
            ("body / quoted 1", "Is it so?"),
            ("body / quoted 2", "We respect your sovereign\ndecision."),
        ])
    );
    let body = "See below.\n\n-----Original Message-----\nFrom: the desk\nSent: Tuesday\nTo: us\nSubject: The letter\n\nWe respect your sovereign decision.\n";
    assert_eq!(
        levels("text/plain", body),
        own(&[
            (
                "body",
                "See below.\n\n-----Original Message-----\nFrom: the desk\nSent: Tuesday\nTo: us\nSubject: The letter"
            ),
            ("body / quoted 1", "We respect your sovereign decision."),
        ])
    );
    assert_eq!(levels("text/plain", "> Only this.\n"), own(&[("body / quoted 1", "Only this.")]));
}

#[test]
fn quotations_of_a_page_are_levels_too() {
    let body = "<div>No.</div><div class=gmail_quote>On Tue, 6 Jan 2026 at 10:00, the desk &lt;desk@daily.example&gt; wrote:<br>\
        <blockquote>Is it so?<blockquote><p>We respect<p>your decision.</blockquote></blockquote></div>";
    assert_eq!(
        levels("text/html", body),
        own(&[
            ("body", "No.\n\nOn Tue, 6 Jan 2026 at 10:00, the desk <desk@daily.example> wrote:"),
            ("body / quoted 1", "Is it so?"),
            ("body / quoted 2", "We respect\n\nyour decision."),
        ])
    );
    let body = "<p>See below.</p><div><p><b>From:</b> the desk &lt;desk@daily.example&gt;<br><b>Sent:</b> Tuesday<br><b>To:</b> us<br><b>Subject:</b> x</p></div><p>We respect your decision.</p>";
    assert_eq!(
        levels("text/html", body),
        own(&[
            (
                "body",
                "See below.\n\nFrom: the desk <desk@daily.example>\nSent: Tuesday\nTo: us\nSubject: x"
            ),
            ("body / quoted 1", "We respect your decision."),
        ])
    );
}

#[test]
fn flowed_lines_are_one() {
    let body = "> We respect your \r\n> sovereign decision.\r\n\r\nIs it \r\nso?\r\n";
    assert_eq!(
        levels("text/plain; format=flowed", body),
        own(&[("body", "Is it so?"), ("body / quoted 1", "We respect your sovereign decision.")])
    );
    assert_eq!(
        levels("text/plain; format=flowed; delsp=yes", "sove \r\nreign\r\n"),
        own(&[("body", "sovereign")])
    );
}

#[test]
fn a_level_that_both_alternatives_say_is_read_once() {
    let plain = "No.\n\n> We respect your decision.\n";
    let page = "<p>No!</p><blockquote>We respect your decision.</blockquote>";
    assert_eq!(
        alternatives(&[("text/plain", plain), ("text/html", page)]),
        own(&[("body", "No."), ("body / quoted 1", "We respect your decision.")])
    );
    let page = "<p>No.</p><blockquote>We respect not your decision.</blockquote>";
    assert_eq!(
        alternatives(&[("text/plain", plain), ("text/html", page)]),
        own(&[
            ("body", "No."),
            ("body / quoted 1", "We respect your decision."),
            ("body (html) / quoted 1", "We respect not your decision.")
        ])
    );
}

#[test]
fn a_page_that_a_browser_saved_is_a_page() {
    let saved = "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://daily.example/a\r\nSubject: The page\r\nDate: Tue, 6 Jan 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/related; type=\"text/html\"; boundary=b\r\n\r\n\
        --b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://daily.example/a\r\n\r\n\
        <html><title>The page</title><p>The letter said:<blockquote>We respect your=\r\n decision.</blockquote></html>\r\n\
        --b\r\nContent-Type: text/css\r\nContent-Location: cid:x\r\n\r\np { }\r\n\
        --b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-Location: https://daily.example/x.png\r\n\r\niVBORw0KGgoAAAA=\r\n--b--\r\n";
    let parts = parts(saved.as_bytes(), "page.mhtml");
    let shown: Vec<_> = parts.iter().map(|part| (part.path.join(" / "), part.media)).collect();
    assert_eq!(shown.first(), Some(&("page".to_owned(), Media::Html)));
    assert!(
        parts.iter().all(|part| !part.path[0].contains("css") && part.bytes != b"p { }"),
        "{shown:?}"
    );
    let text = parts[0].text.as_ref().unwrap();
    assert_eq!(text.text, "The letter said:\n\nWe respect your decision.");
    assert_eq!(text.title.as_deref(), Some("The page"));
}
