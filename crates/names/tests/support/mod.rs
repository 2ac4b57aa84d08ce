//! An internet on loopback: a DNS server with a signed zone, and an HTTPS server with a CA of its own.
//! Used by the tests of this crate and of the command.

#![allow(dead_code, unreachable_pub, missing_docs)]

mod dns;
mod https;

pub use dns::Dns;
pub use https::Https;

/// The line that a name publishes.
pub fn line(keys: &str, superior: Option<&str>) -> String {
    let superior = superior.map(|name| format!(" superior={name}")).unwrap_or_default();
    format!("erratum/v1 keys={keys}{superior}")
}
