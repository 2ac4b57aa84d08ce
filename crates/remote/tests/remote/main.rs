//! What goes over the network, against servers and records of the tests' own.
//!
//! `http`: one file from servers that are slow, lying, dead or too generous. `mirror`: copies of records,
//! interrupted and lied to. `monitor`: what a watcher sees. `witnesses`: who cosigns and who does not.

mod http;
mod mirror;
mod monitor;
mod server;
mod witnesses;
mod world;
