"""The lines of each kind of statement: docs/record.md section 2, as a table.

Which lines go together within a statement is in together.py.
"""

import re

from atoms import (
    date,
    digest,
    document_name,
    forms,
    issuer_key,
    language,
    media_type,
    name_shape,
    number,
    one_of,
    origin,
    printable,
    time,
)
from notes import Malformed, parse_number, parse_vkey

MOST_PASSAGES = 16
MOST_ADMISSIONS = 64
MOST_PROOFS = 16
MOST_WITHHELD = 64
MOST_KEYS, MOST_RECOVERY_KEYS = 16, 8
MOST_TRANSLATIONS = 7
MOST_DAILY = 1_000_000
LEAVES = [str(1 << bits) for bits in range(4, 17)]
SMALL_BLOB, REMARK_BLOB, EVIDENCE_BLOB = 1024, 16 * 1024, 64 * 1024
CHECKPOINT_BLOB, TEXT_BLOB = 256 * 1024, 4 * 1024 * 1024

GENRES = (
    "letter statement release order report notice decision speech caption document"
).split()
FIRST_WORDS = ["issued", "disowned", "attributed"]
SUCCESSIONS = ["corrected", "superseded"]
STANDINGS = ["issued", *SUCCESSIONS, "held", "withdrawn", "in-error", "disowned"]
ACTS = (
    "document attributed draft rendition issued corrected superseded held withdrawn "
    "in-error disowned lift comment note acceptance keys"
).split()


def blob(limit):
    def check(value):
        length, _, sha256 = value.partition(" ")
        digest(sha256)
        if parse_number(length, "length of a blob") > limit:
            raise Malformed(f"a blob of {length} bytes, at most {limit}")

    check.limit = limit
    return check


def or_none(check, none="none"):
    """`none`, or what the check takes."""

    def checked(value):
        if value != none:
            check(value)

    if hasattr(check, "limit"):
        checked.limit = check.limit
    return checked


def manifest(value):
    size, _, sha256 = value.partition(" ")
    digest(sha256)
    number(size)


def daily(value):
    if not 1 <= parse_number(value, "number") <= MOST_DAILY:
        raise Malformed(f"not a number from 1 to {MOST_DAILY}: {value!r}")


def admission(value):
    issuer, _, key = value.partition(" ")
    name_shape(issuer)
    issuer_key(key, issuer)


def proof(value):
    """`<name> <id> <method> <superior>`."""
    parts = value.split(" ")
    if len(parts) != 4:
        raise Malformed(f"not a proof of a name: {value!r}")
    name_shape(parts[0])
    digest(parts[1])
    one_of(["dns", "dnssec", "https"])(parts[2])
    or_none(name_shape, "-")(parts[3])


def listed_key(value):
    """`<vkey>` or `<vkey> <time>`."""
    key, space, expires = value.partition(" ")
    issuer_key(key)
    if space:
        time(expires)


def rule(value):
    """`<act> <m>`; how great m may be is seen beside the keys."""
    if not re.fullmatch(r"[a-z-]+ [1-9][0-9]?", value):
        raise Malformed(f"not a rule: {value!r}")
    one_of(["all", *ACTS])(value.split(" ")[0])


# A row: the keys of a group of lines with the check of each, and how often the group
# may come, least and most.


def once(key, check):
    return [(key, check)], 1, 1


def maybe(key, check):
    return [(key, check)], 0, 1


def many(key, check, most, least=0):
    return [(key, check)], least, most


def pairs(first, second, most):
    return [first, second], 0, most


RECORD = once("record", origin)
SPOKEN = [RECORD, once("speaker", name_shape)]
FOR_A_NAME = [*SPOKEN, maybe("subordinate", name_shape)]
ON_DOCUMENT = [*SPOKEN, once("document", digest)]
REASON = ("reason", blob(REMARK_BLOB))
REMARK = [*ON_DOCUMENT, once("lang", language), once("text", blob(REMARK_BLOB))]
TEXT = [
    once("forms", forms),
    once("search", digest),
    once("comparison", digest),
    once("title", blob(SMALL_BLOB)),
    once("text", blob(TEXT_BLOB)),
]
LINES = {
    "record": [
        RECORD,
        maybe("log-key", parse_vkey),
        maybe("rule", one_of(["1"])),
        maybe("suffix-version", printable),
        maybe("suffixes", blob(TEXT_BLOB)),
        maybe("manifest", or_none(manifest)),
        maybe("map", or_none(digest)),
        maybe("checkpoint", or_none(blob(CHECKPOINT_BLOB))),
        maybe("open", daily),
        many("admit", admission, MOST_ADMISSIONS),
        pairs(("proof", proof), ("evidence", blob(EVIDENCE_BLOB)), MOST_PROOFS),
        many("withhold", number, MOST_WITHHELD),
        maybe(*REASON),
    ],
    "keys": [
        *FOR_A_NAME,
        once("previous", or_none(digest)),
        many("key", listed_key, MOST_KEYS, least=1),
        many("rule", rule, 1 + len(ACTS), least=1),
        many("recovery", issuer_key, MOST_RECOVERY_KEYS),
        maybe("home", origin),
        maybe("superior", name_shape),
    ],
    "acceptance": [*SPOKEN, once("subordinate", name_shape), once("keys", digest)],
    "revocation": [
        *FOR_A_NAME,
        once("key", issuer_key),
        maybe("suspect", time),
        once("lang", language),
        once(*REASON),
    ],
    "commitment": [*SPOKEN, once("leaves", one_of(LEAVES)), once("root", digest)],
    "document": [
        *SPOKEN,
        once("name", document_name),
        once("word", one_of(FIRST_WORDS)),
        maybe("previous", digest),
        maybe("replaces", digest),
        maybe("attributed-to", name_shape),
        maybe("reported", one_of([*STANDINGS, "draft"])),
        once("genre", one_of(GENRES)),
        once("lang", language),
        maybe("date", date),
        maybe("effective", time),
        *TEXT,
        maybe(*REASON),
        maybe("source", blob(REMARK_BLOB)),
    ],
    "opening": [
        *SPOKEN,
        once("name", document_name),
        once("commitment", digest),
        once("genre", one_of(GENRES)),
        once("lang", language),
        maybe("date", date),
        *TEXT,
        once("proof", blob(TEXT_BLOB)),
    ],
    "rendition": [
        *ON_DOCUMENT,
        once("lang", language),
        once("media", media_type),
        once("bytes", number),
        once("sha256", digest),
        maybe("forms", forms),
        maybe("search", digest),
        maybe("comparison", digest),
        maybe("text", blob(TEXT_BLOB)),
    ],
    "standing": [
        *ON_DOCUMENT,
        once("previous", digest),
        once("word", one_of([*STANDINGS, "lift"])),
        maybe("replaced-by", digest),
        maybe("lifts", digest),
        once("lang", language),
        maybe("effective", time),
        many("passage", blob(REMARK_BLOB), MOST_PASSAGES),
        maybe(*REASON),
        pairs(("lang", language), REASON, MOST_TRANSLATIONS),
    ],
    "comment": REMARK,
    "note": REMARK,
}


def known_keys(kind):
    return {key for group, _, _ in LINES[kind] for key, _ in group}


def blob_fields(kind):
    checks = [pair for group, _, _ in LINES[kind] for pair in group]
    return {key for key, check in checks if hasattr(check, "limit")}
