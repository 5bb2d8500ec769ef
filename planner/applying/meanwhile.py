"""Meanwhile: looks right before each request whether its cluster still is as it was planned against.

What somebody else has changed since is not overwritten: the change is skipped, and nothing is sent for it. Between that
look and our request is a gap that the API leaves no way to close; the resource version tells afterwards who was in it.
"""

import asyncio

from planner.applying.ports import Ports
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.live import LiveCluster
from planner.model.plan import Change, Method, Operation

__all__ = ["Namesakes", "Overtaken", "look_again", "report_edited", "report_in_between"]

_AGAIN = 1.0
"""Seconds until a cluster that is not found is looked for once more: a read by id may lag behind."""

_FRESH = 10.0
"""Seconds for which a list of the account serves to tell that a name is free: a thousand creates need not a thousand
lists. Whoever takes the name in between makes the server refuse ours."""


class Overtaken(Exception):  # noqa: N818 - the name says what happened to the plan
    """Somebody else has changed the cluster since the plan was made: the request was not sent."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.summary)
        self.diagnostic = diagnostic


class Namesakes:
    """The clusters of the account by what a list said a moment ago; one list serves all creates of that moment."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._lock = asyncio.Lock()
        self._listed: tuple[LiveCluster, ...] = ()
        self._at: float | None = None

    async def find(self, change: Change) -> LiveCluster | None:
        """Return a cluster that has the name of `change` and is not the one that it replaces.

        Raises:
            ApiFault: the account could not be listed.
        """
        async with self._lock:
            now = self._ports.clock.now()
            if self._at is None or now - self._at > _FRESH:
                self._listed, self._at = await self._ports.api.list_clusters(), now
        found = (live for live in self._listed if live.name == change.name and live.id != change.id)
        return next(found, None)


async def look_again(change: Change, operation: Operation, namesakes: Namesakes, ports: Ports) -> LiveCluster | None:
    """Return the cluster as it is right before `operation`, both as planned; None where there is none, as there may be.

    Raises:
        Overtaken: it is not as it was planned against.
        ApiFault: nobody could look; nothing was sent.
    """
    if operation.method is Method.POST:
        taken = await namesakes.find(change)
        if taken is not None:
            raise Overtaken(_report_taken(change, taken))
        return None
    live = await _read(change, ports)
    if live is None:
        if operation.method is Method.DELETE:
            return None
        raise Overtaken(_report_gone(change))
    changed = ports.find_changed(change, operation, live)
    if changed is not None:
        raise Overtaken(_report_changed(change, live, changed))
    return live


async def _read(change: Change, ports: Ports) -> LiveCluster | None:
    live = await ports.api.read_cluster(change.id or "")
    if live is None:
        await ports.clock.sleep(_AGAIN)
        live = await ports.api.read_cluster(change.id or "")
    return live


def report_in_between(change: Change, operation: Operation, before: int | None, live: LiveCluster) -> Diagnostic | None:
    """Return a warning where somebody else changed the cluster between our look, at version `before`, and our request.

    A server that gives no versions, or did not count our change, tells nothing, and no more is said than it tells.
    """
    now = live.resource_version
    # Documented: one higher after each change of configuration. So ours, alone, makes it one higher at most.
    if before is None or now is None or now <= before + 1:
        return None
    lost = (
        "The request wrote the whole cluster, so what they changed is overwritten."
        if operation.method is Method.PUT
        else "Where they changed what the request carried, it is overwritten; whatever else of ours they changed, the "
        "next plan shows as drift."
    )
    return _warn(
        change,
        f"Somebody else changed {change.address} just before planner did",
        f"It was at version {before} right before the request, and is at {now}, not {before + 1}, after it. {lost} "
        f"planner history '{change.address}' shows the versions.",
    )


def report_edited(change: Change, answered: LiveCluster, settled: LiveCluster) -> Diagnostic:
    """Return the warning that somebody else changed the cluster while the server was at work on our change."""
    return _warn(
        change,
        f"Somebody else changed {change.address} while it settled",
        f"It was at version {answered.resource_version} when the server took our change, and is at "
        f"{settled.resource_version} now, not as it was asked for. The next plan shows it as drift. "
        f"planner history '{change.address}' shows the versions.",
    )


def _report_changed(change: Change, live: LiveCluster, changed: str) -> Diagnostic:
    versions = ""
    if (
        None not in (change.resource_version, live.resource_version)
        and change.resource_version != live.resource_version
    ):
        versions = f" It was planned against version {change.resource_version} and is at {live.resource_version}."
    return _refuse(change, f"{change.address} was changed since the plan", f"{changed}.{versions}")


def _report_gone(change: Change) -> Diagnostic:
    return _refuse(change, f"{change.address} is gone since the plan", f'There is no cluster "{change.name}" any more.')


def _report_taken(change: Change, taken: LiveCluster) -> Diagnostic:
    return _refuse(
        change,
        f'There is a cluster named "{change.name}" since the plan',
        f"Its id is {taken.id}. To manage it, import it: planner import '{change.address}' {taken.id}.",
    )


def _refuse(change: Change, summary: str, why: str) -> Diagnostic:
    return Diagnostic(
        code="changed-since-plan",
        summary=summary,
        detail=f"{why} Nothing was sent to change it. Plan again and review what comes out.",
        address=change.address,
    )


def _warn(change: Change, summary: str, detail: str) -> Diagnostic:
    return Diagnostic(
        code="changed-in-between", severity=Severity.WARNING, summary=summary, detail=detail, address=change.address
    )
