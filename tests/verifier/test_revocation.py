"""Revocation: who may, which count, and every act asked again."""

import unittest

from sample_authority import MINISTRY, OFFICE, PAPER, PRESS, Case, key

NOT_IN_ITS_LIGHT = f"not signed by {OFFICE} in its own light"


class Revoking(Case):
    def setUp(self):
        super().setUp()
        rules = ("all 1", "keys 2")
        self.keys = self.record.say_keys(OFFICE, "abc", rules=rules, recovery="r")

    def test_by_the_name_itself_without_that_key(self):
        self.record.revoke(OFFICE, "a", "ab")
        self.record.revoke(OFFICE, "a", "bc")
        self.record.issue(OFFICE, by="a")
        self.assertVoid((4, "no signature by a key in force"))

    def test_by_the_name_itself_from_a_suspect_time(self):
        self.record.revoke(OFFICE, "a", "ab", suspect=-1)
        self.record.revoke(OFFICE, "a", "bc", suspect=-1)
        self.record.issue(OFFICE, by="a")
        self.assertVoid((2, NOT_IN_ITS_LIGHT), (4, "no signature by a key in force"))

    def test_by_a_recovery_key_but_itself_only_from_now(self):
        self.record.revoke(OFFICE, "r", "r", suspect=-1)
        self.record.revoke(OFFICE, "c", "r", suspect=-1)
        self.record.revoke(OFFICE, "r", "r")
        self.record.revoke(OFFICE, "b", "r")
        self.assertVoid((2, NOT_IN_ITS_LIGHT), (5, NOT_IN_ITS_LIGHT))

    def test_by_the_key_itself_only_from_now(self):
        self.record.revoke(OFFICE, "a", "a", suspect=0)
        self.record.issue(OFFICE)
        self.record.revoke(OFFICE, "a", "a")
        self.record.issue(OFFICE, "late")
        self.assertVoid((2, NOT_IN_ITS_LIGHT), (5, "no signature by a key in force"))

    def test_by_a_name_above(self):
        self.record.say_keys(MINISTRY, "a")
        self.record.say_keys(PRESS, "a")
        self.record.revoke(PRESS, "a", "a", speaker=PAPER)
        self.record.revoke(PRESS, "a", "a", speaker=MINISTRY, suspect=-1)
        self.record.say_keys(PRESS, "b", by="a", speaker=MINISTRY, previous="f" * 64)
        found = self.voids()
        self.assertEqual(list(found), [4, 6], found)

    def test_what_may_be_said(self):
        self.record.revoke(OFFICE, "d", "bc")
        self.record.revoke(OFFICE, "a", "bc", suspect=-14 * 24 - 0.1)
        self.record.revoke(OFFICE, "a", "bc", suspect=0.1)
        self.record.revoke(OFFICE, "a", "bc", suspect=-14 * 24)
        self.assertVoid(
            (2, f"no keys of {OFFICE} list {key(OFFICE, 'd').vkey}"),
            (3, "suspect from"),
            (4, "suspect from"),
            (5, "suspect from"),  # a millisecond went by
        )

    def test_a_revoked_key_is_never_listed_again(self):
        self.record.revoke(OFFICE, "a", "bc")
        more = {"previous": self.keys, "rules": ("all 1",), "by": "bc"}
        self.record.say_keys(OFFICE, "ab", **more)
        self.record.say_keys(OFFICE, "bd", recovery="a", **more)
        self.record.say_keys(OFFICE, "bd", recovery="r", **more)
        self.assertVoid((3, "which was revoked"), (4, "which was revoked"))

    def test_of_two_that_take_each_other_away_the_later_counts(self):
        self.record.revoke(OFFICE, "b", "r", suspect=-1)
        self.record.issue(OFFICE, by="b")
        self.record.revoke(OFFICE, "r", "bc", suspect=-1)
        self.record.issue(OFFICE, "again", by="b")
        self.record.revoke(OFFICE, "b", "r")
        self.assertVoid((3, "no signature by a key in force"), (6, NOT_IN_ITS_LIGHT))


