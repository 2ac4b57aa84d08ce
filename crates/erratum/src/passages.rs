//! What a passage of an issuer's document is worth, given all documents of that issuer which hold it
//! (rule 5 of `docs/authority.md`). Pure: which documents hold it is found elsewhere.

use erratum_record::{Class, Place, Standing, Word};

/// A document of the issuer that holds the passage verbatim outside quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    /// Its place in the log.
    pub(crate) place: Place,
    /// Its leading standing.
    pub(crate) standing: Option<Standing>,
    /// The entry of the word that gives it.
    pub(crate) word: Option<u64>,
    /// The rank of the voice whose word that is.
    pub(crate) rank: u8,
    /// The `issued` in force on it.
    pub(crate) issued: Vec<Word>,
    /// The warnings in force on it.
    pub(crate) warnings: Vec<Word>,
    /// Whether it is an opened draft that nobody has issued.
    pub(crate) is_draft: bool,
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
            (Some(Standing::Corrected), Named::Others) if self.is_draft => Some(Standing::Draft),
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

    /// Whether this document clears the passage of the warnings on `warned`: whether what vouches for it
    /// would end each of them, were it said there.
    fn clears(&self, warned: &Holder) -> bool {
        let ends = |issued: &Word, warning: &Word| issued.would_end(warning, warned.place);
        let ended = |warning: &Word| self.issued.iter().any(|issued| ends(issued, warning));
        let vouched = !self.issued.is_empty() && warned.warnings.iter().all(ended);
        let milder = self.gives().is_some_and(|own| Some(own) < warned.gives());
        milder && warned.names != Named::This && (vouched || self.place < warned.place)
    }
}

