"""Random statements on keys: for random_log.py."""

from sample_log import LOG, ORIGIN, statement, statement_id
from tables import ACTS


class RandomAuthority:
    """Makes `keys`, acceptances and revocations."""

    def make_keys(self, speaker):
        name, lines = speaker, []
        under = [n for n in self.names if speaker in self.view.superiors(n, self.here())]
        if under and self.often(0.25):
            name = self.pick(under)
            lines = [("subordinate", name)]
        present = self.view.in_force(name, self.here())
        first = present is None or self.often(0.12)
        lines += [("previous", "none" if first else self.last_keys(name))]
        lines += self.make_lists(name, present)
        if first and present and self.often():
            self.admit(name, [value.split(" ")[0] for key, value in lines if key == "key"])
        if first and self.often(0.4):
            self.prove(name, [("record", ORIGIN), ("speaker", name), *lines])
        return lines

    def last_keys(self, name):
        last = self.view.history(name)[-1:]
        return last[0].act.statement.id if last and self.often(0.95) else "e" * 64

    def make_lists(self, name, present):
        """The keys, rules, recovery keys and superior of a `keys` statement."""
        pool = self.random.sample(self.pool(name, present), 4)
        kept = [self.by_vkey[vkey] for _, vkey in present.list.recovery] if present else []
        recovery = kept if kept and self.often(0.7) else pool[: self.pick([0, 1, 1, 1])]
        listed = [key for key in pool if key not in recovery][: self.pick([1, 2, 2, 3])]
        lines = []
        for key in listed:
            expires = f" {self.time(self.pick([-1, 40, 300]))}" if self.often(0.1) else ""
            lines.append(("key", f"{key.vkey}{expires}"))
        lines += [("rule", line) for line in self.make_rules(len(listed), present)]
        lines += [("recovery", key.vkey) for key in recovery]
        superior = present.list.superior if present else None
        if not present or self.often(0.25):
            superior = self.pick([None, None, *self.names])
        return lines + ([("superior", superior)] if superior else [])

    def pool(self, name, present):
        """Of the keys of a name those that nobody revoked; first the admitted ones."""
        revoked = {one.statement.get("key") for one in self.view.revocations}
        good = [key for key in self.keys[name] if key.vkey not in revoked or self.often(0.05)]
        found = good if present else good[:4]
        return found if len(found) >= 4 else self.keys[name]

    def make_rules(self, most, present):
        of_keys = self.random.randint(1, most)
        if present and self.often(0.7):
            of_keys = min(most, present.list.takes("keys"))
        all = self.random.randint(1, of_keys)
        rules = {
            act: self.random.randint(1, of_keys) for act in ACTS[:-1] if self.often(0.15)
        }
        rules["keys"] = of_keys
        return [f"all {all}", *(f"{act} {rules[act]}" for act in ACTS if act in rules)]

    def admit(self, name, vkeys):
        """Admits keys anew, for a claim."""
        lines = [("admit", f"{name} {vkey}") for vkey in vkeys]
        self.append(statement("record", ("record", ORIGIN), *lines), LOG)

    def prove(self, name, lines):
        """Logs a proof of the name for the keys with these lines."""
        superior = next((value for key, value in lines if key == "superior"), "-")
        superior = superior if self.often(0.8) else self.pick(["-", *self.names])
        id = statement_id(statement("keys", *lines))
        # What was sealed so far is for the next entry, and this one comes before it.
        index = len(self.entries)
        proof = ("proof", f"{name} {id} dns {superior}")
        evidence = self.blob(index, "evidence", b"erratum/v1 evidence\n")
        self.append(statement("record", ("record", ORIGIN), proof, evidence), LOG)

    def accepting(self):
        """Who has something to accept, or to consent to."""
        return [speaker for speaker in self.names if self.acceptable(speaker)]

    def acceptable(self, speaker):
        """The keys that name it, or name another where it is the present superior."""
        found = []
        for name in self.names:
            present = self.view.superior(name, self.here())
            accepted = {act.statement.id for act in self.view.acceptances(name)}
            for keys in self.view.history(name)[-2:]:
                if present == speaker or keys.superior == speaker:
                    lines = [("record", ORIGIN), ("speaker", speaker), ("subordinate", name)]
                    text = statement("acceptance", *lines, ("keys", keys.act.statement.id))
                    if keys.superior and statement_id(text) not in accepted:
                        found.append(keys)
        return found

    def make_acceptance(self, speaker):
        known = [k for n in self.names for k in self.view.history(n)]
        keys = self.pick(self.acceptable(speaker)) or self.pick(known)
        if keys is None:
            return [("subordinate", self.pick(self.names)), ("keys", "a" * 64)]
        return [("subordinate", keys.act.name), ("keys", keys.act.statement.id)]

    def make_revocation(self, speaker):
        name, lines = speaker, []
        under = [n for n in self.names if speaker in self.view.superiors(n, self.here())]
        if under and self.often(0.3):
            name = self.pick(under)
            lines = [("subordinate", name)]
        listed = [v for keys in self.view.history(name) for _, v in keys.list.all()]
        recent = [v for act in self.now.history(name)[-3:] for _, v in act.signers.keys]
        recent = [vkey for vkey in recent if vkey in listed]
        listed = recent if recent and self.often(0.6) else listed
        key = self.pick(listed if self.often(0.95) else [], self.keys[name][-1].vkey)
        lines.append(("key", key))
        if self.often(0.75):
            hours = self.pick([0, -1, -20, -80, -200, -335, -335, -335] * 3 + [-340, 1])
            lines.append(("suspect", self.time(hours)))
        return [*lines, ("lang", "en"), self.sealed("reason")]

    def signers_on_keys(self, statement):
        """Who signs `keys` or a revocation."""
        speaker, name = statement.get("speaker"), statement.name()
        if statement.get("previous") == "none":
            listed = [value.split(" ")[0] for value in statement.all("key")]
            return [self.by_vkey[vkey] for vkey in listed if self.often(0.95)] or [LOG]
        revoked = statement.get("key") if statement.kind == "revocation" else None
        keys = self.view.in_force(name, self.here())
        signers = self.enough(speaker, "keys", revoked)
        if speaker == name and keys and keys.list.recovery and self.often(0.5):
            recovery = self.by_vkey[self.pick(keys.list.recovery)[1]]
            signers = [recovery, *(signers if self.often(0.2) else [])]
        elif revoked and self.often(0.3):
            signers = [self.by_vkey[revoked], *(signers if self.often(0.2) else [])]
        return signers or self.keys[speaker][:2]
