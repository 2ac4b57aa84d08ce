"""Runs the verifier's command, for the tests."""

import contextlib
import io

import verify_record


def run(*arguments):
    """(exit status, lines) of the command."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = verify_record.main([str(argument) for argument in arguments])
    return status, out.getvalue().splitlines()
