"""The board: on a terminal, what is under way is drawn below what has ended, and is gone in the end."""

import os
import pty
import subprocess
import sys

from tests.cli.workbench import Bench


def read_terminal(descriptor: int) -> str:
    written = b""
    while True:
        try:
            part = os.read(descriptor, 4096)
        except OSError:  # Linux says EIO when the other side has closed
            break
        if not part:
            break
        written += part
    return written.decode()


def test_a_terminal_sees_what_is_under_way_and_then_what_has_ended(bench: Bench) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "IMPLY_ENDPOINT": "emulator:account.json", "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-m", "planner", "apply", "-auto-approve"],
        cwd=bench.path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        seen = read_terminal(ours)
    os.close(ours)
    assert process.returncode == 0
    assert "0 of 1 done" in seen
    assert "cluster.web: Creating..." in seen
    assert "cluster.web: Creation complete" in seen
    assert seen.rstrip().endswith(("\x1b[2K", "\x1b[?25h")), "the board is wiped away and the cursor shown again"
