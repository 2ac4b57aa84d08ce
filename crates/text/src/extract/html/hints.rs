//! What sites call the things around an article: in the names of elements, and in the words above them. Names are
//! only ever evidence against; nothing is an article because it is called so.

/// Words of classes, identifiers and elements' names that say so.
const NAMES: &[&str] = &[
    "ad",
    "ads",
    "adslot",
    "adsense",
    "adunit",
    "advert",
    "advertisement",
    "advertising",
    "advertorial",
    "agegate",
    "breadcrumb",
    "breadcrumbs",
    "cmp",
    "comment",
    "comments",
    "commentlist",
    "commenting",
    "consent",
    "cookie",
    "cookies",
    "copyright",
    "dfp",
    "disqus",
    "footer",
    "gdpr",
    "login",
    "menu",
    "menus",
    "modal",
    "mostread",
    "nav",
    "navbar",
    "navbox",
    "navigation",
    "navlinks",
    "newsletter",
    "optin",
    "outbrain",
    "pager",
    "pagination",
    "paywall",
    "piano",
    "popular",
    "popup",
    "rail",
    "readmore",
    "recirc",
    "recirculation",
    "recommended",
    "recommendation",
    "recommendations",
    "regwall",
    "related",
    "relatedposts",
    "replies",
    "respond",
    "sharedaddy",
    "sidebar",
    "sidenav",
    "signup",
    "subscribe",
    "subscription",
    "taboola",
    "toc",
    "trending",
];
/// Words that say so less surely: an article's own prose stands in such elements too.
const LOOSE_NAMES: &[&str] = &[
    "masthead",
    "promo",
    "promos",
    "promotion",
    "share",
    "sharebar",
    "sharing",
    "skip",
    "social",
    "sponsor",
    "sponsored",
    "toolbar",
];
/// Roles that say so.
const ROLES: &[&str] = &[
    "alert",
    "alertdialog",
    "banner",
    "complementary",
    "contentinfo",
    "dialog",
    "menu",
    "menubar",
    "navigation",
    "search",
    "toolbar",
];
/// What stands above comments and lists of other stories, without case, signs and numbers.
const ABOVE: &[&str] = &[
    // Comments.
    "comments",
    "comment",
    "leave a comment",
    "join the discussion",
    "discussion",
    "reader comments",
    "kommentare",
    "kommentar",
    "leserkommentare",
    "diskussion",
    "commentaires",
    "comentarios",
    "comentários",
    "commenti",
    "komentarze",
    "reacties",
    "kommentarer",
    "комментарии",
    "коментарі",
    "yorumlar",
    "komentáře",
    "komentarai",
    "تعليقات",
    "التعليقات",
    "تعليق",
    "תגובות",
    "评论",
    "評論",
    "网友评论",
    "コメント",
    "댓글",
    "replies",
    "antworten",
    "réponses",
    "respuestas",
    "ответы",
    // Other stories.
    "related",
    "related stories",
    "related articles",
    "related news",
    "related posts",
    "related content",
    "more stories",
    "most read",
    "most popular",
    "read next",
    "see also on this site",
    "you may also like",
    "recommended",
    "trending",
    "mehr zum thema",
    "auch interessant",
    "meistgelesen",
    "verwandte artikel",
    "weitere artikel",
    "à lire aussi",
    "lire aussi",
    "les plus lus",
    "sur le même sujet",
    "noticias relacionadas",
    "te puede interesar",
    "lo más leído",
    "más noticias",
    "leia também",
    "mais lidas",
    "leggi anche",
    "i più letti",
    "zobacz także",
    "czytaj także",
    "najczęściej czytane",
    "lees ook",
    "читайте также",
    "самое читаемое",
    "по теме",
    "читайте також",
    "ilgili haberler",
    "مواضيع ذات صلة",
    "الأكثر قراءة",
    "اقرأ أيضا",
    "כתבות נוספות",
    "הנקראות ביותר",
    "相关新闻",
    "相关阅读",
    "热门文章",
    "関連記事",
    "アクセスランキング",
    "관련기사",
];
/// Labels that are no words of an article wherever they stand alone.
const LABELS: &[&str] = &[
    "advertisement",
    "advertising",
    "ad",
    "anzeige",
    "werbung",
    "publicité",
    "publicidad",
    "publicidade",
    "pubblicità",
    "reklama",
    "реклама",
    "إعلان",
    "פרסומת",
    "广告",
    "廣告",
    "広告",
    "share",
    "teilen",
    "partager",
    "compartir",
    "поделиться",
    "udostępnij",
    "شارك",
    "שתפו",
    "分享",
    "シェアする",
    "share this article",
    "print",
    "reply",
    "read more",
];

