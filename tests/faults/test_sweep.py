"""A short sweep: the installed command, killed, stopped and refused at a few of its system calls. `make faults` is all.

The faults A1 to A3, A5, A7 and D1 to D3 on the real command, and after each the invariants of the whole sweep.
"""

from collections.abc import Iterator

import pytest

from tests.faults.judging import try_fault
from tests.faults.scene import Stage, open_stage
from tests.faults.tracing import Fault, count_calls, explain_absence

pytestmark = pytest.mark.skipif(explain_absence() is not None, reason=explain_absence() or "")

CHOSEN = [
    ("sendto", "SIGKILL", 0.4),
    ("sendto", "ECONNRESET", 0.6),
    ("recvfrom", "SIGKILL", 0.8),
    ("fdatasync", "SIGKILL", 0.3),
    ("fdatasync", "EIO", 0.6),
    ("write", "ENOSPC", 0.4),
    ("rename", "SIGKILL", 1.0),
    ("epoll_wait", "SIGTERM", 0.5),
]
"""A call, what happens at it, and how far the apply has come by then."""


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(tmp_path_factory.mktemp("stage") / "of") as opened:
        yield opened


def test_whatever_call_goes_wrong_the_next_apply_puts_it_right(stage: Stage) -> None:
    numbers = count_calls(stage)
    wrong = {}
    for call, what, share in CHOSEN:
        found = numbers[call]
        fault = Fault(call, found[min(int(share * len(found)), len(found) - 1)], what)
        verdict = try_fault(stage, fault)
        if verdict.wrong:
            wrong[str(fault)] = verdict.wrong
    assert wrong == {}
