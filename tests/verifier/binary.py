"""The built `erratum`, for the tests that hold the two readers against each other."""

import os
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/northern-letter"


def erratum(*arguments, stdin=b""):
    """Runs the binary that ERRATUM_BIN names; (exit status, output, errors) as bytes."""
    path = os.environ.get("ERRATUM_BIN")
    if not path or not pathlib.Path(path).is_file():
        raise unittest.TestCase.failureException(
            f"ERRATUM_BIN must name the built erratum binary, and is {path!r}; "
            "scripts/test builds it and sets it"
        )
    command = [path, *(str(argument) for argument in arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, timeout=120)
    return done.returncode, done.stdout, done.stderr
