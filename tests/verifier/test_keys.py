"""Names and their keys: thresholds, later keys, delays, tenures, superiors."""

import unittest

from sample_authority import MINISTRY, OFFICE, PAPER, PRESS, Case, Offices
from sample_log import statement_id

DAY = 24


class Thresholds(Case):
    def setUp(self):
        super().setUp()
        rules = ("all 1", "in-error 2", "keys 2")
        self.keys = self.record.say_keys(OFFICE, "abc", rules=rules)
        self.letter = self.record.issue(OFFICE)

    def test_as_many_signatures_as_the_act_takes(self):
        held = self.record.word(OFFICE, self.letter, "held", by="b")
        self.record.word(OFFICE, self.letter, "in-error", by="c")
        void = self.last()
        self.record.word(OFFICE, self.letter, "in-error", by="cb")
        self.record.word(OFFICE, self.letter, "withdrawn", held, by="d")
        self.assertVoid(
            (void, "1 of 2 signatures for `in-error`"),
            (void + 2, f"no signature by a key in force (signed by {OFFICE}/d)"),
        )

    def test_a_spoiled_signature_of_a_usable_key(self):
        text = self.record.entries[-1]
        self.record.entries[-1] = text[:-12] + b"A" + text[-11:]
        self.assertEqual(len(self.voids()), 1)

    def test_a_lift_takes_the_signatures_of_the_word(self):
        error = self.record.word(OFFICE, self.letter, "in-error", by="ab")
        self.record.word(OFFICE, self.letter, "lift", error, by="a", lifts=error)
        void = self.last()
        self.record.word(OFFICE, self.letter, "lift", error, by="bc", lifts=error)
        self.assertVoid((void, "lifts a word that took 2 signatures"))

    def test_all_listed_keys_lift_anything(self):
        error = self.record.word(OFFICE, self.letter, "in-error", by="ab")
        more = {"previous": self.keys, "rules": ("all 1",)}
        self.record.say_keys(OFFICE, "d", by="ab", **more)
        self.record.wait(4 * DAY)
        self.record.word(OFFICE, self.letter, "lift", error, by="d", lifts=error)
        self.assertValid()

    def test_an_undersigned_issued_ends_no_warning(self):
        error = self.record.word(OFFICE, self.letter, "in-error", by="ab")
        issued = self.record.word(OFFICE, self.letter, "issued", error, by="c")
        lift = self.record.word(OFFICE, self.letter, "lift", issued, by="bc", lifts=error)
        self.record.word(OFFICE, self.letter, "lift", lift, by="abc", lifts=error)
        self.assertVoid((self.last(), "lifts a word that is not in force"))


