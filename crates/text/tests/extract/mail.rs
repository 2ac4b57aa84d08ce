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
        ("body (html)", Media::Html),
        ("attachment letter.pdf", Media::Pdf),
        ("attachment note.txt", Media::Plain),
        ("attachment seal.png", Media::Other),
        ("attachment mail / body", Media::Plain),
    ];
    assert_eq!(shown, expected.map(|(path, media)| (path.to_owned(), media)));
    let body = parts[0].text.as_ref().unwrap();
    assert_eq!(
        body.text.trim_end(),
        "See the letter, it is café talk:\n\nWe respect your sovereign\ndecision."
    );
    assert_eq!(body.title.as_deref(), Some("Fwd: the letter – urgent"));
    assert_eq!(parts[1].text.as_ref().unwrap().text, "Other body");
    assert_eq!(parts[2].bytes, CHROMIUM);
    assert!(parts[2].text.as_ref().unwrap().text.contains("We respect your sovereign decision"));
    assert_eq!(parts[3].bytes, b"A note.");
    assert_eq!(
        parts[4].text.as_ref().unwrap_err().to_string(),
        "a PNG image: this kind of file is not read"
    );
    let inner = parts[5].text.as_ref().unwrap();
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
