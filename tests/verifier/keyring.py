"""Whose key counts at which entry: docs/record.md sections 2 to 4.

Follows the statements in the order of the log: the log key, the admissions and
the `keys`. What is not valid at its place counts for nothing and is a fault.
Does not know whether a speaker may say what it says.
"""

from notes import Malformed, parse_vkey


class Keyring:
    """Follows a log from entry 0 and knows whose keys count at each entry."""

    def __init__(self, origin_name, pinned=None):
        self.origin = origin_name
        self.log_key = pinned
        self.pinned = pinned
        self.admitted = set()
        self.keys = {}
        self.only_copied = set()  # whose keys were meant for another record
        self.seen = {}
        self.latest = ""

    def accept(self, index, entry):
        """Checks one entry in its place; raises Malformed, or takes what it says."""
        earlier = self.latest
        self.latest = max(earlier, entry.logged)
        if entry.logged < earlier:
            raise Malformed(f"logged {entry.logged}, but an entry before it {earlier}")
        self._accept_statement(index, entry)

    def _accept_statement(self, index, entry):
        statement = entry.statement
        if statement.id in self.seen:
            raise Malformed(f"repeats the statement of entry {self.seen[statement.id]}")
        if (index == 0) != (statement.get("log-key") is not None):
            raise Malformed(f"a `{statement.kind}` that cannot stand at entry {index}")
        if statement.kind == "record":
            self._accept_record(entry)
        elif statement.kind == "keys":
            self._accept_keys(entry)
        else:
            self._check_signed(entry, self.keys.get(statement.get("speaker"), []))
            if statement.kind == "acceptance" and self._is_copied(statement):
                raise Malformed(f"an acceptance in the record {statement.get('record')!r}")
        self.seen[statement.id] = index

    def _check_signed(self, entry, keys):
        speaker = entry.statement.get("speaker") or "the log"
        if not keys:
            raise Malformed(f"{speaker} has no key in this record at this point")
        try:
            entry.note.verify(keys)
        except Malformed as error:
            raise Malformed(f"not signed by {speaker}: {error}") from error

    def _accept_record(self, entry):
        statement = entry.statement
        if self._is_copied(statement):
            raise Malformed(f"speaks of the record {statement.get('record')!r}")
        own = statement.get("log-key")
        if own and self.pinned and own != self.pinned.text:
            raise Malformed(f"names the log key {own}, not the pinned one")
        if own and self.log_key is None:
            self.log_key = parse_vkey(own)
        self._check_signed(entry, [self.log_key] if self.log_key else [])
        for admitted in statement.all("admit"):
            self.admitted.add(tuple(admitted.split(" ")))

    def _accept_keys(self, entry):
        statement = entry.statement
        speaker, key = statement.get("speaker"), statement.get("key")
        self._check_signed(entry, [parse_vkey(key)])
        if (speaker, key) not in self.admitted:
            raise Malformed(f"the key {key} is not admitted for {speaker}")
        copied = self._is_copied(statement)
        if speaker in self.keys and (copied or speaker not in self.only_copied):
            raise Malformed(f"{speaker} has keys already")
        self.keys[speaker] = [parse_vkey(key)]
        (self.only_copied.add if copied else self.only_copied.discard)(speaker)

    def _is_copied(self, statement):
        """Whether it was meant for another record."""
        return statement.get("record") != self.origin
