"""The manifest of the index: docs/record.md section 6. What is in a segment is not
looked at.
"""

import hashlib

from atoms import digest
from merkle import root_hash
from notes import Malformed, parse_number

MANIFEST = "match/manifest"


def parse_manifest(raw):
    """(size, root, segment's file, its bytes, its digest)."""
    lines = raw.decode("ascii", "replace").split("\n")
    words = [line.split(" ") for line in lines]
    if [len(line) for line in words] != [2, 3, 4, 1] or lines[0] != "erratum/v1 index" or lines[3]:
        raise Malformed("not a manifest")
    (log, size, root), (segment, name, length, sha256) = words[1:3]
    if log != "log" or segment != "segment" or name != f"match/{size}.segment":
        raise Malformed("not a manifest")
    digest(root)
    digest(sha256)
    return parse_number(size, "log"), root, name, parse_number(length, "segment"), sha256


def check_index(folder, epoch, tree):
    """The index that lies there is the one that the latest epoch names."""
    raw, report = folder.read(MANIFEST), folder.report
    committed = epoch.manifest if epoch else None
    if raw is None:
        if committed:
            report.fault(MANIFEST, "missing")
        return
    try:
        size, root, name, length, sha256 = parse_manifest(raw)
    except Malformed as error:
        report.fault(MANIFEST, error)
        return
    if committed != f"{size} {hashlib.sha256(raw).hexdigest()}":
        report.fault(MANIFEST, "no epoch commits to it")
        return
    if size > tree.count(0) or root != root_hash(tree.node, size).hex():
        report.fault(MANIFEST, "its root is not that of the log")
    segment = folder.read(name)
    if segment is None:
        report.fault(name, "missing")
    elif (len(segment), hashlib.sha256(segment).hexdigest()) != (length, sha256):
        report.fault(name, "is not the segment that the manifest names")