class LaterKeys(Case):
    def setUp(self):
        super().setUp()
        rules = ("all 1", "keys 2")
        self.keys = self.record.say_keys(OFFICE, "ab", rules=rules, recovery="r")
        self.rules = {"rules": rules, "recovery": "r"}

    def test_signed_by_the_keys_in_force(self):
        self.record.say_keys(OFFICE, "cd", by="a", previous=self.keys, **self.rules)
        one = self.last()
        self.record.say_keys(OFFICE, "cd", by="cd", previous=self.keys, **self.rules, home="x.example")
        self.record.say_keys(OFFICE, "cd", by="ab", previous=self.keys, **self.rules, home="y.example")
        self.record.issue(OFFICE, by="c")
        self.record.issue(OFFICE, "old", by="a")
        self.assertVoid(
            (one, "1 of 2 signatures for `keys`"),
            (one + 1, "no signature by a key in force"),
            (one + 4, "no signature by a key in force"),
        )

    def test_previous(self):
        new = self.record.say_keys(OFFICE, "cd", by="ab", previous=self.keys, **self.rules)
        self.record.say_keys(OFFICE, "ac", by="cd", previous=self.keys, **self.rules)
        self.record.say_keys(OFFICE, "ac", by="cd", previous=new, **self.rules)
        self.assertVoid((self.last() - 1, f"its `previous` should be {new} or none"))

    def test_a_recovery_key_signs_keys_and_nothing_else(self):
        self.record.issue(OFFICE, by="r")
        void = self.last()
        self.record.say_keys(OFFICE, "cd", by="r", previous=self.keys, **self.rules)
        self.record.issue(OFFICE, by="c")
        self.assertVoid((void, "no signature by a key in force"))

    def test_expiry(self):
        expires = {"c": self.record.time(5)}
        self.record.say_keys(OFFICE, "cd", by="ab", previous=self.keys, expires=expires, **self.rules)
        self.record.issue(OFFICE, by="c")
        self.record.wait(5)
        self.record.issue(OFFICE, "late", by="c")
        self.assertVoid((self.last(), "no signature by a key in force"))

    def test_what_is_delayed(self):
        for changes in (
            {"rules": ("all 1",), "recovery": "r"},
            {"rules": ("all 1", "keys 2"), "recovery": ""},
            {"rules": ("all 1", "keys 2"), "recovery": "r", "superior": PAPER},
        ):
            with self.subTest(changes=changes):
                self.setUp()
                self.record.say_keys(OFFICE, "cd", by="ab", previous=self.keys, **changes)
                self.record.wait(71.9)
                self.record.issue(OFFICE, by="c")
                void = self.last()
                self.record.issue(OFFICE, "old")
                self.record.wait(0.2)
                self.record.issue(OFFICE, "new", by="c")
                self.assertVoid((void, "no signature by a key in force"))

    def test_the_name_itself_does_not_cancel_keys_signed_for_recovery(self):
        rescue = {"previous": self.keys, "rules": ("all 2",)}
        rescue = self.record.say_keys(OFFICE, "cd", by="r", **rescue)
        self.record.say_keys(OFFICE, "ab", by="ab", previous=rescue, **self.rules)
        self.record.wait(80)
        self.record.issue(OFFICE)
        self.record.issue(OFFICE, by="cd")
        self.assertVoid((self.last() - 1, "no signature by a key in force"))

    def test_keys_signed_for_recovery_cancel(self):
        thief = {"previous": self.keys, "rules": ("all 1",), "recovery": ""}
        pending = self.record.say_keys(OFFICE, "c", by="ab", **thief)
        self.record.say_keys(OFFICE, "d", by="r", previous=pending, rules=("all 1",), recovery="r")
        self.record.wait(80)
        self.record.issue(OFFICE, by="c")
        self.record.issue(OFFICE, by="d")
        self.assertVoid((self.last() - 1, "no signature by a key in force"))

    def test_pending_keys_are_cancelled_by_the_name_itself(self):
        weaker = {"previous": self.keys, "rules": ("all 1",), "recovery": "r"}
        pending = self.record.say_keys(OFFICE, "c", by="ab", **weaker)
        self.record.say_keys(OFFICE, "ab", by="ab", previous=pending, **self.rules)
        self.record.wait(80)
        self.record.issue(OFFICE, by="c")
        self.assertVoid((self.last(), "no signature by a key in force"))

    def test_keys_from_above(self):
        self.record.say_keys(MINISTRY, "ab", rules=("all 1", "keys 2"))
        theirs = self.record.say_keys(PRESS, "a")
        more = {"speaker": MINISTRY, "previous": theirs}
        self.record.say_keys(PRESS, "b", by="a", **more)
        void = self.last()
        self.record.say_keys(PRESS, "b", by="ab", **more)
        self.record.issue(PRESS, by="b")
        self.record.say_keys(OFFICE, "c", by="ab", speaker=MINISTRY, previous=self.keys)
        self.assertVoid(
            (void, "1 of 2 signatures for `keys`"),
            (void + 3, f"{MINISTRY} is not above {OFFICE}"),
        )

    def test_copied_keys_until_there_are_native_ones(self):
        self.record.say_keys(PAPER, "a", record="x.example", superior=OFFICE)
        self.record.issue(PAPER)
        self.record.say_keys(PAPER, "b", record="y.example")
        void = self.last()
        self.record.say_keys(PAPER, "b")
        self.record.issue(PAPER, "again")
        self.record.issue(PAPER, "once-more", by="b")
        self.assertVoid(
            (void, f"{PAPER} has keys already, and these are copied"),
            (void + 2, "no signature by a key in force"),
        )


