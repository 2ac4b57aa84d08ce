"""Whether an opening holds: docs/record.md section 10."""

import hashlib

from drafts import check_opening
from notes import Malformed


def check_opened(statement, contents):
    """Holds text and proof of an opening against the commitment that it names.

    `contents` are those of its blobs in order, all of them opened.
    """
    found = dict(zip((blob.field for blob in statement.blobs()), contents))
    proof = found["proof"].decode("utf-8")
    leaves, root = (line.partition(" ")[2] for line in (proof + "\n\n").split("\n")[:2])
    head = [f"{key} {statement.get(key)}\n" for key in ("record", "speaker")]
    committed = "".join(
        ["erratum/v1 commitment\n", *head, f"leaves {leaves}\n", f"root {root}\n"]
    )
    if hashlib.sha256(committed.encode()).hexdigest() != statement.get("commitment"):
        raise Malformed("proof: of another commitment than the opening names")
    check_opening(proof, found["text"].decode("utf-8"), leaves, root)
