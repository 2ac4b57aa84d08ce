"""Former superiors, their consent, and chains of superiors, in both readers."""

import unittest

from sample_authority import MINISTRY, OFFICE, PAPER, PRESS, Case

COURT, UNIT = "court.example", "unit.office.example"


class Consent(Case):
    def setUp(self):
        super().setUp()
        for name in (COURT, UNIT):
            self.record.admit(name, "a")
            self.record.say_keys(name, "a")
        self.papers = self.record.say_keys(PAPER, "a")
        self.record.say_keys(MINISTRY, "a")
        self.record.say_keys(PRESS, "a")
        self.keys = self.record.say_keys(OFFICE, "a", superior=PAPER)
        self.record.accept(PAPER, OFFICE, self.keys)
        self.letter = self.record.issue(OFFICE)

    def move(self, former, successor):
        """The office names another superior, to which the former one consents."""
        more = {"previous": self.keys, "superior": successor}
        self.keys = self.record.say_keys(OFFICE, "a", **more)
        self.record.accept(former, OFFICE, self.keys)
        self.record.accept(successor, OFFICE, self.keys)
        self.record.wait(73)

    def test_a_successor_that_nobody_consented_to(self):
        held = self.record.word(PAPER, self.letter, "held")
        keys = self.record.say_keys(OFFICE, "a", previous=self.keys, superior=COURT)
        self.record.accept(COURT, OFFICE, keys)
        self.record.wait(73)
        self.record.word(COURT, self.letter, "lift", lifts=held)
        void = self.last()
        self.record.word(PAPER, self.letter, "lift", held, lifts=held)
        self.assertVoid((void, f"lifts a word of {PAPER}"))

    def test_consent_to_one_that_consents_to_the_next(self):
        held = self.record.word(PAPER, self.letter, "held")
        self.move(PAPER, COURT)
        error = self.record.word(COURT, self.letter, "in-error")
        self.move(COURT, PRESS)
        lift = self.record.word(PRESS, self.letter, "lift", lifts=error)
        self.record.word(MINISTRY, self.letter, "lift", lifts=held)
        self.record.word(PRESS, self.letter, "lift", lift, lifts=held)
        self.assertVoid((self.last(), "lifts a word that is not in force"))

    def test_who_stands_above_the_successor(self):
        held = self.record.word(PAPER, self.letter, "held")
        self.move(PAPER, PRESS)
        self.record.word(MINISTRY, self.letter, "lift", lifts=held)
        self.assertValid()

    def test_documents_of_those_below(self):
        letter = self.record.issue(UNIT, comparison="3" * 64)
        held = self.record.word(PAPER, letter, "held")
        self.move(PAPER, COURT)
        self.record.word(COURT, letter, "lift", lifts=held)
        self.assertValid()

    def test_a_former_superior_that_consented_and_stands_above_again(self):
        self.move(PAPER, COURT)
        held = self.record.word(COURT, self.letter, "held")
        keys = self.record.say_keys(PAPER, "a", previous=self.papers, superior=COURT)
        self.record.accept(COURT, PAPER, keys)
        self.move(COURT, PAPER)
        self.record.wait(73)
        self.record.word(PAPER, self.letter, "lift", lifts=held)
        self.assertVoid((self.last(), f"lifts a word of {COURT}"))

    def test_an_issued_of_the_successor(self):
        held = self.record.word(PAPER, self.letter, "held")
        self.move(PAPER, COURT)
        issued = self.record.word(COURT, self.letter, "issued")
        self.record.word(COURT, self.letter, "lift", issued, lifts=held)
        self.assertVoid((self.last(), "lifts a word that is not in force"))


class Chains(Case):
    def chain(self, names):
        """Each is the accepted superior of the one before it."""
        keys = {}
        for name, superior in zip(names, [*names[1:], None]):
            self.record.admit(name, "a")
            keys[name] = self.record.say_keys(name, "a", superior=superior)
        for name, superior in zip(names, names[1:]):
            self.record.accept(superior, name, keys[name])

    def test_a_chain_ends_after_eight(self):
        names = [f"n{number}.example" for number in range(10)]
        self.chain(names)
        letter = self.record.issue(names[0])
        self.record.word(names[8], letter, "held")
        self.record.word(names[9], letter, "held")
        self.assertVoid((self.last(), f"{names[9]} is no voice on this document"))

    def test_keys_from_any_rank_above(self):
        names = [f"n{number}.example" for number in range(5)]
        self.chain(names)
        for speaker in names[1:]:
            office = f"under-{speaker}"
            self.record.admit(office, "a")
            theirs = self.record.say_keys(office, "a", superior=names[0])
            self.record.accept(names[0], office, theirs)
            more = {"speaker": speaker, "previous": theirs, "superior": names[0], "by": "a"}
            self.record.say_keys(office, "b", **more)
            self.record.issue(office, by="b")
        self.assertValid()


if __name__ == "__main__":
    unittest.main()
