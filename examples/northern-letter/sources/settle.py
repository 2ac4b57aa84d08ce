"""Gives a PDF a fixed date and a fixed identifier, changing no length, so that its offsets stay right.

usage: settle.py FILE.pdf YYYY-MM-DDTHH:MM:SS     (UTC)
"""

import hashlib
import re
import sys
from pathlib import Path

DATE = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)\d{14}")
IDENTIFIER = re.compile(rb"(?<=<)[0-9A-Fa-f]{32}(?=>)")
CHECKSUM = re.compile(rb"(/DocChecksum ?/)([0-9A-Fa-f]{32})")


def settle(data, moment):
    """The same file with the given date, and identifiers that follow from its bytes."""
    digits = re.sub(rb"[^0-9]", b"", moment.encode())
    data = DATE.sub(rb"\g<1>" + digits, data)
    trailer = data.rindex(b"trailer")
    digest = hashlib.sha256(data[:trailer]).hexdigest()[:32].encode()
    tail = IDENTIFIER.sub(digest.upper(), data[trailer:])
    return data[:trailer] + CHECKSUM.sub(rb"\g<1>" + digest.upper(), tail)


def main():
    path = Path(sys.argv[1])
    before = path.read_bytes()
    after = settle(before, sys.argv[2])
    if len(after) != len(before):
        sys.exit(f"{path}: the length changed from {len(before)} to {len(after)}")
    path.write_bytes(after)


if __name__ == "__main__":
    main()
