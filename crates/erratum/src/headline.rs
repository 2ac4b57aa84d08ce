//! The headline: what is said of a copy in one line, worded by its subject so that nobody is libelled.
//! The table stands whole in `docs/authority.md`.

use erratum_match::Relation;
use erratum_record::{Genre, Standing};

/// What a headline depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject {
    pub(crate) genre: Genre,
    /// The standing that leads for this copy; none if no word is in force.
    pub(crate) standing: Option<Standing>,
    pub(crate) relation: Relation,
    /// Whether there are certain differences.
    pub(crate) differs: bool,
    /// Whether the copy itself says what the standing says.
    pub(crate) says_so: bool,
    /// Whether the document's own signatures do not suffice any more.
    pub(crate) key_stolen: bool,
    /// Where the standing is that of another document, which has not the text of this one: its genre.
    pub(crate) shared_with: Option<Genre>,
}

/// The headline for a copy.
pub(crate) fn headline(subject: Subject) -> String {
    let Subject { genre, standing, relation, differs, says_so, key_stolen, shared_with } = subject;
    let noun = genre.as_str().to_uppercase();
    let good = standing == Some(Standing::Issued);
    let mut line = match relation {
        Relation::Identical | Relation::SameText if let Some(other) = shared_with => {
            let other = other.as_str().to_uppercase();
            format!("THIS {noun} SHARES PASSAGES WITH {}", object(&other, standing, false))
        }
        Relation::Identical | Relation::SameText => {
            format!("THIS {noun} {}", predicate(standing, key_stolen))
        }
        Relation::Altered => format!("ALTERED COPY OF {}", object(&noun, standing, key_stolen)),
        Relation::Excerpt if differs => {
            format!("ALTERED EXCERPT OF {}", object(&noun, standing, key_stolen))
        }
        Relation::Excerpt => format!("EXCERPT OF {}", object(&noun, standing, key_stolen)),
        Relation::Quotation if differs && good => {
            format!("QUOTES WITH DIFFERENCES {}", object(&noun, standing, key_stolen))
        }
        Relation::Quotation => format!("QUOTES {}", object(&noun, standing, key_stolen)),
    };
    if says_so && !matches!(relation, Relation::Identical | Relation::SameText) {
        line.push_str(" AND SAYS SO");
    }
    line
}

fn predicate(standing: Option<Standing>, key_stolen: bool) -> &'static str {
    match standing {
        None if key_stolen => "WAS SIGNED WITH A KEY REPORTED STOLEN",
        None => "HAS NO WORD IN FORCE",
        Some(Standing::Issued) => "STANDS AS ISSUED",
        Some(Standing::Superseded) => "WAS SUPERSEDED",
        Some(Standing::Corrected) => "WAS CORRECTED",
        Some(Standing::Draft) => "IS A DRAFT, NEVER ISSUED",
        Some(Standing::Held) => "IS ON HOLD: DO NOT USE",
        Some(Standing::Withdrawn) => "WAS WITHDRAWN",
        Some(Standing::InError) => "WAS PUBLISHED IN ERROR",
        Some(Standing::Disowned) => "IS DISOWNED: NOT THE TEXT OF ITS SUPPOSED ISSUER",
    }
}

