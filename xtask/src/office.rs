//! An office in a new record, with its documents and its words on them: what benchmarks and trials append.

use std::path::Path;

use erratum::record::{
    Act, Blob, Body, Document, FirstWord, Genre, Id, Keys, Operator, Receipt, SUFFIX_LIST, Signer,
    StandingBody, Statement, Submission, Time, create_key_file,
};
use erratum::{check_statement, forms_of};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const NAME: &str = "northern-command.example";

/// The office, which makes one statement after the other. Each of its words is the successor of its own last
/// one on that document.
pub(crate) struct Office {
    signer: Signer,
    documents: Vec<Id>,
    last: Vec<Id>,
}

impl Office {
    /// Begins a record in `folder`, with the log key beside it, in which the office has its keys.
    pub(crate) fn begin(folder: &Path) -> Result<(Operator, Self)> {
        let (record, key) = (folder.join("record"), folder.join("log.key"));
        create_key_file(&key, &Signer::from_seed("record.example", &[1; 32])?)?;
        let (clock, check) = (Box::new(Time::now), Box::new(check_statement));
        let mut operator = Operator::create(&record, &key, SUFFIX_LIST, clock, check)?;
        let signer = Signer::from_seed(&format!("{NAME}/press"), &[5; 32])?;
        let key = signer.verifier();
        operator.admit(&NAME.parse()?, &key)?;
        let office = Self { signer, documents: Vec::new(), last: Vec::new() };
        let keys = Keys::single(NAME.parse()?, key, None);
        logged(operator.submit(&[office.sign(Body::Keys(keys), Vec::new())?])?)?;
        Ok((operator, office))
    }

    /// The ids of its documents so far.
    pub(crate) fn documents(&self) -> &[Id] {
        &self.documents
    }

    /// Its next document.
    pub(crate) fn document(&mut self) -> Result<Submission> {
        let number = self.documents.len();
        let text = format!("Letter {number}. We confirm the receipt of notice {number}.");
        let salt = Id::of(&number.to_be_bytes()).0;
        let blobs = [format!("Letter {number}"), text.clone()];
        let blobs = blobs.map(|blob| Blob::new(salt, blob.into_bytes()));
        let body = Document {
            speaker: NAME.parse()?,
            name: format!("{NAME}/letters/{number}").parse()?,
            word: FirstWord::Issued { replaces: None },
            genre: Genre::Letter,
            lang: "en".parse()?,
            date: None,
            effective: None,
            forms: forms_of(&text),
            title: blobs[0].reference(),
            text: blobs[1].reference(),
        };
        let stored = blobs.iter().flat_map(Blob::stored).collect();
        let submission = self.sign(Body::Document(body), stored)?;
        self.documents.push(submission.id());
        self.last.push(submission.id());
        Ok(submission)
    }

    /// Its next word on the document with this number: one signature, no blobs.
    pub(crate) fn word(&mut self, number: usize) -> Result<Submission> {
        let (Some(document), Some(previous)) = (self.documents.get(number), self.last.get(number))
        else {
            return Err("no such document".into());
        };
        let word = StandingBody {
            speaker: NAME.parse()?,
            document: *document,
            previous: *previous,
            act: Act::Issued,
            lang: "en".parse()?,
            effective: None,
            passages: Vec::new(),
            reason: None,
            translations: Vec::new(),
        };
        let submission = self.sign(Body::Standing(word), Vec::new())?;
        self.last[number] = submission.id();
        Ok(submission)
    }

    fn sign(&self, body: Body, blobs: Vec<u8>) -> Result<Submission> {
        let statement = Statement { record: "record.example".parse()?, body };
        Ok(Submission { note: self.signer.sign(&statement.text())?, blobs })
    }
}

/// An error where one was refused.
pub(crate) fn logged(receipts: Vec<Receipt>) -> crate::Done {
    for receipt in receipts {
        if let Receipt::Refused(why) = receipt {
            return Err(why.into());
        }
    }
    Ok(())
}
