//! The standings a document can have, and the genres it can be of.

use std::fmt;
use std::str::FromStr;

use crate::atoms::AtomError;

/// A standing, from mild to severe in the order in which a passage takes the mildest (rule 5 of
/// `docs/authority.md`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Standing {
    /// The issuer's text, and it stands.
    Issued,
    /// Another document has taken its place.
    Superseded,
    /// Another document corrects it.
    Corrected,
    /// An opened draft: never issued.
    Draft,
    /// Do not use: under review.
    Held,
    /// Taken back.
    Withdrawn,
    /// Published in error.
    InError,
    /// Not the issuer's text.
    Disowned,
}

/// What kind of word a standing is; warnings lead, then successions, then affirmations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// `issued`, `draft`.
    Affirmation,
    /// `corrected`, `superseded`.
    Succession,
    /// `held`, `withdrawn`, `in-error`, `disowned`.
    Warning,
}

impl Standing {
    const ALL: [(Self, &'static str); 8] = [
        (Self::Issued, "issued"),
        (Self::Superseded, "superseded"),
        (Self::Corrected, "corrected"),
        (Self::Draft, "draft"),
        (Self::Held, "held"),
        (Self::Withdrawn, "withdrawn"),
        (Self::InError, "in-error"),
        (Self::Disowned, "disowned"),
    ];

    /// The word as it is written in statements and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(standing, _)| *standing == self).map_or("", |(_, word)| word)
    }

    /// Affirmation, succession or warning.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::Issued | Self::Draft => Class::Affirmation,
            Self::Superseded | Self::Corrected => Class::Succession,
            Self::Held | Self::Withdrawn | Self::InError | Self::Disowned => Class::Warning,
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Standing {
    type Err = AtomError;

    fn from_str(text: &str) -> Result<Self, AtomError> {
        let found = Self::ALL.iter().find(|(_, word)| *word == text);
        found.map(|(standing, _)| *standing).ok_or_else(|| {
            AtomError::new(
                "standing",
                text,
                "expected issued, corrected, superseded, held, withdrawn, in-error or disowned",
            )
        })
    }
}

macro_rules! genres {
    ($($(#[$doc:meta])* $name:ident $text:literal,)*) => {
        /// What a document is called in a headline: a closed list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Genre { $($(#[$doc])* $name,)* }

        impl Genre {
            /// The word in statements, and in headlines in capitals.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }

        impl FromStr for Genre {
            type Err = AtomError;

            fn from_str(text: &str) -> Result<Self, AtomError> {
                match text {
                    $($text => Ok(Self::$name),)*
                    _ => Err(AtomError::new(
                        "genre",
                        text,
                        concat!("expected one of:", $(" ", $text),*),
                    )),
                }
            }
        }
    };
}

genres! {
    /// A letter.
    Letter "letter",
    /// A statement to the press or public.
    Statement "statement",
    /// A press release.
    Release "release",
    /// An order or directive.
    Order "order",
    /// A report.
    Report "report",
    /// A notice.
    Notice "notice",
    /// A decision.
    Decision "decision",
    /// A speech as delivered or distributed.
    Speech "speech",
    /// A photograph's caption.
    Caption "caption",
    /// Anything else.
    Document "document",
}

impl fmt::Display for Genre {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