fn object(noun: &str, standing: Option<Standing>, key_stolen: bool) -> String {
    let article = if noun.starts_with(['A', 'E', 'I', 'O', 'U']) { "AN" } else { "A" };
    match standing {
        None if key_stolen => format!("{article} {noun} SIGNED WITH A KEY REPORTED STOLEN"),
        None => format!("{article} {noun} WITH NO WORD IN FORCE"),
        Some(Standing::Issued) => format!("{article} {noun} THAT STANDS AS ISSUED"),
        Some(Standing::Superseded) => format!("{article} {noun} THAT WAS SUPERSEDED"),
        Some(Standing::Corrected) => format!("{article} {noun} THAT WAS CORRECTED"),
        Some(Standing::Draft) => format!("{article} {noun} THAT IS A DRAFT"),
        Some(Standing::Held) => format!("{article} {noun} ON HOLD"),
        Some(Standing::Withdrawn) => format!("{article} {noun} THAT WAS WITHDRAWN"),
        Some(Standing::InError) => format!("{article} {noun} PUBLISHED IN ERROR"),
        Some(Standing::Disowned) => format!("{article} {noun} DISOWNED BY ITS SUPPOSED ISSUER"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(standing: Standing, relation: Relation, differs: bool, says_so: bool) -> String {
        headline(Subject {
            genre: Genre::Letter,
            standing: Some(standing),
            relation,
            differs,
            says_so,
            key_stolen: false,
            shared_with: None,
        })
    }

    #[test]
    fn the_headlines_of_the_design() {
        let error = Standing::InError;
        assert_eq!(line(error, Relation::Identical, false, false), "THIS LETTER WAS PUBLISHED IN ERROR");
        assert_eq!(line(error, Relation::SameText, false, true), "THIS LETTER WAS PUBLISHED IN ERROR");
        assert_eq!(
            line(error, Relation::Altered, true, false),
            "ALTERED COPY OF A LETTER PUBLISHED IN ERROR"
        );
        assert_eq!(line(error, Relation::Quotation, true, false), "QUOTES A LETTER PUBLISHED IN ERROR");
        assert_eq!(
            line(error, Relation::Quotation, false, true),
            "QUOTES A LETTER PUBLISHED IN ERROR AND SAYS SO"
        );
        assert_eq!(
            line(Standing::Issued, Relation::Quotation, true, false),
            "QUOTES WITH DIFFERENCES A LETTER THAT STANDS AS ISSUED"
        );
    }

    #[test]
    fn a_letter_is_not_called_in_error_for_what_it_shares_with_one_that_is() {
        let of = |relation| {
            let (genre, standing) = (Genre::Notice, Some(Standing::InError));
            let (differs, says_so, key_stolen) = (false, false, false);
            let shared_with = Some(Genre::Letter);
            headline(Subject { genre, standing, relation, differs, says_so, key_stolen, shared_with })
        };
        let whole = "THIS NOTICE SHARES PASSAGES WITH A LETTER PUBLISHED IN ERROR";
        assert_eq!([of(Relation::Identical), of(Relation::SameText)], [whole, whole]);
        assert_eq!(of(Relation::Quotation), "QUOTES A NOTICE PUBLISHED IN ERROR");
    }

    /// The table in the documentation is this one.
    #[test]
    fn the_table_in_the_documentation_is_this_one() {
        let documented = include_str!("../../../docs/authority.md");
        let standings = [
            Some(Standing::Issued),
            Some(Standing::Superseded),
            Some(Standing::Corrected),
            Some(Standing::Draft),
            Some(Standing::Held),
            Some(Standing::Withdrawn),
            Some(Standing::InError),
            Some(Standing::Disowned),
            None,
        ];
        let rows = standings.map(|standing| (standing, false));
        for (standing, key_stolen) in rows.into_iter().chain([(None, true)]) {
            let cell = |relation, differs| {
                let (genre, says_so, shared_with) = (Genre::Letter, false, None);
                let subject =
                    Subject { genre, standing, relation, differs, says_so, key_stolen, shared_with };
                headline(subject)
            };
            let none = if key_stolen { "no word, key stolen" } else { "no word" };
            let row = format!(
                "| {} | {} | {} | {} | {} |",
                standing.map_or(none, Standing::as_str),
                cell(Relation::SameText, false),
                cell(Relation::Altered, true),
                cell(Relation::Excerpt, false),
                cell(Relation::Quotation, false),
            );
            assert!(documented.contains(&row), "docs/authority.md lacks the row\n{row}");
        }
    }
}
