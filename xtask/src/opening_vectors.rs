//! The vectors of commitments and openings (`docs/record.md` section 10): one commitment, openings of it that
//! hold, and what must be refused.

use erratum::record::{
    Body, Commitment, DraftTree, Id, OpenedParagraph, OpeningProof, Statement, draft_leaf,
};
use serde_json::{Value, json};

const LEAVES: u32 = 16;
/// The paragraphs of a draft, each with the position of its leaf.
const DRAFT: [(&str, u32); 3] = [
    ("Dear Sir,", 11),
    ("We respect your sovereign decision ordering our departure.\nIt is final.", 2),
    ("Entwürfe bleiben Entwürfe.", 7),
];

fn salt(position: u32) -> [u8; 32] {
    Id::of(format!("salt {position}").as_bytes()).0
}

fn tree() -> Option<DraftTree> {
    let mut leaves: Vec<[u8; 32]> =
        (0..LEAVES).map(|n| Id::of(format!("padding {n}").as_bytes()).0).collect();
    for (paragraph, position) in DRAFT {
        *leaves.get_mut(position as usize)? = draft_leaf(&salt(position), paragraph);
    }
    DraftTree::new(leaves)
}

/// The text and the proof that open these paragraphs of the draft.
fn open(tree: &DraftTree, which: &[usize]) -> (String, OpeningProof) {
    let chosen: Vec<_> = which.iter().filter_map(|index| DRAFT.get(*index)).collect();
    let text: Vec<&str> = chosen.iter().map(|(text, _)| *text).collect();
    let opened = |(text, position): &&(&str, u32)| OpenedParagraph {
        bytes: text.len(),
        position: *position,
        salt: salt(*position),
        path: tree.path(*position),
    };
    let paragraphs = chosen.iter().map(opened).collect();
    (text.join("\n\n"), OpeningProof { leaves: tree.leaves(), root: tree.root(), paragraphs })
}

/// The vectors.
pub(crate) fn make() -> Result<Vec<Value>, Box<dyn std::error::Error>> {
    let tree = tree().ok_or("not the leaves of a tree")?;
    let speaker = "northern-command.example".parse()?;
    let body = Commitment { speaker, leaves: LEAVES, root: tree.root() };
    let record = "record.example".parse()?;
    let commitment = Statement { record, body: Body::Commitment(body) };
    let vector = |text: &str, proof: &OpeningProof| {
        let why = proof.check(text).err().map(|error| error.to_string());
        json!({
            "commitment": commitment.text(),
            "text": text,
            "proof": proof.to_string(),
            "opens": why.is_none(),
            "why": why,
        })
    };
    let mut openings = Vec::new();
    for which in [&[1][..], &[0, 2], &[0, 1, 2], &[2, 0]] {
        let (text, proof) = open(&tree, which);
        openings.push(vector(&text, &proof));
    }
    let (text, proof) = open(&tree, &[0, 2]);
    let changed = |change: &dyn Fn(&mut OpeningProof)| {
        let mut proof = proof.clone();
        change(&mut proof);
        proof
    };
    let first = |change: fn(&mut OpenedParagraph)| {
        changed(&|proof| proof.paragraphs.iter_mut().take(1).for_each(change))
    };
    openings.push(vector(&text.replace("Sir", "Sie"), &proof));
    openings.push(vector(&text.replace("\n\n", "\n \n"), &proof));
    openings.push(vector(&format!("{text}\n"), &proof));
    openings.push(vector(&text, &first(|opened| opened.salt = [0; 32])));
    openings.push(vector(&text, &first(|opened| opened.position = 10)));
    openings.push(vector(&text, &first(|opened| opened.path.reverse())));
    openings.push(vector("Dear Sir,\n\nDear Sir,", &open(&tree, &[0, 0]).1));
    Ok(openings)
}

#[cfg(test)]
mod tests {
    #[test]
    fn four_open_and_the_others_do_not() {
        let made = super::make().unwrap();
        let opens: Vec<bool> = made.iter().map(|one| one["opens"] == true).collect();
        assert_eq!(opens, [true, true, true, true, false, false, false, false, false, false, false]);
    }
}