/// The worth of a passage that these documents hold. `None` if none does.
pub(crate) fn worth(holders: &[Holder]) -> Option<Worth> {
    let own: Vec<&Holder> = holders.iter().filter(|holder| !holder.is_fake()).collect();
    // A disowned fake never speaks for a passage that the issuer's own documents hold.
    let speaking = if own.is_empty() { holders.iter().collect() } else { own };
    let worth_of = |holder: &Holder| Worth {
        standing: holder.gives(),
        from: holder.place.entry,
        word: holder.word,
    };
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
    use erratum_record::{Act, Id, Name, Signers, Time, Weight};

    /// A word of the issuer, or of its superior.
    fn word(act: Act, rank: u8) -> Word {
        let (issuer, superior): (Name, Name) =
            ("a.example".parse().unwrap(), "above.example".parse().unwrap());
        Word {
            id: Id([rank; 32]),
            entry: 0,
            logged: Time::from_millis(0),
            effective: None,
            voice: if rank == 0 { issuer.clone() } else { superior },
            rank,
            below: if rank == 0 { Vec::new() } else { vec![issuer] },
            signers: Signers::default(),
            weight: Weight::default(),
            act,
            lang: "en".parse().unwrap(),
            passages: Vec::new(),
            reason: None,
            translations: Vec::new(),
            copied_from: None,
        }
    }

    fn holder(entry: u64, standing: Standing, rank: u8, issued_by: Option<u8>) -> Holder {
        let warnings = match standing {
            Standing::InError => vec![word(Act::InError, rank)],
            Standing::Disowned => vec![word(Act::Disowned, rank)],
            _ => Vec::new(),
        };
        let issued = issued_by.map(|rank| word(Act::Issued, rank)).into_iter().collect();
        let (standing, is_draft, names) = (Some(standing), false, Named::Whole);
        let place = Place { entry, time: Time::from_millis(0) };
        Holder { place, standing, word: None, rank, issued, warnings, is_draft, names }
    }

    #[test]
    fn a_warning_is_cleared_with_the_signatures_that_it_took_and_in_its_own_tenure() {
        let mut warned = holder(1, Standing::InError, 0, Some(0));
        warned.warnings[0].weight.took = 2;
        let mut clearing = holder(5, Standing::Issued, 0, Some(0));
        for (strength, expected) in
            [(1, Standing::InError), (2, Standing::Issued), (Weight::ALL, Standing::Issued)]
        {
            clearing.issued[0].weight.strength = strength;
            assert_eq!(standing(&[warned.clone(), clearing.clone()]), expected);
        }
        clearing.issued[0].weight.tenure = 1;
        assert_eq!(standing(&[warned.clone(), clearing]), Standing::InError);
        // A voice above is above every tenure; whoever it does not stand above stays uncleared.
        let above = holder(5, Standing::Issued, 1, Some(1));
        assert_eq!(standing(&[warned.clone(), above.clone()]), Standing::Issued);
        warned.warnings[0].voice = "former.example".parse().unwrap();
        assert_eq!(standing(&[warned, above]), Standing::InError);
    }

    fn standing(holders: &[Holder]) -> Standing {
        worth(holders).unwrap().standing.unwrap()
    }

    #[test]
    fn a_final_clears_a_draft_only_with_the_rank_of_the_warning() {
        let draft = holder(1, Standing::InError, 1, Some(0));
        assert_eq!(standing(std::slice::from_ref(&draft)), Standing::InError);
        assert_eq!(
            standing(&[draft.clone(), holder(5, Standing::Issued, 0, Some(0))]),
            Standing::InError
        );
        assert_eq!(
            standing(&[draft.clone(), holder(5, Standing::Issued, 1, Some(1))]),
            Standing::Issued
        );
        let own = holder(1, Standing::InError, 0, Some(0));
        assert_eq!(standing(&[own.clone(), holder(5, Standing::Issued, 0, Some(0))]), Standing::Issued);
    }

    #[test]
    fn an_older_document_clears_what_it_held_first() {
        let draft = holder(4, Standing::InError, 1, Some(0));
        assert_eq!(
            standing(&[draft.clone(), holder(2, Standing::Issued, 0, Some(0))]),
            Standing::Issued
        );
        assert_eq!(
            standing(&[draft.clone(), holder(2, Standing::Superseded, 0, None)]),
            Standing::Superseded
        );
    }

    #[test]
    fn a_named_passage_is_never_cleared_and_the_others_of_a_correction_are_good() {
        let named = Holder { names: Named::This, ..holder(1, Standing::InError, 0, Some(0)) };
        assert_eq!(standing(&[named, holder(5, Standing::Issued, 1, Some(1))]), Standing::InError);
        let corrected = holder(1, Standing::Corrected, 0, Some(0));
        assert_eq!(standing(&[Holder { names: Named::Others, ..corrected.clone() }]), Standing::Issued);
        let draft =
            Holder { names: Named::Others, is_draft: true, issued: Vec::new(), ..corrected.clone() };
        assert_eq!(standing(std::slice::from_ref(&draft)), Standing::Draft);
        let corrected_here = Holder { names: Named::This, ..corrected };
        assert_eq!(standing(std::slice::from_ref(&corrected_here)), Standing::Corrected);
        assert_eq!(
            standing(&[corrected_here, holder(5, Standing::Issued, 1, Some(1))]),
            Standing::Corrected
        );
    }

    #[test]
    fn a_fake_speaks_only_for_what_is_its_own() {
        let fake = holder(7, Standing::Disowned, 0, None);
        assert_eq!(standing(std::slice::from_ref(&fake)), Standing::Disowned);
        assert_eq!(standing(&[fake.clone(), holder(1, Standing::Issued, 0, Some(0))]), Standing::Issued);
        assert_eq!(
            standing(&[fake.clone(), holder(1, Standing::InError, 1, Some(0))]),
            Standing::InError
        );
        let by_superior = Holder { rank: 1, warnings: vec![word(Act::Disowned, 1)], ..fake };
        assert_eq!(
            standing(&[by_superior, holder(8, Standing::Issued, 0, Some(0))]),
            Standing::Disowned
        );
    }
}
