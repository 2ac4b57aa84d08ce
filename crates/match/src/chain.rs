//! Chains of runs that follow each other in both texts, as read mappers chain their seeds (minimap2):
//! the best chain first, then the best of what is left. A copy that quotes paragraphs out of order
//! gives several. It knows nothing of words.

use crate::anchor::Run;

/// How many runs before a run are tried as its predecessor.
const LOOK_BACK: usize = 64;
/// Runs further apart than this in either form belong to different chains.
const FARTHEST: u32 = 4000;

/// The chains of `runs` (in order of the copy), best first, each in order.
pub(crate) fn chains(runs: &[Run]) -> Vec<Vec<Run>> {
    let links = link(runs);
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(links.get(i).map_or(0, |link| link.score)), i));
    let mut used = vec![false; runs.len()];
    let mut chains = Vec::new();
    for end in order {
        let mut chain = Vec::new();
        let mut at = Some(end);
        while let Some(i) = at {
            match (used.get_mut(i), runs.get(i), links.get(i)) {
                (Some(used @ false), Some(&run), Some(link)) => {
                    *used = true;
                    chain.push(run);
                    at = link.before;
                }
                _ => break,
            }
        }
        if !chain.is_empty() {
            chain.reverse();
            chains.push(chain);
        }
    }
    chains
}

#[derive(Clone, Copy)]
struct Link {
    score: i64,
    before: Option<usize>,
}

/// For each run the best score of a chain that ends with it, and the run before it there.
fn link(runs: &[Run]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::with_capacity(runs.len());
    for (i, run) in runs.iter().enumerate() {
        let mut best = Link { score: i64::from(run.len), before: None };
        for j in (i.saturating_sub(LOOK_BACK)..i).rev() {
            let (Some(before), Some(link)) = (runs.get(j), links.get(j)) else { continue };
            if let Some(gain) =
                gain(before, run).map(|gain| link.score + gain).filter(|&s| s > best.score)
            {
                best = Link { score: gain, before: Some(j) };
            }
        }
        links.push(best);
    }
    links
}

/// What `run` adds to a chain that ends with `before`: its length without what overlaps, less a cost that
/// grows with the shift between their diagonals. `None` if it cannot follow.
fn gain(before: &Run, run: &Run) -> Option<i64> {
    let follows = run.copy > before.copy
        && run.document > before.document
        && run.copy_end() > before.copy_end()
        && run.document_end() > before.document_end();
    if !follows {
        return None;
    }
    let overlap = (i64::from(before.copy_end()) - i64::from(run.copy))
        .max(i64::from(before.document_end()) - i64::from(run.document))
        .max(0);
    let far = run
        .copy
        .saturating_sub(before.copy_end())
        .max(run.document.saturating_sub(before.document_end()));
    if far > FARTHEST {
        return None;
    }
    let shift = (run.diagonal() - before.diagonal()).unsigned_abs();
    Some(i64::from(run.len) - overlap - i64::from((shift + 1).ilog2()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(copy: u32, document: u32, len: u32) -> Run {
        Run { copy, document, len }
    }

    #[test]
    fn what_follows_in_both_is_one_chain() {
        let runs = [run(0, 10, 30), run(40, 52, 30), run(75, 85, 40)];
        assert_eq!(chains(&runs), [runs.to_vec()]);
    }

    #[test]
    fn paragraphs_out_of_order_are_several_chains() {
        let runs = [run(0, 500, 90), run(100, 0, 80), run(190, 90, 70)];
        assert_eq!(chains(&runs), [vec![run(100, 0, 80), run(190, 90, 70)], vec![run(0, 500, 90)]]);
    }

    #[test]
    fn what_lies_too_far_apart_is_not_joined() {
        let runs = [run(0, 0, 50), run(10_000, 60, 40)];
        assert_eq!(chains(&runs).len(), 2);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(chains(&[]), Vec::<Vec<Run>>::new());
    }
}
