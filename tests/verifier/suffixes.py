"""The public suffix list of a record: docs/record.md section 4, and the algorithm of
publicsuffix.org/list.
"""

SECTIONS = ("===BEGIN ICANN DOMAINS===", "===BEGIN PRIVATE DOMAINS===")


class Suffixes:
    """The rules of a list; of a text that is none, no rules."""

    def __init__(self, text):
        self.rules, self.exceptions = set(), set()
        inside = False
        for line in text.split("\n"):
            if any(section in line for section in SECTIONS):
                inside = True
            elif inside and line.strip() and not line.startswith("//"):
                rule = line.split()[0]
                into = self.exceptions if rule.startswith("!") else self.rules
                into.add(rule.removeprefix("!"))

    def is_list(self):
        return bool(self.rules or self.exceptions)

    def registrable(self, name):
        """The public suffix of a name and one label more; None if it has no such label."""
        if not self.is_list():
            return None
        labels = name.split(".")
        length = self._suffix_length(labels) + 1
        return ".".join(labels[-length:]) if length <= len(labels) else None

    def _suffix_length(self, labels):
        """How many labels the public suffix has: one where no rule fits."""
        for start in range(len(labels)):
            if ".".join(labels[start:]) in self.exceptions:
                return len(labels) - start - 1
        for start in range(len(labels)):
            wild = ".".join(["*", *labels[start + 1 :]])
            if ".".join(labels[start:]) in self.rules or wild in self.rules:
                return len(labels) - start
        return 1
