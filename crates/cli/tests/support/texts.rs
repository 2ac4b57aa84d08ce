//! Texts of an invented command, and stories that quote them.

/// Paragraph one of the letter.
pub(crate) const ROADS: &str = "The command will move its stores from the eastern depot to the coast \
between 3 and 17 February 2026. The lorries use the ring road, and the bridge at the mill stays open to \
the public throughout.";
/// Paragraph two: what was not meant to be said.
pub(crate) const DEPARTURE: &str = "We respect your decision ordering our departure, and we shall carry \
it out in good order. The last unit leaves the harbour on 28 February 2026, and the flag is lowered on \
the same evening.";
/// Paragraph two of the final letter.
pub(crate) const STAYING: &str = "The garrison remains where it is at the wish of your government. \
Nothing but its stores is being moved, and whoever says otherwise has read a sheet that nobody signed.";
/// Paragraph two of the fake.
pub(crate) const SURRENDER: &str = "The depot with all its weapons is given up to whoever knocks at the \
gate first. Our sentries have been told to look the other way, and the council is advised to do the same.";
/// Paragraph three.
pub(crate) const MONEY: &str = "Repairs to the quay and the ring road are estimated at $1.5 million, which \
the command bears in full. Claims for damage to fences and crops are settled within 30 days of their \
receipt.";
/// Paragraph four.
pub(crate) const COLD: &str = "Night flights are not carried out when the temperature at the airfield \
falls below -5 degrees. The council receives a list of the flights that are planned by noon of the day \
before.";
/// Paragraph five.
pub(crate) const KEYS: &str = "Please name an officer to whom the keys of the depot can be handed over. \
Until then the guard at the gate will answer questions from residents at any hour of the day or night.";

/// Paragraphs as a text.
pub(crate) fn text(paragraphs: &[&str]) -> String {
    paragraphs.join("\n\n") + "\n"
}

/// The letter of five paragraphs.
pub(crate) fn letter() -> String {
    text(&[ROADS, DEPARTURE, MONEY, COLD, KEYS])
}

/// The final letter, which shares four paragraphs with it.
pub(crate) fn final_letter() -> String {
    text(&[ROADS, STAYING, MONEY, COLD, KEYS])
}

/// A fake: the letter with one paragraph changed.
pub(crate) fn fake() -> String {
    text(&[ROADS, SURRENDER, MONEY, COLD, KEYS])
}

/// A letter about something else.
pub(crate) fn other_letter() -> String {
    text(&[
        "The band of the garrison plays in the market square on the second Sunday of every month, weather \
         permitting. Its conductor has asked for a roof over the stand, and the council is thinking it over.",
        "Tickets are not needed. Those who wish to sing along find the words on the board beside the stand, \
         and the baker on the corner keeps his shop open until the last march has been played.",
    ])
}

/// What a newspaper writes around what it quotes.
const OWN: [&str; 4] = [
    "Fishermen were the first to notice that something was going on behind the fence, and by supper half \
     the town had an opinion about it. Our correspondent went round with a notebook.",
    "The owner of the chandlery shook her head at that and sold a coil of rope to a man in oilskins. She \
     has heard announcements like this one before, she said, most of them in election years.",
    "A teacher who has lived opposite the barracks since she was a girl said that the noise would be the \
     least of it. Her pupils have begun to keep a tally on the blackboard, with chalk of two colours.",
    "Nobody at the town hall wanted to add anything. The clerk promised to ring back before the weekend, \
     and the porter offered the only firm statement of the afternoon, which concerned the lift.",
];

/// A newspaper's story that quotes these passages between its own words.
pub(crate) fn story(quotes: &[&str]) -> String {
    let mut paragraphs = vec![OWN[0]];
    for (index, quote) in quotes.iter().enumerate() {
        paragraphs.push(quote);
        paragraphs.push(OWN[1 + index % 3]);
    }
    text(&paragraphs)
}
