//! Any choice of paragraphs opens; nothing that was changed does.

use proptest::prelude::*;

use super::*;
use crate::statement::{Body, Commitment, Statement};

const LEAVES: u32 = 64;

/// The paragraphs of a draft at their places, and the tree over them and padding.
struct Committed {
    paragraphs: Vec<(String, u32, [u8; 32])>,
    tree: DraftTree,
}

fn committed(texts: &[String], places: &[u32]) -> Committed {
    let mut leaves: Vec<[u8; 32]> = (0..LEAVES).map(|n| Id::of(&n.to_be_bytes()).0).collect();
    let mut paragraphs = Vec::new();
    for (text, place) in texts.iter().zip(places) {
        let salt = Id::of(format!("salt {place}").as_bytes()).0;
        leaves[*place as usize] = draft_leaf(&salt, text);
        paragraphs.push((text.clone(), *place, salt));
    }
    Committed { paragraphs, tree: DraftTree::new(leaves).unwrap() }
}

impl Committed {
    fn open(&self, which: &[usize]) -> (String, OpeningProof) {
        let chosen: Vec<_> = which.iter().map(|index| &self.paragraphs[*index]).collect();
        let text: Vec<&str> = chosen.iter().map(|(text, ..)| text.as_str()).collect();
        let paragraphs = chosen.iter().map(|(text, position, salt)| OpenedParagraph {
            bytes: text.len(),
            position: *position,
            salt: *salt,
            path: self.tree.path(*position),
        });
        let (leaves, root) = (self.tree.leaves(), self.tree.root());
        (text.join("\n\n"), OpeningProof { leaves, root, paragraphs: paragraphs.collect() })
    }
}

fn draft() -> Committed {
    let texts = ["Dear Sir,", "We stay.", "Ünits leave\non 9 January."].map(str::to_owned);
    committed(&texts, &[5, 40, 63])
}

/// An opening of a commitment, as a statement.
fn opening(commitment: &Id, speaker: &str) -> Statement {
    let digest = Id::of(b"");
    let text = format!(
        "erratum/v1 opening\nrecord r.example\nspeaker {speaker}\nname {speaker}/drafts/1\n\
         commitment {commitment}\ngenre letter\nlang en\n\
         forms v1 nfkc=1 fold=1 skeleton=1 category=1 script=1 segments=1\nsearch {digest}\n\
         comparison {digest}\ntitle 0 {digest}\ntext 0 {digest}\nproof 0 {digest}\n"
    );
    Statement::parse(&text).unwrap()
}

fn commitment(speaker: &str, proof: &OpeningProof) -> Id {
    let body = Commitment { speaker: speaker.parse().unwrap(), leaves: proof.leaves, root: proof.root };
    Statement { record: "r.example".parse().unwrap(), body: Body::Commitment(body) }.id()
}

#[test]
fn a_commitment_has_a_power_of_two_of_leaves() {
    for (count, fits) in
        [(0, false), (8, false), (16, true), (24, false), (65_536, true), (131_072, false)]
    {
        assert_eq!(DraftTree::new(vec![[0; 32]; count]).is_some(), fits, "{count}");
    }
    assert_eq!(draft().tree.path(LEAVES), Vec::<[u8; 32]>::new());
}

#[test]
fn an_opening_is_one_of_the_commitment_of_its_speaker_that_it_names() {
    let (text, proof) = draft().open(&[0, 2]);
    let id = commitment("a.example", &proof);
    let written = proof.to_string();
    assert_eq!(check_opening(&opening(&id, "a.example"), &text, &written), Ok(()));
    let other = check_opening(&opening(&id, "b.example"), &text, &written).unwrap_err();
    assert_eq!(other, OpeningError::Commitment);
    assert_eq!(other.to_string(), "its proof is not one of the commitment that it names");
    let more = check_opening(&opening(&id, "a.example"), &format!("{text}\n\nNo."), &written);
    assert_eq!(more, Err(OpeningError::Text(2)));
    let short = check_opening(&opening(&id, "a.example"), "Dear Sir,", &written);
    assert_eq!(short, Err(OpeningError::Text(1)));
}

