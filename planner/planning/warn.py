"""Warnings: what a reviewer should know of a plan before agreeing to it."""

from collections.abc import Iterable, Iterator, Sequence

from planner.model.diagnostics import Diagnostic, Severity
from planner.model.live import FAILED_STATES, SETTLED_STATES
from planner.model.paths import format_path
from planner.model.plan import Cause, Change, Reason
from planner.planning.pair import Pair
from state.address import Address

__all__ = ["find_warnings"]


def find_warnings(pairs: Iterable[Pair], changes: Sequence[Change], targets: Sequence[str]) -> Iterator[Diagnostic]:
    """Yield the warnings of a plan: what is not at rest, what it overwrites, what it lets go, and its limits."""
    for pair in pairs:
        word = pair.live.state if pair.live else None
        if word in FAILED_STATES:
            yield _warn_of_failed(pair.address, str(word))
        elif word is not None and word not in SETTLED_STATES.values():
            yield _warn_of_unsettled(pair.address, word)
    for change in changes:
        lost = [difference.path for difference in change.differences if difference.cause is Cause.CONFLICT]
        if lost:
            wins = "configuration" if change.rolls_back_to is None else "rollback"
            yield _warn_of_conflict(change.address, ", ".join(map(format_path, lost)), wins)
    let_go = [change.address for change in changes if change.reason is Reason.LET_GO]
    if let_go:
        yield _warn_of_let_go(let_go)
    if targets:
        yield Diagnostic(
            severity=Severity.WARNING,
            code="targeted",
            summary="This plan is limited by -target",
            detail="It may leave out changes that the configuration asks for. Plan without -target afterwards.",
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


def _warn_of_conflict(address: Address, paths: str, wins: str) -> Diagnostic:
    return Diagnostic(
        severity=Severity.WARNING,
        code="conflict",
        summary=f"{address} was changed outside of planner where the {wins} changes it too",
        detail=f"The {wins} wins, and what somebody else set is lost: {paths}. Ask them first, or write their "
        "values into the configuration.",
        address=address,
    )