class Tenures(Case):
    def setUp(self):
        super().setUp()
        self.keys = self.record.say_keys(OFFICE, "a")
        self.letter = self.record.issue(OFFICE)

    def claim(self, label="e"):
        self.record.admit(OFFICE, label)
        return self.record.say_keys(OFFICE, label)

    def test_a_claim_is_admitted_anew(self):
        self.record.say_keys(OFFICE, "b")
        self.assertVoid((self.last(), f"no key of these is admitted for {OFFICE}"))

    def test_a_claim_binds_after_its_notice(self):
        self.claim()
        self.record.wait(14 * DAY - 1)
        self.record.issue(OFFICE, "early", by="e")
        early = self.last()
        self.record.wait(2)
        self.record.issue(OFFICE, "new", by="e")
        self.record.issue(OFFICE, "old")
        self.assertVoid(
            (early, "no signature by a key in force"), (early + 2, "no signature by a key in force")
        )

    def test_any_later_keys_cancel_a_claim(self):
        self.claim()
        self.record.say_keys(OFFICE, "b", by="a", previous=self.keys)
        self.record.wait(15 * DAY)
        self.record.issue(OFFICE, "new", by="e")
        self.assertVoid((self.last(), "no signature by a key in force"))

    def test_over_documents_of_an_earlier_tenure(self):
        error = self.record.word(OFFICE, self.letter, "in-error")
        self.claim()
        self.record.wait(15 * DAY)
        held = self.record.word(OFFICE, self.letter, "held", error, by="e")
        self.record.remark("comment", OFFICE, self.letter, by="e")
        start = self.last() + 1
        self.record.word(OFFICE, self.letter, "lift", held, by="e", lifts=error)
        self.record.word(OFFICE, self.letter, "issued", held, by="e")
        self.record.word(OFFICE, self.letter, "lift", held, by="e", lifts=held)
        self.assertVoid(
            (start, f"lifts a word of {OFFICE}"),
            (start + 1, f"{OFFICE} is new to the document"),
        )

    def test_an_accomplice_as_superior_of_a_new_tenure(self):
        error = self.record.word(OFFICE, self.letter, "in-error")
        self.record.say_keys(PAPER, "a")
        self.record.admit(OFFICE, "e")
        bought = self.record.say_keys(OFFICE, "e", superior=PAPER)
        self.record.accept(PAPER, OFFICE, bought)
        self.record.wait(15 * DAY)
        held = self.record.word(PAPER, self.letter, "held")
        start = self.last() + 1
        self.record.word(PAPER, self.letter, "lift", held, lifts=error)
        self.record.word(PAPER, self.letter, "issued", held)
        self.record.word(PAPER, self.letter, "lift", held, lifts=held)
        new = self.record.issue(OFFICE, "new", by="e", comparison="3" * 64)
        self.record.word(PAPER, new, "issued")
        self.record.say_keys(OFFICE, "d", by="a", speaker=PAPER, previous=bought, superior=PAPER)
        found = self.voids()
        self.assertEqual(list(found), [start, start + 1], found)
        self.assertIn(f"{PAPER} is new to the document", found[start])

    def test_a_superior_that_a_new_tenure_keeps(self):
        self.record.say_keys(PAPER, "a")
        named = self.record.say_keys(OFFICE, "a", previous=self.keys, superior=PAPER)
        self.record.accept(PAPER, OFFICE, named)
        self.record.wait(73)
        error = self.record.word(OFFICE, self.letter, "in-error")
        self.record.admit(OFFICE, "e")
        self.record.say_keys(OFFICE, "e", superior=PAPER)
        self.record.wait(15 * DAY)
        self.record.word(PAPER, self.letter, "lift", lifts=error)
        self.assertValid()

    def test_a_superior_of_a_new_tenure_and_the_keys_below(self):
        self.record.say_keys(PAPER, "a")
        self.record.say_keys(PRESS, "a")
        named = self.record.say_keys(OFFICE, "a", previous=self.keys, superior=PAPER)
        self.record.accept(PAPER, OFFICE, named)
        self.record.wait(73)
        self.record.admit(PAPER, "e")
        self.record.say_keys(PAPER, "e")
        self.record.wait(15 * DAY)
        start = self.last() + 1
        more = {"speaker": PAPER, "previous": named, "superior": PAPER}
        self.record.say_keys(OFFICE, "b", by="e", **more)
        self.record.revoke(OFFICE, "a", "e", speaker=PAPER)
        moved = self.record.say_keys(OFFICE, "a", previous=named, superior=PRESS)
        self.record.accept(PAPER, OFFICE, moved, by="e")
        self.record.accept(PRESS, OFFICE, moved)
        self.assertVoid(
            (start, f"{PAPER} is new to {OFFICE}"),
            (start + 1, f"not signed by {PAPER} in its own light"),
            (start + 3, f"{PAPER} is new to {OFFICE}"),
        )


