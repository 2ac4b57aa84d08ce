//! Which of Tesseract's languages a page is read in: those asked for, else those that are installed and are
//! written in the page's script.

/// At most so many languages are read at once: each takes its time.
const MOST: usize = 4;

/// Tesseract's name of a language, the BCP 47 tag that it goes by, and the script that it is written in, as
/// Tesseract calls it. Languages that are not listed are used where they are asked for by Tesseract's name.
const KNOWN: &[(&str, &str, &str)] = &[
    ("eng", "en", "Latin"),
    ("fra", "fr", "Latin"),
    ("deu", "de", "Latin"),
    ("spa", "es", "Latin"),
    ("ita", "it", "Latin"),
    ("por", "pt", "Latin"),
    ("nld", "nl", "Latin"),
    ("pol", "pl", "Latin"),
    ("tur", "tr", "Latin"),
    ("ron", "ro", "Latin"),
    ("ces", "cs", "Latin"),
    ("hun", "hu", "Latin"),
    ("swe", "sv", "Latin"),
    ("dan", "da", "Latin"),
    ("nor", "no", "Latin"),
    ("nor", "nb", "Latin"),
    ("fin", "fi", "Latin"),
    ("est", "et", "Latin"),
    ("lav", "lv", "Latin"),
    ("lit", "lt", "Latin"),
    ("slk", "sk", "Latin"),
    ("slv", "sl", "Latin"),
    ("hrv", "hr", "Latin"),
    ("vie", "vi", "Latin"),
    ("ind", "id", "Latin"),
    ("rus", "ru", "Cyrillic"),
    ("ukr", "uk", "Cyrillic"),
    ("bel", "be", "Cyrillic"),
    ("bul", "bg", "Cyrillic"),
    ("srp", "sr", "Cyrillic"),
    ("mkd", "mk", "Cyrillic"),
    ("kaz", "kk", "Cyrillic"),
    ("ell", "el", "Greek"),
    ("ara", "ar", "Arabic"),
    ("fas", "fa", "Arabic"),
    ("urd", "ur", "Arabic"),
    ("heb", "he", "Hebrew"),
    ("hin", "hi", "Devanagari"),
    ("ben", "bn", "Bengali"),
    ("tha", "th", "Thai"),
    ("kat", "ka", "Georgian"),
    ("hye", "hy", "Armenian"),
    ("chi_sim", "zh", "Han"),
    ("chi_tra", "zh-hant", "Han"),
    ("jpn", "ja", "Japanese"),
    ("kor", "ko", "Korean"),
];

/// Languages that Tesseract can read here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Languages {
    /// Those asked for, best first; if none of them is installed, all.
    chosen: Vec<String>,
    /// Whether orientation and script can be told.
    pub(crate) osd: bool,
}

impl Languages {
    /// From the list that Tesseract prints, and the languages that the reader wants, as BCP 47 tags or by
    /// Tesseract's names.
    pub(crate) fn new(listed: &str, wanted: &[&str]) -> Self {
        let names = listed.lines().skip(1).map(str::trim);
        let is_name = |name: &&str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        let installed: Vec<String> = names.filter(is_name).map(str::to_owned).collect();
        let osd = installed.iter().any(|name| name == "osd");
        let mut all: Vec<String> =
            installed.into_iter().filter(|name| name != "osd" && name != "equ").collect();
        all.sort_by_key(|name| KNOWN.iter().position(|known| known.0 == name).unwrap_or(KNOWN.len()));
        let mut asked: Vec<String> = Vec::new();
        for name in wanted.iter().filter_map(|tag| all.iter().find(|name| goes_by(name, tag))) {
            if !asked.contains(name) {
                asked.push(name.clone());
            }
        }
        asked.truncate(MOST);
        Self { chosen: if asked.is_empty() { all } else { asked }, osd }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Whether the script must be known to choose among them.
    pub(crate) fn needs_script(&self) -> bool {
        self.osd
            && self.chosen.iter().any(|name| script(name) != self.chosen.first().and_then(|n| script(n)))
    }

    /// What Tesseract is told, for a page in this script, if it is known.
    pub(crate) fn argument(&self, found: Option<&str>) -> String {
        let all = || self.chosen.iter().map(String::as_str);
        let of_script = |wanted: Option<&str>| -> Vec<&str> {
            all().filter(|name| wanted.is_some() && script(name) == wanted).take(MOST).collect()
        };
        let mut names = of_script(found);
        if names.is_empty() {
            names = of_script(self.chosen.first().and_then(|name| script(name)));
        }
        if names.is_empty() {
            names = all().take(MOST).collect();
        }
        names.join("+")
    }
}

/// The script that a language is written in.
fn script(name: &str) -> Option<&'static str> {
    KNOWN.iter().find(|known| known.0 == name).map(|known| known.2)
}

/// Whether a language of Tesseract's is what a tag means: `de-AT` means `deu`.
fn goes_by(name: &str, tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    let of_tag = |known: &&(&str, &str, &str)| {
        known.1 == tag || tag.strip_prefix(known.1).is_some_and(|rest| rest.starts_with('-'))
    };
    let longest = KNOWN.iter().filter(of_tag).max_by_key(|known| known.1.len());
    name.eq_ignore_ascii_case(&tag) || longest.is_some_and(|known| known.0 == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LISTED: &str = "List of available languages in \"/usr/share/tessdata/\" (6):\n\
                          ara\nchi_sim\ndeu\neng\nosd\nrus\nxyz\n";

    #[test]
    fn those_asked_for_are_taken() {
        let languages = Languages::new(LISTED, &["de-AT", "en", "fr"]);
        assert_eq!(languages.argument(None), "deu+eng");
        assert!(!languages.needs_script());
        let chinese = Languages::new(LISTED, &["zh-Hans"]);
        assert_eq!(chinese.argument(Some("Latin")), "chi_sim");
    }

    #[test]
    fn else_those_of_the_script() {
        let languages = Languages::new(LISTED, &[]);
        assert!(languages.needs_script());
        assert_eq!(languages.argument(None), "eng+deu");
        assert_eq!(languages.argument(Some("Cyrillic")), "rus");
        assert_eq!(languages.argument(Some("Thai")), "eng+deu");
        assert_eq!(Languages::new(LISTED, &["th"]).argument(Some("Arabic")), "ara");
    }

    #[test]
    fn nothing_but_names_is_taken_from_the_list() {
        let languages = Languages::new("List:\n--user-words /etc/passwd\n\nosd\n", &["--psm"]);
        assert!(languages.is_empty() && languages.osd);
    }
}
