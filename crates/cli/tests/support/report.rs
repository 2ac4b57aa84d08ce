//! What `check --json` prints, as far as tests look into it.

use serde_json::Value;

/// A report of `check --json`.
pub(crate) struct Report(pub(crate) Value);

/// A difference in short: kind, words in the record, words in the copy.
pub(crate) type Short = (String, String, String);

impl Report {
    /// The value at a JSON pointer.
    #[track_caller]
    pub(crate) fn at(&self, pointer: &str) -> &Value {
        self.0.pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer} in {:#}", self.0))
    }

    /// What was found of the first part of the first file.
    #[track_caller]
    pub(crate) fn outcome(&self) -> &Value {
        self.at("/files/0/verdict/parts/0/outcome")
    }

    /// The finding that leads for the first part of the first file.
    #[track_caller]
    pub(crate) fn finding(&self) -> &Value {
        self.at("/files/0/verdict/parts/0/outcome/claims/0/findings/0")
    }

    /// The relation of that finding.
    #[track_caller]
    pub(crate) fn relation(&self) -> String {
        text(&self.finding()["relation"])
    }

    /// The certain differences of that finding.
    #[track_caller]
    pub(crate) fn differences(&self) -> Vec<Short> {
        let differences = self.finding()["differences"].as_array().expect("differences");
        let certain = differences.iter().filter(|d| d["certain"] == true);
        certain
            .map(|d| (text(&d["kind"]), text(&d["record"]["words"]), text(&d["copy"]["words"])))
            .collect()
    }

    /// The minor differences of one kind in that finding.
    #[track_caller]
    pub(crate) fn minor(&self, kind: &str) -> u64 {
        self.finding()["minor"][kind].as_u64().unwrap_or_else(|| panic!("no minor kind {kind}"))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("expected text, found {value}")).to_owned()
}