/// What an element's names say of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Called {
    #[default]
    Nothing,
    /// That it holds what stands around an article, if it does not read like an article.
    Perhaps,
    /// That it holds what stands around an article: comments, related stories, a cookie banner.
    Around,
}

/// What an element's names say of it; `names` are its classes and its identifier.
pub(super) fn called(name: &str, role: Option<&str>, names: [Option<&str>; 2]) -> Called {
    let around = name == "form"
        || role.is_some_and(|role| ROLES.contains(&role.trim().to_ascii_lowercase().as_str()));
    if around {
        return Called::Around;
    }
    let own = name.contains('-').then_some(name);
    names.into_iter().flatten().chain(own).map(of_names).max().unwrap_or_default()
}

/// What the words in names say: in `relatedPosts post-comments` there are four.
fn of_names(names: &str) -> Called {
    let mut most = Called::Nothing;
    let mut word = String::new();
    let mut before = ' ';
    for c in names.chars().chain([' ']) {
        let turns = before.is_ascii_lowercase() && c.is_ascii_uppercase();
        if (turns || !c.is_ascii_alphanumeric()) && !word.is_empty() {
            if NAMES.contains(&word.as_str()) {
                return Called::Around;
            }
            if LOOSE_NAMES.contains(&word.as_str()) {
                most = Called::Perhaps;
            }
            word.clear();
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    most
}

/// Whether a block is a heading above comments or other stories.
pub(super) fn is_above_others(text: &str) -> bool {
    is_one_of(text, ABOVE)
}

/// Whether a block is a label like `Advertisement`.
pub(super) fn is_label(text: &str) -> bool {
    is_one_of(text, LABELS)
}

fn is_one_of(text: &str, list: &[&str]) -> bool {
    // Nothing that is listed is longer.
    if text.len() > 80 {
        return false;
    }
    let bare = text.trim_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    list.contains(&bare.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_word_by_word() {
        let of_class = |class: &str| called("div", None, [Some(class), None]);
        for class in ["comments", "post-comments", "relatedPosts", "c-cookie_banner", "Menu x share"] {
            assert_eq!(of_class(class), Called::Around, "{class}");
        }
        for class in ["", "commentary", "story unrelated", "adsorb", "css-1ad9", "navy", "headline"] {
            assert_eq!(of_class(class), Called::Nothing, "{class}");
        }
        assert_eq!(of_class("social-story"), Called::Perhaps);
        assert_eq!(called("amp-consent", None, [None, None]), Called::Around);
        assert_eq!(called("div", Some("Navigation"), [None, None]), Called::Around);
        assert_eq!(called("form", None, [None, None]), Called::Around);
        assert_eq!(called("section", None, [None, None]), Called::Nothing);
    }

    #[test]
    fn words_above_others() {
        for text in ["Comments (14)", "3 KOMMENTARE", "» Читайте также:", "関連記事"] {
            assert!(is_above_others(text), "{text}");
        }
        assert!(!is_above_others("Comments of the ministry"));
        assert!(is_label("— Advertisement —"));
    }
}
