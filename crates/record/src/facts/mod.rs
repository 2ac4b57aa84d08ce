//! The facts that the forward pass derives, as the standing map keeps them: each a small text under a key
//! such as `document <id>` (`docs/record.md` section 6).
//!
//! What a fact means, and when it changes, is the state's; how facts are hashed and stored is the map's.
//! Here is only their form, and the layer of changed ones that lies over the map.

mod commitment;
mod document;
mod issuer;
mod lines;
mod small;
mod table;

use crate::atoms::Origin;
use crate::log::LogError;
pub(crate) use small::{
    Admitted, Count, EpochFact, File, Head, Lineage, LogFact, Notes, Text, Withheld,
};
pub(crate) use table::Table;

/// A fact: a value of the standing map. Its bytes are its key, a newline, and the lines of its own.
pub(crate) trait Fact: Clone {
    /// The first word of its key.
    const KIND: &'static str;

    /// Writes the lines behind the key. `origin` is that of the record.
    fn write(&self, origin: &Origin, out: &mut String);

    /// Reads the lines behind the key, in which it has this name; `None` if they are not such lines.
    fn read(name: &str, text: &str, origin: &Origin) -> Option<Self>;
}

/// The key of the fact of this kind and name, as text.
pub(crate) fn key<V: Fact>(name: &str) -> String {
    if name.is_empty() { V::KIND.to_owned() } else { format!("{} {name}", V::KIND) }
}

/// The bytes of a fact, which are text.
pub(crate) fn bytes<V: Fact>(key: &str, fact: &V, origin: &Origin) -> String {
    let mut text = format!("{key}\n");
    fact.write(origin, &mut text);
    text
}

/// Reads the bytes of a fact.
pub(crate) fn read<V: Fact>(bytes: &[u8], origin: &Origin) -> Result<V, LogError> {
    let parse = || {
        let (key, text) = std::str::from_utf8(bytes).ok()?.split_once('\n')?;
        let name = key.strip_prefix(V::KIND)?;
        V::read(name.strip_prefix(' ').unwrap_or(name), text, origin)
    };
    parse().ok_or_else(|| {
        LogError::damaged("map", format!("a value is not a fact of the kind \"{}\"", V::KIND))
    })
}

#[cfg(test)]
mod tests;