#[test]
fn what_is_no_proof_is_refused_with_its_line() {
    let (_, proof) = draft().open(&[1]);
    let written = proof.to_string();
    let refused = |text: &str| OpeningProof::parse(text).unwrap_err();
    let paragraph = "expected a paragraph: its length, the position of its leaf, its salt";
    let leaves = "expected leaves, a power of two from 16 to 65536";
    assert_eq!(refused(""), OpeningError::Form(1, leaves));
    assert_eq!(refused(&written.replace("leaves 64", "leaves 48")), OpeningError::Form(1, leaves));
    assert_eq!(refused(&written.replace("root ", "root F")), OpeningError::Form(2, "expected the root"));
    let heads: String = written.lines().take(2).map(|line| format!("{line}\n")).collect();
    assert_eq!(refused(&heads), OpeningError::Form(2, "expected a paragraph"));
    assert_eq!(
        refused(&written.replace("paragraph 8", "paragraph 08")),
        OpeningError::Form(3, paragraph)
    );
    let cut = written.trim_end().rsplit_once('\n').unwrap().0;
    assert_eq!(refused(&format!("{cut}\n")), OpeningError::Form(9, "expected a hash of its path"));
    assert_eq!(refused(&format!("{written}more")), OpeningError::Form(10, paragraph));
    assert_eq!(
        refused(&written.replace("leaves 64", "leaves 48")).to_string(),
        "its proof is not in its form: line 1: expected leaves, a power of two from 16 to 65536"
    );
}

#[test]
fn a_leaf_is_opened_once() {
    let (text, mut proof) = draft().open(&[1, 1]);
    assert_eq!(proof.check(&text), Err(OpeningError::Twice(2)));
    proof.paragraphs.pop();
    assert_eq!(proof.check("We stay."), Ok(()));
    assert_eq!(proof.check("We go.  "), Err(OpeningError::Leaf(1)));
}

proptest! {
    #[test]
    fn any_choice_opens_and_nothing_changed_does(
        texts in proptest::collection::vec("[a-zé .\n]{1,40}", 1..12),
        places in Just((0..LEAVES).collect::<Vec<u32>>()).prop_shuffle(),
        order in Just((0..12usize).collect::<Vec<_>>()).prop_shuffle(),
        count in 1usize..12, which in any::<prop::sample::Index>(), hash in any::<prop::sample::Index>(),
    ) {
        let committed = committed(&texts, &places);
        let chosen: Vec<usize> =
            order.into_iter().filter(|index| *index < texts.len()).take(count).collect();
        let (text, proof) = committed.open(&chosen);
        prop_assert_eq!(proof.check(&text), Ok(()));
        prop_assert_eq!(&OpeningProof::parse(&proof.to_string()).unwrap(), &proof);

        let nth = which.index(chosen.len());
        let starts: usize = proof.paragraphs[..nth].iter().map(|opened| opened.bytes + 2).sum();
        let mut changed = text.clone();
        let letter = changed[starts..].chars().next().unwrap();
        changed.replace_range(starts..starts + letter.len_utf8(), &"x".repeat(letter.len_utf8()));
        if changed != text && !letter.eq(&'x') {
            prop_assert_eq!(proof.check(&changed), Err(OpeningError::Leaf(nth + 1)));
        }
        let with = |change: &dyn Fn(&mut OpenedParagraph)| {
            let mut proof = proof.clone();
            change(&mut proof.paragraphs[nth]);
            proof.check(&text)
        };
        let refused = Err(OpeningError::Leaf(nth + 1));
        prop_assert_eq!(with(&|opened| opened.salt[7] ^= 1), refused.clone());
        prop_assert_eq!(with(&|opened| opened.path[hash.index(6)][0] ^= 1), refused.clone());
        prop_assert_eq!(with(&|opened| _ = opened.path.pop()), refused.clone());
        prop_assert_eq!(with(&|opened| opened.position += LEAVES), refused.clone());
        let free = (0..LEAVES).find(|place| !proof.paragraphs.iter().any(|p| p.position == *place));
        prop_assert_eq!(with(&|opened| opened.position = free.unwrap()), refused);
        let mut proof = proof;
        proof.root.0[0] ^= 1;
        prop_assert_eq!(proof.check(&text), Err(OpeningError::Leaf(1)));
    }

    #[test]
    fn no_invented_proof_panics(text in "[a-z0-9 \n=+/]{0,200}") {
        let _ = OpeningProof::parse(&text);
        let _ = OpeningProof::parse(&format!("leaves 16\nroot {}\n{text}", Id::of(b"")));
    }
}
