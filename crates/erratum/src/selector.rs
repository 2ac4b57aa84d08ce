//! Web Annotation text quote selectors (W3C REC-annotation-model section 4.2.4): how a statement names a
//! passage.

use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct TextQuoteSelector {
    r#type: String,
    exact: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suffix: Option<String>,
}

/// So many characters around a passage go into its selector.
const AROUND: usize = 32;

/// The selector of the passage at this byte range of a text; `None` if the range does not lie in it.
#[must_use]
pub fn of(text: &str, range: std::ops::Range<usize>) -> Option<String> {
    let exact = text.get(range.clone())?.to_owned();
    let before: Vec<char> = text.get(..range.start)?.chars().rev().take(AROUND).collect();
    let after: String = text.get(range.end..)?.chars().take(AROUND).collect();
    let selector = TextQuoteSelector {
        r#type: "TextQuoteSelector".to_owned(),
        exact,
        prefix: Some(before.into_iter().rev().collect()),
        suffix: Some(after),
    };
    serde_json::to_string(&selector).ok()
}

/// The exact text that a selector names.
#[must_use]
pub(crate) fn exact(selector: &str) -> Option<String> {
    let selector: TextQuoteSelector = serde_json::from_str(selector).ok()?;
    (selector.r#type == "TextQuoteSelector").then_some(selector.exact)
}
