//! A record, offices, and the internet that their names live in.

use std::fs;
use std::time::{Duration, SystemTime};

use crate::internet::{Dns, Https};
use crate::support::{Outcome, World};

/// The name that proves itself here.
pub(crate) const NORTH: &str = "northern-command.example";

/// A record with the servers that its operator asks.
pub(crate) struct Online {
    pub(crate) world: World,
    pub(crate) dns: Dns,
    pub(crate) https: Https,
}

impl Online {
    /// An open record with this quota.
    #[track_caller]
    pub(crate) fn open(quota: u32) -> Self {
        Self::of(World::open(quota))
    }

    /// Any record.
    pub(crate) fn of(world: World) -> Self {
        let online = Self { world, dns: Dns::start(), https: Https::start(&[NORTH]) };
        let folder = online.world.folder();
        fs::write(folder.join("ca.pem"), &online.https.authority).unwrap();
        let (resolver, port) = (online.dns.address, online.https.address.port());
        let settings = format!(
            "resolver = \"{resolver}\"\nca = \"ca.pem\"\nhttps-port = {port}\nprivate-addresses = true\n"
        );
        fs::write(folder.join("names.toml"), settings).unwrap();
        online
    }

    /// Signs the DNS of the name, up to a root of its own that the settings name.
    pub(crate) fn sign(&self) {
        let since = SystemTime::now() - Duration::from_secs(3600);
        let anchor = self.dns.sign(&[".", "example.", "northern-command.example."], since);
        let folder = self.world.folder();
        fs::write(folder.join("anchors.zone"), anchor).unwrap();
        let settings = fs::read_to_string(folder.join("names.toml")).unwrap();
        fs::write(folder.join("names.toml"), settings + "anchors = \"anchors.zone\"\n").unwrap();
    }

    /// The desk of an office, whose keys wait; gives their id.
    #[track_caller]
    pub(crate) fn desk(&self, name: &str, superior: Option<&str>) -> String {
        let mut args = vec!["init", name, "--record", "record"];
        args.extend(superior.iter().flat_map(|superior| ["--superior", superior]));
        let before: Vec<String> = self.waiting();
        self.world.at(name, &args).done();
        self.waiting().into_iter().find(|id| !before.contains(id)).unwrap()
    }

    fn waiting(&self) -> Vec<String> {
        self.world.waiting().iter().map(|submitted| submitted.id().to_owned()).collect()
    }

    /// The operator takes in what waits.
    #[track_caller]
    pub(crate) fn run(&self) -> Outcome {
        let run = ["record", "run", "--record", "record", "--key", "operator/log.key"];
        self.world.erratum(&[&run[..], &["--names", "names.toml"]].concat())
    }

    /// What the operator says when it takes in what waits, line by line.
    #[track_caller]
    pub(crate) fn told(&self) -> Vec<String> {
        self.run().done().stdout().lines().map(str::to_owned).collect()
    }

    /// An office whose name is proven and whose keys are logged.
    #[track_caller]
    pub(crate) fn proven(&self, name: &str) -> String {
        let id = self.desk(name, None);
        self.dns.republish(name, &crate::internet::line(&id, None));
        self.run().done().says(&format!("{name} is proven by dns"));
        id
    }

    /// An office issues a letter, and the operator takes it in.
    #[track_caller]
    pub(crate) fn issue(&self, name: &str, path: &str, text: &str) {
        self.world.tries_to_issue(name, path, text, &[]).done();
        self.run().done();
    }

    /// The audit that asks the names.
    #[track_caller]
    pub(crate) fn audit(&self) -> Outcome {
        self.world.erratum(&["audit", "record", "--online", "--names", "names.toml"])
    }
}
