"""What matters of the blobs of a `record` statement: the suffix list, and the
checkpoint of an epoch.
"""

from dataclasses import dataclass

from notes import Malformed, parse_checkpoint
from suffixes import Suffixes


@dataclass
class Attached:
    """What they hold, where they are there."""

    suffixes: object = None
    checkpoint: object = None


def attach(statement, contents, log_key):
    """What the blobs of a `record` statement hold; `contents` is None where one is closed."""
    attached = Attached()
    for blob, content in zip(statement.blobs(), contents):
        if blob.field == "suffixes" and content is not None:
            attached.suffixes = Suffixes(content.decode("utf-8"))
        elif blob.field == "checkpoint" and content is not None and log_key:
            attached.checkpoint = open_checkpoint(content, log_key)
    return attached


def open_checkpoint(content, log_key):
    """A checkpoint that the log key signed; None if it is none."""
    try:
        checkpoint = parse_checkpoint(content)
        checkpoint.verify(log_key)
    except Malformed:
        return None
    return checkpoint
