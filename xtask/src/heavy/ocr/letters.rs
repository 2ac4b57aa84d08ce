//! Letters of a made-up office in plain English, the same for the same number: pages that a reader of
//! pictures can be tried on, since it reads words of a language better than others.

use crate::corpus::Numbers;

const WHO: &[&str] = &[
    "The northern garrison",
    "Our liaison officer",
    "The harbour master",
    "A team of engineers",
    "The second company",
    "The medical service",
    "Your delegation",
    "The town council",
    "The duty officer",
    "Our transport section",
    "The signals platoon",
    "The joint committee",
    "The river patrol",
    "The supply depot",
    "Each unit commander",
    "The fire brigade",
    "A small rear party",
    "The railway company",
    "The survey group",
    "Our legal adviser",
    "The customs office",
    "The airfield control",
    "The winter camp",
    "The reserve battalion",
];
const DOES: &[&str] = &[
    "will hand over",
    "has inspected",
    "must repair",
    "has agreed to move",
    "intends to close",
    "will no longer guard",
    "has asked to keep",
    "will store",
    "cannot accept",
    "has already returned",
    "is going to search",
    "will not share",
    "has counted",
    "plans to rebuild",
    "refuses to lend",
    "should register",
    "will escort",
    "has lost",
    "may sell",
    "wishes to replace",
    "has measured",
    "will reopen",
    "must not leave",
    "has photographed",
];
const WHAT: &[&str] = &[
    "the eastern bridge",
    "all remaining vehicles",
    "the fuel tanks at the quay",
    "twelve field kitchens",
    "the old customs house",
    "the keys of the armoury",
    "the telephone exchange",
    "a convoy of grain lorries",
    "the water pumps",
    "every locked container",
    "the records of the garrison",
    "the northern runway",
    "four damaged generators",
    "the mine clearance plan",
    "the hospital tents",
    "spare parts for the ferry",
    "the village school",
    "the ammunition of the third store",
    "a temporary landing stage",
    "the radio mast on the hill",
    "the barracks near the station",
    "our joint map of the coast",
    "the lists of local workers",
    "the winter clothing",
];
const WHERE: &[&str] = &[
    "behind the grain market",
    "along the coast road",
    "at the northern gate",
    "in the upper valley",
    "between the two lighthouses",
    "near the sugar works",
    "on the island of Holm",
    "beside the railway yard",
    "outside the old walls",
    "under the terms of the agreement",
    "with the consent of the owners",
    "in the presence of witnesses",
    "without further notice",
    "by order of the command",
    "as the assembly requested",
    "despite the bad weather",
];
const WHY: &[&str] = &[
    "because the ice is expected early",
    "so that no household goes short",
    "although the costs have risen",
    "since the contract has expired",
    "unless the governor decides otherwise",
    "as long as the road stays open",
    "after the last inspection failed",
    "before the new regulation applies",
    "while the court considers the case",
    "until both sides have signed",
    "in case the talks break down",
    "now that the bridge is safe again",
];
const MONTHS: &[&str] = &[
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn one<'a>(numbers: &mut Numbers, list: &[&'a str]) -> &'a str {
    list.get(numbers.below(list.len() as u64) as usize).copied().unwrap_or_default()
}

fn date(numbers: &mut Numbers) -> String {
    format!("{} {} 20{}", 1 + numbers.below(28), one(numbers, MONTHS), 24 + numbers.below(6))
}

fn sentence(numbers: &mut Numbers) -> String {
    let mut text = format!("{} {} {}", one(numbers, WHO), one(numbers, DOES), one(numbers, WHAT));
    match numbers.below(5) {
        0 => text += &format!(" on {}", date(numbers)),
        1 => text += &format!(" for ${},{:03}", 1 + numbers.below(90), numbers.below(1000)),
        2 => {
            text +=
                &format!(" with {} men and {} lorries", 10 + numbers.below(300), 2 + numbers.below(60))
        }
        _ => {}
    }
    text += &format!(" {}", one(numbers, WHERE));
    if numbers.below(3) > 0 {
        text += &format!(" {}", one(numbers, WHY));
    }
    text + "."
}

/// A letter of one page, as paragraphs.
pub(super) fn letter(number: u64) -> Vec<String> {
    let mut numbers = Numbers::new(number + 500_000);
    let mut text = vec![
        format!("Northern Command, Office {}", 1 + numbers.below(900)),
        format!("{}. Our reference: NC/{}/{}", date(&mut numbers), 100 + number, numbers.below(9000)),
    ];
    let sentences = |numbers: &mut Numbers, count: u64| {
        (0..count).map(|_| sentence(numbers)).collect::<Vec<_>>().join(" ")
    };
    for _ in 0..4 + numbers.below(2) {
        let count = 3 + numbers.below(3);
        text.push(sentences(&mut numbers, count));
    }
    text.push("For the command, the head of the office".to_owned());
    text
}

/// What somebody posts of a letter: two or three of its sentences.
pub(super) fn excerpt(number: u64) -> String {
    let letter = letter(number);
    let paragraph = letter.get(2).map_or("", String::as_str);
    paragraph.split_inclusive(". ").take(3).collect::<String>().trim().to_owned()
}

/// A letter of which one number in the running text is another: the letter, the number and what it became.
pub(super) fn altered(number: u64) -> Option<(Vec<String>, String, String)> {
    let mut letter = letter(number);
    for paragraph in letter.iter_mut().skip(2) {
        let word = paragraph.split(' ').find(|word| {
            word.len() >= 2 && word.len() <= 4 && word.bytes().all(|byte| byte.is_ascii_digit())
        });
        let Some(word) = word.map(str::to_owned) else { continue };
        let last = word.bytes().last()?;
        let other = char::from(b'0' + (last - b'0' + 5) % 10);
        let changed = format!("{}{other}", word.get(..word.len() - 1)?);
        *paragraph = paragraph.replacen(&format!(" {word} "), &format!(" {changed} "), 1);
        return Some((letter, word, changed));
    }
    None
}