class Superiors(Case):
    def setUp(self):
        super().setUp()
        self.first = self.record.say_keys(PAPER, "a")
        self.keys = self.record.say_keys(OFFICE, "a", superior=PAPER)
        self.letter = self.record.issue(OFFICE)

    def test_a_named_superior_is_a_voice_once_it_accepts(self):
        self.record.word(PAPER, self.letter, "in-error")
        self.record.accept(PAPER, OFFICE, self.keys)
        error = self.record.word(PAPER, self.letter, "in-error")
        self.record.word(OFFICE, self.letter, "lift", lifts=error)
        void = self.last()
        self.assertVoid(
            (void - 3, f"{PAPER} is no voice on this document"), (void, f"lifts a word of {PAPER}")
        )

    def test_an_acceptance_lasts_while_the_name_stays(self):
        self.record.accept(PAPER, OFFICE, self.keys)
        new = self.record.say_keys(OFFICE, "b", by="a", previous=self.keys, superior=PAPER)
        self.record.word(PAPER, self.letter, "held")
        gone = self.record.say_keys(OFFICE, "c", by="b", previous=new)
        self.record.wait(73)
        self.record.word(PAPER, self.letter, "in-error")
        self.record.say_keys(OFFICE, "a", by="c", previous=gone, superior=PAPER)
        self.record.wait(73)
        self.record.word(PAPER, self.letter, "withdrawn")
        self.assertVoid(
            (self.last() - 2, f"{PAPER} is no voice"), (self.last(), f"{PAPER} is no voice")
        )

    def test_a_former_superior_that_consents(self):
        self.record.accept(PAPER, OFFICE, self.keys)
        error = self.record.word(PAPER, self.letter, "in-error")
        held = self.record.word(PAPER, self.letter, "held", error)
        self.record.say_keys(PRESS, "a")
        new = self.record.say_keys(OFFICE, "b", by="a", previous=self.keys, superior=PRESS)
        self.record.accept(PRESS, OFFICE, new)
        self.record.wait(73)
        self.record.word(PRESS, self.letter, "lift", lifts=held)
        void = self.last()
        later = self.record.say_keys(OFFICE, "c", by="b", previous=new, superior=PRESS)
        self.record.accept(PAPER, OFFICE, later)
        self.assertVoid(
            (void, f"lifts a word of {PAPER}"), (void + 2, f"{OFFICE} does not name {PAPER}")
        )

    def test_a_present_superior_consents_to_its_successor(self):
        self.record.accept(PAPER, OFFICE, self.keys)
        error = self.record.word(PAPER, self.letter, "in-error")
        self.record.say_keys(PRESS, "a")
        new = self.record.say_keys(OFFICE, "b", by="a", previous=self.keys, superior=PRESS)
        self.record.accept(PRESS, OFFICE, new)
        self.record.accept(PAPER, OFFICE, new)
        self.record.wait(73)
        self.record.word(PRESS, self.letter, "lift", lifts=error)
        self.assertValid()

    def test_an_ancestor_comes_before_a_named_superior(self):
        self.record.say_keys(MINISTRY, "a")
        theirs = self.record.say_keys(PRESS, "a", superior=PAPER)
        self.record.accept(PAPER, PRESS, theirs)
        letter = self.record.issue(PRESS, comparison="3" * 64)
        self.record.word(PAPER, letter, "in-error")
        self.record.word(MINISTRY, letter, "in-error")
        self.record.remark("note", PAPER, letter)
        self.assertVoid((self.last() - 2, f"{PAPER} is no voice on this document"))

    def test_nobody_stands_above_itself(self):
        self.record.accept(PAPER, OFFICE, self.keys)
        first = self.record.say_keys(MINISTRY, "a", superior=OFFICE)
        self.record.accept(OFFICE, MINISTRY, first)
        self.record.say_keys(PRESS, "a", superior=PRESS)
        self.record.say_keys(PRESS, "a", superior="pub.example")
        void = self.last()
        more = {"by": "a", "superior": MINISTRY}
        circle = self.record.say_keys(PAPER, "b", previous=self.first, **more)
        self.record.accept(MINISTRY, PAPER, circle)
        self.assertVoid(
            (void - 1, "cannot be its own superior"),
            (void, "pub.example is a public suffix"),
            (void + 2, f"{PAPER} stands above {MINISTRY}"),
        )


class Admissions(Case):
    def test_a_key_that_is_admitted_must_have_signed(self):
        self.record.say_keys(OFFICE, "ae", by="e")
        self.record.say_keys(OFFICE, "ae", by="ae")
        self.assertVoid((1, f"no key of these is admitted for {OFFICE}"))

    def test_an_open_record_takes_names_that_are_proven(self):
        self.record = Offices(is_open=True)
        text = self.record.keys_text(OFFICE, "e")
        self.record.say_keys(OFFICE, "e")
        self.record.prove(OFFICE, "a" * 64)
        self.record.say_keys(OFFICE, "e")
        self.record.prove(OFFICE, statement_id(text), PAPER)
        self.record.say_keys(OFFICE, "e")
        why = f"no key of these is admitted for {OFFICE}"
        more = {"by": "e", "previous": statement_id(text)}
        self.record.say_keys(OFFICE, "f", superior=MINISTRY, **more)
        self.record.say_keys(OFFICE, "f", superior=PAPER, **more)
        self.assertVoid((1, why), (3, why), (6, f"publishes another superior, {PAPER}"))


if __name__ == "__main__":
    unittest.main()
