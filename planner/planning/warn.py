"""Warnings: what a reviewer should know of a plan before agreeing to it."""

from collections.abc import Iterable, Iterator, Sequence

from planner.model.diagnostics import Diagnostic, Severity
from planner.model.live import FAILED_STATES, SETTLED_STATES
from planner.model.paths import Path, format_path
from planner.model.plan import Cause, Change, LeftOut, Reason
from planner.planning.pair import Pair
from state.address import Address

__all__ = ["find_warnings", "warn_of_part"]

_SINGLE = 5
"""How many clusters in conflict get a warning of their own."""


def find_warnings(pairs: Iterable[Pair], changes: Sequence[Change]) -> Iterator[Diagnostic]:
    """Yield the warnings of a plan: what is not at rest, what it overwrites, and what it lets go."""
    for pair in pairs:
        word = pair.live.state if pair.live else None
        if word in FAILED_STATES:
            yield _warn_of_failed(pair.address, str(word))
        elif word is not None and word not in SETTLED_STATES.values():
            yield _warn_of_unsettled(pair.address, word)
    yield from _warn_of_conflicts(changes)
    let_go = [change.address for change in changes if change.reason is Reason.LET_GO]
    if let_go:
        yield _warn_of_let_go(let_go)


def warn_of_part(option: str, left_out: Sequence[LeftOut], *, leaves_outputs: bool) -> Diagnostic:
    """Return the warning of a plan that `option` limits: what is left to do after it."""
    pending = sum(one.is_pending for one in left_out)
    count = f"{len(left_out)} cluster{'' if len(left_out) == 1 else 's'}"
    told = f"It leaves out {count}, of which {pending or 'none'} {'has' if pending < 2 else 'have'} changes pending"
    rest = ", and leaves the outputs and checks as they are" if leaves_outputs else ""
    return Diagnostic(
        severity=Severity.WARNING,
        code="targeted" if option == "-target" else "excluded",
        summary=f"This plan is limited by {option}",
        detail=f"{told}{rest}. Plan without {option} afterwards.",
    )


def _warn_of_failed(address: Address, word: str) -> Diagnostic:
    return Diagnostic(
        severity=Severity.WARNING,
        code="cluster-failed",
        summary=f"{address} is in the state {word}",
        detail="The server gave up on its last change. A new change may be refused until the cluster is repaired.",
        address=address,
    )


def _warn_of_unsettled(address: Address, word: str) -> Diagnostic:
    return Diagnostic(
        severity=Severity.WARNING,
        code="cluster-on-its-way",
        summary=f"{address} is in the state {word}",
        detail="The server is not done with an earlier change. It may refuse a new one until then.",
        address=address,
    )


def _warn_of_let_go(addresses: Iterable[Address]) -> Diagnostic:
    names = "\n".join(f"  {address}" for address in addresses)
    return Diagnostic(
        severity=Severity.WARNING,
        code="let-go",
        summary="Some clusters will no longer be managed by planner",
        detail=f"Apply makes the state forget them, and deletes none of them:\n{names}\n"
        "They go on running. To manage one of them again, declare and import it.",
    )


def _warn_of_conflicts(changes: Iterable[Change]) -> Iterator[Diagnostic]:
    """Yield a warning for each cluster in conflict; of many, one for all, for nobody reads a thousand."""
    lost: dict[Address, list[Path]] = {}
    wins = "configuration"
    for change in changes:
        paths = [difference.path for difference in change.differences if difference.cause is Cause.CONFLICT]
        if paths:
            lost[change.address] = paths
            wins = "configuration" if change.rolls_back_to is None else "rollback"
    if len(lost) <= _SINGLE:
        for address, paths in lost.items():
            yield _warn_of_conflict(address, ", ".join(map(format_path, paths)), wins)
        return
    named = ", ".join(map(str, list(lost)[:_SINGLE]))
    yield Diagnostic(
        severity=Severity.WARNING,
        code="conflict",
        summary=f"{len(lost):,} clusters were changed outside of planner where the {wins} changes them too",
        detail=f"The {wins} wins, and what somebody else set is lost, in {named} and {len(lost) - _SINGLE:,} more. Ask "
        "them first, or write their values into the configuration.",
    )


def _warn_of_conflict(address: Address, paths: str, wins: str) -> Diagnostic:
    return Diagnostic(
        severity=Severity.WARNING,
        code="conflict",
        summary=f"{address} was changed outside of planner where the {wins} changes it too",
        detail=f"The {wins} wins, and what somebody else set is lost: {paths}. Ask them first, or write their "
        "values into the configuration.",
        address=address,
    )
