//! The latest words as a JSON Feed (version 1.1, jsonfeed.org).

use erratum::record::Record;
use erratum::{Event, Story, What};
use serde::{Deserialize, Serialize};

use crate::{pages, words};

/// So many items are in the feed, the newest first.
const MOST_ITEMS: usize = 100;

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: &'a str,
    description: &'static str,
    #[serde(rename = "_erratum")]
    of: Of,
    items: Vec<Item>,
}

/// The state of the record that the pages were made of.
#[derive(Serialize, Deserialize)]
struct Of {
    origin: String,
    size: u64,
}

#[derive(Deserialize)]
struct Made {
    #[serde(rename = "_erratum")]
    of: Of,
}

/// How many entries of which record the pages with this feed were made of, by their own word.
pub(crate) fn made_of(feed: &[u8]) -> Option<(String, u64)> {
    let made: Made = serde_json::from_slice(feed).ok()?;
    Some((made.of.origin, made.of.size))
}

#[derive(Serialize)]
struct Item {
    id: String,
    url: String,
    title: String,
    content_text: String,
    date_published: String,
}

pub(crate) fn feed(record: &Record, stories: &[Story]) -> Vec<u8> {
    let mut said: Vec<(&Story, &Event)> = stories
        .iter()
        .flat_map(|story| story.events.iter().map(move |event| (story, event)))
        .filter(|(_, event)| matches!(event.what, What::Word(_) | What::Reported))
        .collect();
    said.sort_by(|(a, x), (b, y)| (y.entry, &a.document.id).cmp(&(x.entry, &b.document.id)));
    said.truncate(MOST_ITEMS);
    let feed = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: record.origin(),
        description: "The latest words on the standing of published documents",
        of: Of { origin: record.origin().to_owned(), size: record.log().size() },
        items: said.into_iter().map(|(story, event)| item(story, event)).collect(),
    };
    // Plain strings in plain structures always serialise.
    let mut bytes = serde_json::to_vec_pretty(&feed).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn item(story: &Story, event: &Event) -> Item {
    let reason = words::text(event).map(|text| format!(": {text}")).unwrap_or_default();
    Item {
        id: format!("{}#{}", story.document.id, event.entry),
        url: pages::path(story),
        title: format!("{}: {}", story.document.name, pages::title(story)),
        content_text: format!("{}{reason}", words::event(event)),
        date_published: event.logged.to_string(),
    }
}
