"""Rules that tie the lines of one statement to each other: docs/record.md section 2."""

from atoms import issuer_key
from notes import Malformed, parse_vkey
from tables import ACTS, SUCCESSIONS


def check_together(statement):
    RULES.get(statement.kind, lambda _: None)(statement)


def _exactly_with(statement, key, condition, why):
    """The line stands there if and only if the condition holds."""
    if (statement.get(key) is not None) != condition:
        verb = "needs" if condition else "may not have"
        raise Malformed(f"{why} {verb} a line `{key}`")


def _only_with(statement, key, condition, why):
    if statement.get(key) is not None and not condition:
        raise Malformed(f"{why} may not have a line `{key}`")


def _all_or_none(statement, keys):
    present = [key for key in keys if statement.get(key) is not None]
    if present and len(present) < len(keys):
        missing = next(key for key in keys if key not in present)
        raise Malformed(f"line `{present[0]}` without line `{missing}`")


def _check_record(statement):
    epoch = ["manifest", "map", "checkpoint"]
    if statement.get("log-key") is not None:
        _all_or_none(statement, ["log-key", "rule", *epoch])
        _exactly_with(statement, "suffixes", True, "the first `record`")
        for key in epoch:
            if statement.get(key) != "none":
                raise Malformed(f"line `{key}`: not `none` beside a line `log-key`")
    else:
        _exactly_with(statement, "rule", False, "a later `record`")
        _exactly_with(statement, "open", False, "a later `record`")
        _all_or_none(statement, epoch)
        for key in epoch[1:]:
            if statement.get(key) == "none":
                raise Malformed(f"line `{key}`: `none` without a line `log-key`")
    _all_or_none(statement, ["suffix-version", "suffixes"])
    withheld = [int(entry) for entry in statement.all("withhold")]
    if withheld != sorted(set(withheld)):
        raise Malformed("line `withhold`: not in ascending order")
    _exactly_with(statement, "reason", bool(withheld), "a `record`")
    if len(statement.lines) == 1:
        raise Malformed("a `record` that says nothing")


def _check_keys(statement):
    listed = [value.split(" ")[0] for value in statement.all("key")]
    keys = [*listed, *statement.all("recovery")]
    for key in keys:
        issuer_key(key, statement.name())
    vkeys = [parse_vkey(key) for key in keys]
    for one in ("name", "public"):
        if len({getattr(vkey, one) for vkey in vkeys}) < len(vkeys):
            raise Malformed("two keys with the same label, or the same key twice")
    _check_rules([value.split(" ") for value in statement.all("rule")], len(listed))


def _check_rules(rules, keys):
    acts = [act for act, _ in rules]
    if acts[0] != "all":
        raise Malformed(f"line `rule`: `all` comes first, not `{acts[0]}`")
    places = [ACTS.index(act) if act != "all" else -1 for act in acts]
    if places != sorted(set(places)):
        raise Malformed("line `rule`: an act twice or out of order")
    numbers = {act: int(m) for act, m in rules}
    if max(numbers.values()) > keys:
        raise Malformed(f"line `rule`: more signatures than the {keys} keys")
    of_keys = numbers.get("keys", numbers["all"])
    if any(numbers.get(act, numbers["all"]) > of_keys for act in ACTS):
        raise Malformed("line `rule`: an act takes more signatures than `keys`")


def _check_revocation(statement):
    issuer_key(statement.get("key"), statement.name())


def _check_own_name(statement):
    speaker, issuer = statement.get("speaker"), statement.get("name").split("/")[0]
    if issuer != speaker:
        raise Malformed(f"line `name`: of {issuer}, but {speaker} speaks")


def _check_document(statement):
    word = statement.get("word")
    named = f"a document with the word `{word}`"
    _check_own_name(statement)
    _only_with(statement, "replaces", word == "issued", named)
    replaces = statement.get("replaces") is not None
    which = "a document that replaces one" if replaces else "a document that replaces none"
    _exactly_with(statement, "previous", replaces, which)
    _exactly_with(statement, "attributed-to", word == "attributed", named)
    _exactly_with(statement, "reported", word == "attributed", named)
    _exactly_with(statement, "reason", word == "disowned", named)
    _exactly_with(statement, "source", word == "attributed", named)


def _check_rendition(statement):
    _all_or_none(statement, ["forms", "search", "comparison", "text"])


def _check_standing(statement):
    word = statement.get("word")
    named = f"the word `{word}`"
    _exactly_with(statement, "replaced-by", word in SUCCESSIONS, named)
    _exactly_with(statement, "lifts", word == "lift", named)
    reasons, langs = len(statement.all("reason")), len(statement.all("lang"))
    if reasons != langs and (word != "issued" or reasons or langs > 1):
        raise Malformed(f"{named} needs a line `reason`")


RULES = {
    "record": _check_record,
    "keys": _check_keys,
    "revocation": _check_revocation,
    "document": _check_document,
    "opening": _check_own_name,
    "rendition": _check_rendition,
    "standing": _check_standing,
}
