"""Runs one command in a process of its own and says what it cost: seconds, processor seconds, peak memory.

Refuses to measure a command that failed or took too long.
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CommandFailedError", "Cost", "measure_command"]

# The kernel counts in kilobytes, that of macOS in bytes.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run took. `peak_bytes` is never below the peak of the process that measures, about 20 MB."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


class CommandFailedError(Exception):
    """The command did not do what is measured, so there is no figure: why, and the end of what it printed."""


def measure_command(
    command: Sequence[str],
    *,
    directory: Path,
    environment: Mapping[str, str],
    expected: Collection[int] = (0,),
    timeout: float = 300.0,
) -> Cost:
    """Return what `command` cost from its start to its end; what it prints goes to a file.

    Raises:
        CommandFailedError: its exit code is not one of `expected`, or it was stopped after `timeout` seconds.
    """
    with tempfile.TemporaryFile() as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=directory, env=dict(environment), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        watchdog = threading.Timer(timeout, process.kill)
        watchdog.start()
        try:
            # Only wait4 tells the peak of this child alone.
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            watchdog.cancel()
        seconds = time.perf_counter() - started
        # No more than the end: the size of this process is the floor of what the next child seems to take.
        output.seek(max(0, output.seek(0, os.SEEK_END) - 1000))
        tail = output.read().decode(errors="replace")
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expected:
        why = f"stopped after {timeout:.0f} s" if seconds >= timeout else f"exit code {process.returncode}"
        raise CommandFailedError(f"{' '.join(command)}: {why}\n{tail}")
    return Cost(seconds=seconds, cpu_seconds=usage.ru_utime + usage.ru_stime, peak_bytes=usage.ru_maxrss * _RSS_UNIT)
