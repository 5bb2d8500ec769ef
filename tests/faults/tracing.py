"""Tracing: which system calls the apply makes, and how one of them is made to go wrong, with strace."""

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.faults.scene import APPLY, Ended, Stage

__all__ = ["CALLS", "SIGNALS", "Fault", "count_calls", "explain_absence", "list_faults", "strike"]

SIGNALS = ("SIGKILL", "SIGINT", "SIGTERM")
CALLS = (
    "connect",
    "sendto",
    "recvfrom",
    "epoll_wait",
    "write",
    "pwrite64",
    "fdatasync",
    "fsync",
    "rename",
    "link",
    "unlink",
    "flock",
    "openat",
)
"""Those by which the command speaks to the account and to its files; `openat` of files of the state alone."""

ERRORS = {
    "connect": ("ECONNREFUSED",),
    "sendto": ("ECONNRESET", "EPIPE"),
    "recvfrom": ("ECONNRESET",),
    "write": ("ENOSPC", "EIO"),
    "pwrite64": ("ENOSPC",),
    "fdatasync": ("EIO", "ENOSPC"),
    "fsync": ("EIO",),
    "rename": ("EIO", "ENOSPC"),
    "link": ("EIO",),
    "unlink": ("EIO",),
    "flock": ("EIO",),
    "openat": ("ENOSPC", "EACCES"),
}
"""What each may return when something is wrong."""

_EVERY = {"epoll_wait": 4}
"""Calls that are many and alike: only each so manieth is tried."""

_BEGINS = "planner.state.json.lock"
"""Where the count begins: at the lock of the state. What comes before is Python, starting."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The `number`th call of this name goes wrong: a signal comes with it, or it returns an error."""

    call: str
    number: int
    what: str

    def __str__(self) -> str:
        return f"{self.what} at {self.call} {self.number}"


def explain_absence() -> str | None:
    """Return why nothing can be traced here, or None if it can."""
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed"
    tried = subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True, text=True, check=False)  # noqa: S603
    return None if tried.returncode == 0 else f"strace may not trace here: {tried.stderr.strip()[:100]}"


def count_calls(stage: Stage) -> dict[str, range]:
    """Return, for each call, the numbers of those that the apply makes from the lock of the state on."""
    numbers: dict[str, range] = {}
    for paths, names in ((False, [call for call in CALLS if call != "openat"]), (True, ["openat"])):
        trace = stage.place / "trace"
        under = [
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-o",
            str(trace),
            "-e",
            f"trace={','.join([*names, 'openat'])}",
        ]
        stage.reset()
        ended = stage.run(*APPLY, under=[*under, *(_limit_paths(stage) if paths else [])])
        assert ended.code == 0, ended.said
        lines = trace.read_text(encoding="utf-8", errors="replace").splitlines()
        begins = next(number for number, line in enumerate(lines) if _BEGINS in line)
        before, all_of_them = _count(lines[:begins]), _count(lines)
        numbers |= {call: range(before[call] + 1, all_of_them[call] + 1) for call in names}
    return numbers


def list_faults(numbers: dict[str, range]) -> list[Fault]:
    """Return every fault at every call."""
    return [
        Fault(call, number, what)
        for call, found in numbers.items()
        for what in (*SIGNALS, *ERRORS.get(call, ()))
        for number in found[:: _EVERY.get(call, 1)]
    ]


def strike(stage: Stage, fault: Fault) -> Ended:
    """Run the apply with `fault` in it."""
    how = f"signal={fault.what}" if fault.what in SIGNALS else f"error={fault.what}"
    under = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={fault.call}"]
    under += ["-e", f"inject={fault.call}:{how}:when={fault.number}"]
    return stage.run(*APPLY, under=[*under, *(_limit_paths(stage) if fault.call == "openat" else [])])


def _limit_paths(stage: Stage) -> list[str]:
    names = ("planner.state.json", "planner.state.json.lock", "planner.state.json.journal", "planner.state.json.backup")
    paths: list[Path] = [stage.directory, *(stage.directory / name for name in names)]
    return [part for path in paths for part in ("-P", str(path))]


def _count(lines: list[str]) -> Counter[str]:
    found = (re.match(r"\d+ +(\w+)\(", line) for line in lines)
    return Counter(match[1] for match in found if match)
