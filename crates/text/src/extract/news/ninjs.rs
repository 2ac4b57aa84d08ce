//! News in JSON (ninjs 1, 2 and 3).

use serde::Deserialize;

use super::super::paragraphs::Paragraphs;
use super::super::{Hint, Remark, Text, html, label, title};
use crate::{ComparisonForm, Error, ErrorKind, Limits, paragraphs};

const WHAT: &str = "the news item";

/// The keys that hold text or say what it is; others are passed over.
#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    pubstatus: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    headline: Option<String>,
    #[serde(default)]
    headlines: Vec<Said>,
    #[serde(default)]
    byline: Option<String>,
    #[serde(default)]
    description_text: Option<String>,
    #[serde(default)]
    description_html: Option<String>,
    #[serde(default)]
    descriptions: Vec<Said>,
    #[serde(default)]
    body_text: Option<String>,
    #[serde(default)]
    body_xhtml: Option<String>,
    #[serde(default)]
    body_html: Option<String>,
    #[serde(default)]
    bodies: Vec<Said>,
}

/// A headline, description or body of ninjs 3.
#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    value: String,
    #[serde(default)]
    contenttype: Option<String>,
}

impl Said {
    fn is_page(&self) -> bool {
        self.contenttype.as_deref().is_some_and(|kind| kind.contains("html"))
    }
}

/// Reads a news item. Of several texts of one kind those that say something else than one before are read
/// too.
pub(in super::super) fn read(bytes: &[u8], limits: &Limits) -> Result<Text, Error> {
    let item: Item = serde_json::from_slice(bytes).map_err(|error| {
        let message = format!("{WHAT} is damaged at line {}: it is not ninjs", error.line());
        Error::new(ErrorKind::Broken, message).because(error)
    })?;
    let mut out = Paragraphs::new(limits);
    let mut said = Vec::new();
    let mut write = |section: &str, value: &str, page: bool| -> Result<(), Error> {
        let text = if page { of_page(value, limits)? } else { value.to_owned() };
        let digest = ComparisonForm::new(&text).digest();
        if said.contains(&digest) {
            return Ok(());
        }
        said.push(digest);
        out.section(Some(section.to_owned()));
        for range in paragraphs(&text) {
            out.push(text.get(range).unwrap_or_default())?;
        }
        Ok(())
    };
    let headlines = item.headline.iter().map(|value| (value, false));
    let headlines = headlines.chain(item.headlines.iter().map(|said| (&said.value, said.is_page())));
    for (value, page) in headlines.clone().chain(item.byline.iter().map(|value| (value, false))) {
        write("headline", value, page)?;
    }
    let descriptions = item.description_text.iter().map(|value| (value, false));
    let descriptions = descriptions.chain(item.description_html.iter().map(|value| (value, true)));
    for (value, page) in
        descriptions.chain(item.descriptions.iter().map(|said| (&said.value, said.is_page())))
    {
        write("description", value, page)?;
    }
    let bodies = item.body_text.iter().map(|value| (value, false));
    let bodies = bodies.chain(item.body_xhtml.iter().chain(&item.body_html).map(|value| (value, true)));
    for (value, page) in bodies.chain(item.bodies.iter().map(|said| (&said.value, said.is_page()))) {
        write("body", value, page)?;
    }
    let first = headlines.clone().next().map(|(value, _)| value.clone());
    let mut text = out.finish(WHAT)?;
    text.title = first.and_then(|headline| title(&headline));
    text.lang = item.language;
    text.remarks.extend(item.pubstatus.map(|status| Remark::PublicationStatus(label(&status))));
    Ok(text)
}

fn of_page(page: &str, limits: &Limits) -> Result<String, Error> {
    let whole =
        Hint { body: true, declared: Some("text/html"), charset: Some("utf-8"), ..Hint::default() };
    match html::read(page.as_bytes(), &whole, limits) {
        Ok(text) => Ok(text.text),
        Err(error) if matches!(error.kind(), ErrorKind::NoText | ErrorKind::Empty) => Ok(String::new()),
        Err(error) => Err(error),
    }
}
