//! Whether a copy that quotes a warned document says so itself, outside what it quotes.

use erratum_match::Forms;
use erratum_text::SearchForm;

/// Phrases that say that a text is not to be relied on, by language. Matched in their search form, so
/// that case, quotes and layout do not matter.
const PHRASES: [(&str, &[&str]); 6] = [
    (
        "en",
        &[
            "published in error",
            "issued in error",
            "sent by mistake",
            "sent in error",
            "released by mistake",
            "was a draft",
            "a preliminary draft",
            "has been withdrawn",
            "was withdrawn",
            "has been retracted",
            "is a forgery",
            "is a fake",
        ],
    ),
    (
        "de",
        &[
            "irrtümlich veröffentlicht",
            "versehentlich verschickt",
            "vorläufiger Entwurf",
            "zurückgezogen",
            "Fälschung",
        ],
    ),
    (
        "fr",
        &[
            "publié par erreur",
            "publiée par erreur",
            "envoyé par erreur",
            "envoyée par erreur",
            "a été retiré",
            "a été retirée",
            "document est un faux",
        ],
    ),
    (
        "es",
        &[
            "publicado por error",
            "publicada por error",
            "enviado por error",
            "enviada por error",
            "ha sido retirado",
            "ha sido retirada",
        ],
    ),
    (
        "ru",
        &[
            "опубликовано по ошибке",
            "опубликован по ошибке",
            "отправлено по ошибке",
            "отправлен по ошибке",
            "было отозвано",
            "был отозван",
            "является подделкой",
        ],
    ),
    (
        "it",
        &[
            "pubblicato per errore",
            "pubblicata per errore",
            "inviato per errore",
            "inviata per errore",
            "è stato ritirato",
            "è stata ritirata",
        ],
    ),
];

/// The phrase or reason by which the copy's own words (`own`, byte ranges outside the match) say so.
pub(crate) fn says_so(
    copy: &Forms,
    own: &[std::ops::Range<usize>],
    reason: Option<&str>,
) -> Option<String> {
    let text: Vec<&str> = own.iter().filter_map(|range| copy.text().get(range.clone())).collect();
    // Spans are looked at one by one: words on both sides of a quotation do not make a phrase.
    let forms: Vec<SearchForm> = text.into_iter().map(SearchForm::new).collect();
    let has = |phrase: &str| {
        let wanted = SearchForm::new(phrase);
        wanted.chars_len() >= 8 && forms.iter().any(|form| form.as_str().contains(wanted.as_str()))
    };
    let listed = PHRASES.iter().flat_map(|(_, phrases)| phrases.iter().copied());
    reason.into_iter().chain(listed).find(|phrase| has(phrase)).map(str::to_owned)
}
