//! The digests of a text's forms, as statements sign them.

use erratum_record::{Forms, Id};
use erratum_text::{ComparisonForm, SearchForm, forms_version};

/// The `forms`, `search` and `comparison` lines of a text.
#[must_use]
pub fn forms_of(text: &str) -> Forms {
    Forms {
        tables: forms_version().to_string(),
        search: Id(SearchForm::new(text).digest()),
        comparison: Id(ComparisonForm::new(text).digest()),
    }
}
