"""The built `erratum` at a terminal of its own, a pseudo-terminal, for the tests."""

import os
import pathlib
import pty
import select
import termios
import time

# So many seconds a step may take before the test fails.
PATIENCE = 120


class Terminal:
    """A command that runs in a folder with a terminal, its only one."""

    def __init__(self, folder, *arguments):
        binary = os.environ["ERRATUM_BIN"]
        command = [str(pathlib.Path(binary).resolve()), *(str(argument) for argument in arguments)]
        variables = {key: value for key, value in os.environ.items() if not key.startswith("ERRATUM_")}
        self.shown = b""
        self.waited_for = 0
        self.process, self.master = pty.fork()
        if self.process == 0:
            try:
                os.chdir(folder)
                os.execve(command[0], command, variables)
            finally:
                os._exit(127)

    def _read(self, until):
        """Reads what is shown until it ends, or `until` says that it is enough."""
        end = time.monotonic() + PATIENCE
        while not until():
            ready, _, _ = select.select([self.master], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError(f"nothing more is shown after {self.shown!r}")
            try:
                part = os.read(self.master, 4096)
            except OSError:  # Linux says so when nobody holds the other side any more.
                part = b""
            if not part:
                return
            self.shown += part

    def wait_for(self, text):
        """Waits until this text is shown, after what was waited for before, and nothing is echoed."""
        wanted = text.encode()
        self._read(lambda: wanted in self.shown[self.waited_for :])
        place = self.shown.find(wanted, self.waited_for)
        if place < 0:
            raise AssertionError(f"it ends before {text!r}, with {self.shown!r}")
        self.waited_for = place + len(wanted)
        end = time.monotonic() + PATIENCE
        while self.echoes():
            if time.monotonic() > end:
                raise AssertionError(f"it asks {text!r}, and the terminal echoes")
            time.sleep(0.01)

    def echoes(self):
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self.master)[3] & termios.ECHO)

    def type(self, text):
        os.write(self.master, f"{text}\n".encode())

    def about(self, what):
        """What anybody can look up of the process while it runs."""
        return pathlib.Path(f"/proc/{self.process}/{what}").read_bytes()

    def end(self):
        """Waits for the end; (exit status, all that was shown)."""
        self._read(lambda: False)
        _, status = os.waitpid(self.process, 0)
        os.close(self.master)
        return os.waitstatus_to_exitcode(status), self.shown.decode()
