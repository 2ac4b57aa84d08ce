//! Checking proofs that came from elsewhere (RFC 6962 sections 2.1.1 and 2.1.2). Needs no log at hand.

use tlog_tiles::{Hash, check_record, check_tree};

use super::error::{LogError, LogErrorKind};
use super::hashes::{EMPTY_HASH, leaf_hash};
use super::tile::MOST_ENTRIES;

/// No proof in a tree of a size that is read has more hashes: one a level, and one to begin with.
const MOST_HASHES: usize = 50;

/// Checks that the log of `size` entries with the root `root` has `entry` at `index`.
///
/// # Errors
/// If the proof does not show it, whatever the reason.
pub fn check_inclusion(
    entry: &[u8],
    index: u64,
    size: u64,
    root: &[u8; 32],
    proof: &[[u8; 32]],
) -> Result<(), LogError> {
    let place = format!("proof of entry {index} in {size}");
    let proof = hashes(&place, size, proof)?;
    // `check_record` refuses an index outside the tree, and panics at nothing else.
    check_record(&proof, size, Hash(*root), index, leaf_hash(entry)).map_err(|_| unproven(&place))
}

/// Checks that the log of `size` entries with the root `root` begins with the one of `old_size` entries
/// whose root is `old_root`.
///
/// # Errors
/// If the proof does not show it, whatever the reason.
pub fn check_consistency(
    old_size: u64,
    old_root: &[u8; 32],
    size: u64,
    root: &[u8; 32],
    proof: &[[u8; 32]],
) -> Result<(), LogError> {
    let place = format!("proof that size {old_size} grew to {size}");
    let proof = hashes(&place, size, proof)?;
    if old_size == 0 {
        // Every log begins with the empty one; there is nothing to prove.
        let empty = |size, root| size > 0 || root == &EMPTY_HASH.0;
        let good = proof.is_empty() && empty(0, old_root) && empty(size, root);
        return if good { Ok(()) } else { Err(unproven(&place)) };
    }
    check_tree(&proof, size, Hash(*root), old_size, Hash(*old_root)).map_err(|_| unproven(&place))
}

fn hashes(place: &str, size: u64, proof: &[[u8; 32]]) -> Result<Vec<Hash>, LogError> {
    if size > MOST_ENTRIES || proof.len() > MOST_HASHES {
        return Err(unproven(place));
    }
    Ok(proof.iter().copied().map(Hash).collect())
}

fn unproven(place: &str) -> LogError {
    LogError::new(LogErrorKind::Unproven, place, "does not lead to the root")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_empty_log_begins_every_log() {
        let empty = EMPTY_HASH.0;
        assert!(check_consistency(0, &empty, 0, &empty, &[]).is_ok());
        assert!(check_consistency(0, &empty, 5, &[1; 32], &[]).is_ok());
        for (old, new, proof) in [([1; 32], [1; 32], &[][..]), (empty, [1; 32], &[[2; 32]])] {
            let error = check_consistency(0, &old, 5, &new, proof).unwrap_err();
            assert_eq!(error.to_string(), "proof that size 0 grew to 5: does not lead to the root");
        }
        assert!(check_consistency(0, &empty, 0, &[1; 32], &[]).is_err());
    }

    #[test]
    fn sizes_out_of_reason_are_refused() {
        let error = check_inclusion(b"a", 0, u64::MAX, &[0; 32], &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "proof of entry 0 in 18446744073709551615: does not lead to the root"
        );
        assert_eq!(error.kind(), LogErrorKind::Unproven);
        assert!(check_inclusion(b"a", 1, 1, &[0; 32], &[]).is_err());
        assert!(check_inclusion(b"a", 0, 1, &[0; 32], &vec![[0; 32]; 100_000]).is_err());
        assert!(check_consistency(6, &[0; 32], 5, &[0; 32], &[]).is_err());
    }

    proptest! {
        #[test]
        fn no_invented_proof_panics_or_passes(
            a in any::<u64>(), b in any::<u64>(), small in 0u64..20, other in 0u64..20,
            proof in proptest::collection::vec(any::<[u8; 32]>(), 0..8)) {
            for (a, b) in [(a, b), (small, other), (a, small), (small, b)] {
                prop_assert!(check_inclusion(b"x", a, b, &[0; 32], &proof).is_err());
                prop_assert!(check_consistency(a, &[1; 32], b, &[0; 32], &proof).is_err());
            }
        }
    }
}
