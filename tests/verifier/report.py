"""What a check found: faults, or the lines to print without any."""

import pathlib
from dataclasses import dataclass, field


class Unreadable(Exception):
    """There is nothing that could be checked."""


@dataclass
class Report:
    """What was found: the faults, and the line (or lines) to print without any."""

    faults: list = field(default_factory=list)
    summary: list = field(default_factory=list)

    def fault(self, where, what):
        self.faults.append(f"{where}: {what}")


def must_read(path):
    try:
        return pathlib.Path(path).read_bytes()
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from error
