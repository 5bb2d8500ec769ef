"""The emulator as a server in a process of its own, for as long as a `with` block runs, and never longer."""

import re
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

__all__ = ["ServerFailedError", "run_server"]

_ADDRESS = re.compile(r"http://[\w.\[\]:-]+:\d+")


class ServerFailedError(Exception):
    """The emulator did not say within seconds where it listens."""


@contextmanager
def run_server(
    command: Sequence[str], *, directory: Path, environment: Mapping[str, str], timeout: float = 20.0
) -> Iterator[str]:
    """Start `command`, which prints the address that it listens on; give that address, and stop it at the end.

    Raises:
        ServerFailedError: it ended, or printed no address within `timeout` seconds.
    """
    printed = directory / "server-output"
    with printed.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=directory, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        yield _await_address(process, printed, time.monotonic() + timeout)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await_address(process: subprocess.Popen[bytes], printed: Path, deadline: float) -> str:
    while time.monotonic() < deadline and process.poll() is None:
        found = _ADDRESS.search(printed.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found[0]
        time.sleep(0.02)
    raise ServerFailedError(f"no address from the emulator:\n{printed.read_text(encoding='utf-8', errors='replace')}")
