//! What a passage of an issuer's document is worth, given all documents of that issuer which hold it
//! (rule 5 of `docs/authority.md`). Pure: which documents hold it is found elsewhere.

use erratum_record::{Class, Standing};

/// A document of the issuer that holds the passage verbatim outside quotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Holder {
    /// Its entry in the log.
    pub(crate) entry: u64,
    /// Its leading standing.
    pub(crate) standing: Option<Standing>,
    /// The entry of the word that gives it.
    pub(crate) word: Option<u64>,
    /// The rank of the voice whose word that is.
    pub(crate) rank: u8,
    /// The highest rank that has an `issued` in force on it.
    pub(crate) issued_by: Option<u8>,
    /// Whether the leading word names passages at all, and this one among them.
    pub(crate) names: Named,
}

/// Whether a word names the passage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// It is about the whole text.
    Whole,
    /// It names passages, and this is one of them.
    This,
    /// It names passages, others than this.
    Others,
}

/// What a passage is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Worth {
    /// Its standing; `None` if no document that holds it has a word in force.
    pub(crate) standing: Option<Standing>,
    /// The entry of the document whose word that is.
    pub(crate) from: u64,
    /// The entry of that word.
    pub(crate) word: Option<u64>,
}

impl Holder {
    /// The standing that the document gives this passage.
    fn gives(&self) -> Option<Standing> {
        match (self.standing, self.names) {
            (Some(Standing::Corrected), Named::Others) => Some(Standing::Issued),
            (standing, _) => standing,
        }
    }

    /// Whether what it says stays with the passage unless others clear it: a warning, and any word that
    /// names the passage as not good.
    fn sticks(&self) -> bool {
        let named = self.names == Named::This;
        self.gives().is_some_and(|s| s.class() == Class::Warning || (named && s > Standing::Issued))
    }

    /// Whether it is a fake that its supposed issuer disowns. A superior's `disowned` is a warning like
    /// others.
    fn is_fake(&self) -> bool {
        self.gives() == Some(Standing::Disowned) && self.rank == 0
    }

    /// Whether this document clears the passage of the warning on `warned`.
    fn clears(&self, warned: &Holder) -> bool {
        let vouched = self.issued_by.is_some_and(|rank| rank >= warned.rank);
        let milder = self.gives().is_some_and(|own| Some(own) < warned.gives());
        milder && warned.names != Named::This && (vouched || self.entry < warned.entry)
    }
}

/// The worth of a passage that these documents hold. `None` if none does.
pub(crate) fn worth(holders: &[Holder]) -> Option<Worth> {
    let own: Vec<&Holder> = holders.iter().filter(|holder| !holder.is_fake()).collect();
    // A disowned fake never speaks for a passage that the issuer's own documents hold.
    let speaking = if own.is_empty() { holders.iter().collect() } else { own };
    let worth_of =
        |holder: &Holder| Worth { standing: holder.gives(), from: holder.entry, word: holder.word };
    let uncleared = speaking
        .iter()
        .filter(|holder| holder.sticks() && !speaking.iter().any(|other| other.clears(holder)))
        .max_by_key(|holder| (holder.gives(), holder.rank));
    if let Some(holder) = uncleared {
        return Some(worth_of(holder));
    }
    let mildest = speaking.iter().filter(|holder| holder.gives().is_some()).min_by_key(|h| h.gives());
    mildest.or(speaking.first()).map(|holder| worth_of(holder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(entry: u64, standing: Standing, rank: u8, issued_by: Option<u8>) -> Holder {
        Holder { entry, standing: Some(standing), word: None, rank, issued_by, names: Named::Whole }
    }

    fn standing(holders: &[Holder]) -> Standing {
        worth(holders).unwrap().standing.unwrap()
    }

    #[test]
    fn a_final_clears_a_draft_only_with_the_rank_of_the_warning() {
        let draft = holder(1, Standing::InError, 1, Some(0));
        assert_eq!(standing(&[draft]), Standing::InError);
        assert_eq!(standing(&[draft, holder(5, Standing::Issued, 0, Some(0))]), Standing::InError);
        assert_eq!(standing(&[draft, holder(5, Standing::Issued, 1, Some(1))]), Standing::Issued);
        let own = holder(1, Standing::InError, 0, Some(0));
        assert_eq!(standing(&[own, holder(5, Standing::Issued, 0, Some(0))]), Standing::Issued);
    }

    #[test]
    fn an_older_document_clears_what_it_held_first() {
        let draft = holder(4, Standing::InError, 1, Some(0));
        assert_eq!(standing(&[draft, holder(2, Standing::Issued, 0, Some(0))]), Standing::Issued);
        assert_eq!(standing(&[draft, holder(2, Standing::Superseded, 0, None)]), Standing::Superseded);
    }

    #[test]
    fn a_named_passage_is_never_cleared_and_the_others_of_a_correction_are_good() {
        let named = Holder { names: Named::This, ..holder(1, Standing::InError, 0, Some(0)) };
        assert_eq!(standing(&[named, holder(5, Standing::Issued, 1, Some(1))]), Standing::InError);
        let corrected = holder(1, Standing::Corrected, 0, Some(0));
        assert_eq!(standing(&[Holder { names: Named::Others, ..corrected }]), Standing::Issued);
        let corrected_here = Holder { names: Named::This, ..corrected };
        assert_eq!(standing(&[corrected_here]), Standing::Corrected);
        assert_eq!(
            standing(&[corrected_here, holder(5, Standing::Issued, 1, Some(1))]),
            Standing::Corrected
        );
    }

    #[test]
    fn a_fake_speaks_only_for_what_is_its_own() {
        let fake = holder(7, Standing::Disowned, 0, None);
        assert_eq!(standing(&[fake]), Standing::Disowned);
        assert_eq!(standing(&[fake, holder(1, Standing::Issued, 0, Some(0))]), Standing::Issued);
        assert_eq!(standing(&[fake, holder(1, Standing::InError, 1, Some(0))]), Standing::InError);
        let by_superior = Holder { rank: 1, ..fake };
        assert_eq!(
            standing(&[by_superior, holder(8, Standing::Issued, 0, Some(0))]),
            Standing::Disowned
        );
    }
}
