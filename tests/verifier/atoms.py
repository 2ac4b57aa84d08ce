"""The atoms of docs/record.md section 1: each check refuses a value that is not of
its form. What the values mean is not known here.
"""

import datetime
import re

from notes import Malformed, parse_number, parse_vkey

LATEST = "9999-12-30T21:59:59.999Z"


def pattern(regex, what):
    compiled = re.compile(regex)

    def check(value):
        if not compiled.fullmatch(value):
            raise Malformed(f"not {what}: {value!r}")

    return check


def one_of(words):
    def check(value):
        if value not in words:
            raise Malformed(f"{value!r} is none of {', '.join(words)}")

    return check


digest = pattern(r"[0-9a-f]{64}", "a digest")
origin = pattern(r"[!-*,-~]{1,200}", "an origin")
language = pattern(
    r"(?=.{2,35}$)[A-Za-z0-9]{2,8}(-[A-Za-z0-9-]*)?", "a language tag"
)
media_type = pattern(r"(?=.{3,127}$)[a-z0-9.+-]+/[a-z0-9.+-]+", "a media type")
printable = pattern(r"[!-~]{1,64}", "printable text without spaces, up to 64 bytes")
TABLES = "nfkc fold skeleton category script segments".split()
forms = pattern(
    "v1" + "".join(f" {table}=[0-9.]{{1,16}}" for table in TABLES),
    "a version of the forms",
)
label = pattern(r"[a-z0-9-]{1,64}", "a key's label")
name_shape = pattern(
    r"(?=.{1,253}$)"
    r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+"
    r"(?![0-9]+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
    "a name",
)
path_shape = pattern(r"[a-z0-9_./-]{1,200}", "a path")


def number(value):
    parse_number(value, "number")


def date(value):
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise Malformed(f"not a date: {value!r}")
    try:
        datetime.date.fromisoformat(value)
    except ValueError as error:
        raise Malformed(f"not a date: {value!r}") from error


def time(value):
    shape = r"([0-9]{4})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z"
    match = re.fullmatch(shape, value)
    if not match or int(match[1]) < 1970 or value > LATEST:
        raise Malformed(f"not a time: {value!r}")
    try:
        datetime.datetime.strptime(value[:19], "%Y-%m-%dT%H:%M:%S")
    except ValueError as error:
        raise Malformed(f"not a time: {value!r}") from error


def document_name(value):
    issuer, _, path = value.partition("/")
    name_shape(issuer)
    path_shape(path)
    if any(part in ("", ".", "..") for part in path.split("/")):
        raise Malformed(f"not a path: {path!r}")


def issuer_key(value, issuer=None):
    """A vkey named `<issuer>/<label>`."""
    owner, _, tag = parse_vkey(value).name.partition("/")
    name_shape(owner)
    label(tag)
    if issuer is not None and owner != issuer:
        raise Malformed(f"a key of {owner}, not of {issuer}")
