"""Applying: performs a plan, as much at once as its order and the limits allow, and reports what came of it.

A failure stops only what depends on it. What leaves the configuration is deleted when everything else has ended.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from planner.applying.meanwhile import Namesakes
from planner.applying.perform import perform_change
from planner.applying.ports import Answer, Api, Ports
from planner.applying.remember import close_left_open, remember_change, remember_import, remember_move
from planner.applying.waiting import wait_until_settled
from planner.model.diagnostics import Diagnostic
from planner.model.events import ChangeEnded
from planner.model.live import ApiFault, LiveCluster
from planner.model.plan import Action, Change, Method, Operation, Plan
from planner.model.report import Fate, Outcome, Report
from state.address import Address
from state.values import Json

__all__ = ["apply_plan"]


async def apply_plan(plan: Plan, ports: Ports) -> Report:
    """Perform `plan` and return what came of each of its changes.

    Raises:
        StateError: what needs no request could not be recorded; nothing was sent.
    """
    operations = _group(plan.operations)
    for change in plan.changes:
        await remember_move(change, ports)
        await remember_import(change, ports)
    outcomes = {
        change.address: await remember_change(change, ports)
        for change in plan.changes
        if change.address not in operations
    }
    for address in sorted(ports.live.keys() - {change.address for change in plan.changes}):
        # A run that was killed between its last two entries left them open: the cluster is known, and as it should be.
        await close_left_open(address, ports)
    bounded = replace(ports, api=_Bounded(ports.api, ports.limits.parallelism))
    changes = {change.address: change for change in plan.changes}
    order = [changes[address] for address in operations]
    run = _Run(operations, outcomes, bounded)
    await run.perform(change for change in order if change.action is not Action.DELETE)
    await run.perform(change for change in order if change.action is Action.DELETE)
    return Report(
        plan_id=plan.id,
        outcomes=tuple(
            replace(outcomes[change.address], is_imported=change.importing is not None) for change in plan.changes
        ),
        interrupted=ports.is_stopped(),
        live={**run.restless, **run.settled},
    )


class _Run:
    """The part of a run that changes: which changes have ended, and how.

    `settled` holds the clusters that the server is done with, as they were last seen, but for those whose change has
    not been done; `restless` those that are not at rest, or were not before, and that nobody has waited for.
    """

    def __init__(
        self, operations: Mapping[Address, tuple[Operation, ...]], outcomes: dict[Address, Outcome], ports: Ports
    ) -> None:
        self._operations = operations
        self._owners = {operation.number: address for address, members in operations.items() for operation in members}
        self._awaited = {
            self._owners[number]
            for address, members in operations.items()
            for operation in members
            for number in operation.after
            if self._owners[number] != address
        }
        self._outcomes = outcomes
        self._ended = {address: asyncio.Event() for address in operations}
        self._ports = ports
        self._namesakes = Namesakes(ports)
        self.restless = {address: live for address, live in ports.restless.items() if address not in operations}
        self.settled = {
            address: live
            for address, live in ports.live.items()
            if address not in operations and address not in self.restless
        }

    async def perform(self, changes: Iterable[Change]) -> None:
        """Perform `changes`, each as soon as what it depends on is done, and return when all have ended."""
        async with asyncio.TaskGroup() as group:
            for change in changes:
                group.create_task(self._perform(change))

    async def _perform(self, change: Change) -> None:
        members = self._operations[change.address]
        needed = {self._owners[number] for operation in members for number in operation.after} - {change.address}
        for address in needed:
            await self._ended[address].wait()
        outcome = (
            self._hold_back(change, needed)
            or await self._wait_for_others(change, members[0])
            or await self._perform_now(change, members)
        )
        self._outcomes[change.address] = outcome
        self._ended[change.address].set()
        self._ports.tell(ChangeEnded(outcome=outcome))

    async def _perform_now(self, change: Change, members: tuple[Operation, ...]) -> Outcome:
        waits = self._ports.limits.waits or change.address in self._awaited
        outcome, live = await perform_change(change, members, self.settled, self._namesakes, self._ports, waits=waits)
        if live is not None:
            seen = self.settled if outcome.fate is Fate.DONE else self.restless
            seen[change.address] = live
        return outcome

    async def _wait_for_others(self, change: Change, operation: Operation) -> Outcome | None:
        """Wait until what the change depends on has settled from an earlier run; return an outcome if it does not."""
        if change.action is Action.DELETE:
            return None
        restless = (address for address in change.depends_on if address in self._ports.restless)
        for address in sorted(address for address in restless if address not in self._operations):
            live = self._ports.restless[address]
            awaited = replace(operation, address=address, method=Method.PATCH, path=f"/clusters/{live.id}")
            try:
                self.settled[address] = await wait_until_settled(awaited, live, self._ports)
            except ApiFault as fault:
                skipped = self._skip(change, f"It depends on {address}. {fault}")
                return replace(skipped, fate=Fate.NOT_STARTED) if self._ports.is_stopped() else skipped
        return None

    def _skip(self, change: Change, why: str) -> Outcome:
        reason = Diagnostic(
            code="dependency-failed", summary=f"{change.address} was skipped", detail=why, address=change.address
        )
        return Outcome(
            address=change.address,
            action=change.action,
            fate=Fate.SKIPPED,
            id=change.id,
            name=change.name,
            diagnostics=(reason,),
        )

    def _hold_back(self, change: Change, needed: set[Address]) -> Outcome | None:
        """Return the outcome of a change that may not start, or None if it may."""
        missing = sorted(address for address in needed if self._outcomes[address].fate is not Fate.DONE)
        if self._ports.is_stopped():
            return Outcome(
                address=change.address, action=change.action, fate=Fate.NOT_STARTED, id=change.id, name=change.name
            )
        if missing:
            return self._skip(change, f"It depends on {', '.join(map(str, missing))}, which did not get done.")
        return None


class _Bounded:
    """The API with at most so many requests at once; waiting for a cluster takes no place."""

    def __init__(self, api: Api, parallelism: int) -> None:
        self._api = api
        self._places = asyncio.Semaphore(parallelism)

    async def list_clusters(self) -> tuple[LiveCluster, ...]:
        async with self._places:
            return await self._api.list_clusters()

    async def read_cluster(self, cluster_id: str, /) -> LiveCluster | None:
        async with self._places:
            return await self._api.read_cluster(cluster_id)

    async def send(self, method: str, path: str, body: Json = None, /, *, secrets: Collection[str] = ()) -> Answer:
        async with self._places:
            return await self._api.send(method, path, body, secrets=secrets)


def _group(operations: Iterable[Operation]) -> dict[Address, tuple[Operation, ...]]:
    grouped: dict[Address, tuple[Operation, ...]] = {}
    for operation in operations:
        grouped[operation.address] = (*grouped.get(operation.address, ()), operation)
    return grouped