class AskedAgain(Case):
    def setUp(self):
        super().setUp()
        self.keys = self.record.say_keys(OFFICE, "ab", recovery="r")
        self.record.wait(1)

    def test_keys_of_a_thief_are_void_and_the_old_ones_back(self):
        stolen = self.record.say_keys(OFFICE, "c", by="a", previous=self.keys, recovery="r")
        self.record.issue(OFFICE, by="b")
        void = self.last()
        self.record.revoke(OFFICE, "a", "r", suspect=-0.5)
        self.record.issue(OFFICE, by="b")
        self.record.issue(OFFICE, "late", by="c")
        self.record.say_keys(OFFICE, "bd", by="b", previous=stolen, recovery="r")
        self.record.say_keys(OFFICE, "bd", by="b", previous=self.keys, recovery="r")
        self.assertVoid(
            (void, "no signature by a key in force"),
            (void + 3, "no signature by a key in force"),
            (void + 4, f"its `previous` should be {self.keys} or none"),
        )

    def test_a_void_document_gives_its_name_back(self):
        stolen = self.record.issue(OFFICE, by="a")
        self.record.issue(OFFICE, by="b", comparison="3" * 64)
        void = self.last()
        self.record.revoke(OFFICE, "a", "b", suspect=-0.5)
        self.record.issue(OFFICE, by="b", comparison="4" * 64)
        self.record.word(OFFICE, stolen, "disowned", by="b")
        self.record.word(OFFICE, stolen, "withdrawn", by="b")
        self.assertVoid(
            (void, "letter is taken"), (void + 3, f"{OFFICE} issued this very text at entry")
        )

    def test_a_void_lift_ended_nothing_and_is_no_previous(self):
        letter = self.record.issue(OFFICE, by="b")
        error = self.record.word(OFFICE, letter, "in-error", by="b")
        self.record.wait(1)
        lift = self.record.word(OFFICE, letter, "lift", error, by="a", lifts=error)
        self.record.revoke(OFFICE, "a", "b", suspect=-0.5)
        self.record.word(OFFICE, letter, "lift", lift, by="b", lifts=error)
        void = self.last()
        self.record.word(OFFICE, letter, "lift", error, by="b", lifts=error)
        self.assertVoid((void, f"its `previous` should be {error}"))

    def test_a_warning_of_a_stolen_key_stays_and_ends_nothing(self):
        letter = self.record.issue(OFFICE, by="b")
        error = self.record.word(OFFICE, letter, "in-error", by="b")
        self.record.wait(1)
        held = self.record.word(OFFICE, letter, "held", error, by="a")
        self.record.revoke(OFFICE, "a", "b", suspect=-0.5)
        lift = self.record.word(OFFICE, letter, "lift", held, by="b", lifts=error)
        self.record.word(OFFICE, letter, "lift", lift, by="b", lifts=held)
        self.assertValid()

    def test_two_signatures_of_which_one_is_left(self):
        self.record.say_keys(PAPER, "abc", rules=("all 2",))
        self.record.wait(1)
        self.record.issue(PAPER, by="ab")
        self.record.issue(PAPER, "other", by="abc", comparison="3" * 64)
        self.record.revoke(PAPER, "a", "bc", suspect=-0.5)
        self.record.issue(PAPER, by="bc", comparison="4" * 64)  # void: the name is free
        self.record.issue(PAPER, "other", by="bc", comparison="5" * 64)
        self.assertVoid((self.last(), "other is taken"))

    def test_a_superior_that_is_none_any_more(self):
        keys = self.record.say_keys(PAPER, "a", superior=OFFICE)
        letter = self.record.issue(PAPER)
        self.record.wait(1)
        self.record.accept(OFFICE, PAPER, keys)
        error = self.record.word(OFFICE, letter, "in-error", by="b")
        self.record.revoke(OFFICE, "a", "b", suspect=-0.5)
        self.record.word(OFFICE, letter, "held", by="b")
        void = self.last()
        self.record.accept(OFFICE, PAPER, keys)
        self.record.accept(OFFICE, PAPER, keys, by="b")
        self.record.word(OFFICE, letter, "lift", by="b", lifts=error)
        self.record.word(OFFICE, letter, "withdrawn", by="b")
        self.assertVoid(
            (void, f"{OFFICE} is no voice on this document"),
            (void + 1, "no signature by a key in force"),
            (void + 3, "lifts a word that is not in force"),
        )


if __name__ == "__main__":
    unittest.main()
