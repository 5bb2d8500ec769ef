"""Requests: sends one operation and finds out what came of it, also when the answer is lost.

A POST is never sent twice: after a lost answer the account is asked whether the cluster is there. PATCH, PUT and DELETE
have fixed targets; they are sent again only after a look has shown that they are still needed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planner.applying.faults import Knowledge, judge_fault
from planner.applying.ports import Answer, Ports
from planner.model.live import AnswerLost, ApiFault, LiveCluster, Refused
from planner.model.plan import Change, Operation
from planner.model.secrets import find_secrets, unseal
from state.values import Json

__all__ = ["Updated", "send_create", "send_delete", "send_update"]

_LOOKS = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before each look for a cluster whose create was not answered: a list may lag behind."""

_SENDS = 3
"""How often a request with a fixed target is sent at most."""


async def send_create(change: Change, operation: Operation, ports: Ports) -> LiveCluster:
    """Create a cluster and return it.

    Raises:
        ApiFault: it was refused; or, as `AnswerLost`, nobody can tell yet whether it was made.
    """
    sends = 1
    while True:
        try:
            answered, fault = (await _send(operation, ports)).cluster, None
        except ApiFault as lost:
            if judge_fault(lost) is Knowledge.NOT_PERFORMED and not _may_be_ours(lost, sends):
                raise await _explain_refusal(change, lost, ports) from lost
            answered, fault = None, lost
        if answered is not None:
            return answered
        if isinstance(fault, Refused) and fault.status == 429 and sends < _SENDS:
            # Assumed: a server that takes no more has not begun with the request; a look makes sure of it.
            await ports.clock.sleep(_LOOKS[sends] if fault.retry_after is None else fault.retry_after)
            if not ports.is_stopped() and await _list_namesakes(change, ports) == []:
                sends += 1
                continue
        made = await _find_made(change, ports)
        if made is None:
            raise _lose_create(change, fault)
        return made


async def _explain_refusal(change: Change, fault: ApiFault, ports: Ports) -> ApiFault:
    """Return the fault of a create that was refused; where somebody else has the name, who."""
    if not isinstance(fault, Refused) or fault.status != 409:
        return fault
    taken = await _list_namesakes(change, ports)
    if not taken:
        return fault
    return Refused(
        f'There is a cluster named "{change.name}" since the plan',
        f"Its id is {taken[0].id}. To manage it, import it: planner import '{change.address}' {taken[0].id}. Plan "
        "again and review what comes out.",
        status=fault.status,
        code=fault.code,
        request_id=fault.request_id,
    )


def _lose_create(change: Change, fault: ApiFault | None) -> AnswerLost:
    return AnswerLost(
        f'Nobody can tell whether the cluster "{change.name}" was created',
        f"{fault.summary if fault else 'The answer held no cluster'}, and the account does not list it so far. "
        "It was not asked for twice. Plan again in a minute: if it was made after all, the plan recognises it.",
    )


@dataclass(frozen=True, slots=True)
class Updated:
    """A cluster after our change, and the resource version that it had when it was last seen before it."""

    live: LiveCluster
    former: int | None


async def send_update(
    change: Change,
    operation: Operation,
    former: int | None,
    find_changed: Callable[[LiveCluster], str | None],
    ports: Ports,
) -> Updated:
    """Change a cluster, which is at version `former`, and return it as the server then has it.

    It is sent again only while `find_changed` finds it as it was planned against: what somebody else made of it in the
    meantime is not overwritten.

    Raises:
        ApiFault: it was refused, or the cluster is not as planned although the request was sent again.
    """
    sends = 1
    while True:
        try:
            answered = (await _send(operation, ports)).cluster
        except ApiFault as fault:
            if judge_fault(fault) is Knowledge.NOT_PERFORMED:
                raise
            live = await _read_changed(change, ports)
            if ports.judge(change, live).is_as_planned:
                return Updated(live, former)
            changed = find_changed(live)
            if changed is not None:
                raise _lose_update(change, fault, changed) from fault
            if sends == _SENDS or ports.is_stopped() or not _may_repeat(fault):
                raise
            former = live.resource_version
            await ports.clock.sleep(_LOOKS[sends])
            sends += 1
        else:
            return Updated(answered or await _read_changed(change, ports), former)


def _lose_update(change: Change, fault: ApiFault, changed: str) -> AnswerLost:
    return AnswerLost(
        f"Nobody can tell whether {change.address} was changed as planned",
        f"{fault.summary}, and the cluster is neither as it was before nor as it should be: {changed}. Somebody else "
        "may have changed it, so the request was not sent again. Plan again and review what comes out.",
    )


async def send_delete(operation: Operation, ports: Ports) -> None:
    """Ask for a cluster's deletion; one that is gone already is deleted.

    Raises:
        ApiFault: it was refused, or could not be asked for.
    """
    for sends in range(1, _SENDS + 1):
        try:
            await _send(operation, ports)
        except ApiFault as fault:
            if judge_fault(fault) is Knowledge.NOT_PERFORMED or sends == _SENDS or ports.is_stopped():
                raise
            await ports.clock.sleep(_LOOKS[sends])
            if await ports.api.read_cluster(operation.path.rpartition("/")[2]) is None:
                return
        else:
            return


async def _send(operation: Operation, ports: Ports) -> Answer:
    body = None if operation.body is None else unseal(operation.body, ports.secrets)
    hidden = (ports.secrets[secret.fingerprint] for _, secret in find_secrets(operation.body or {}))
    secrets = [text for value in hidden for text in _find_texts(value)]
    return await ports.api.send(operation.method.value, operation.path, body, secrets=secrets)


def _find_texts(value: Json) -> Iterator[str]:
    """Yield every text in a secret: a server may quote any part of it."""
    match value:
        case str():
            yield value
        case dict():
            for member in value.values():
                yield from _find_texts(member)
        case list():
            for item in value:
                yield from _find_texts(item)
        case _:
            pass


async def _find_made(change: Change, ports: Ports) -> LiveCluster | None:
    """Look for the cluster that a create without an answer may have made.

    The plan found no cluster of this name but the one that it replaces, so one that is there now is ours.
    """
    for delay in _LOOKS:
        if delay:
            await ports.clock.sleep(delay)
        found = await _list_namesakes(change, ports) or []
        if len(found) > 1:
            ids = ", ".join(live.id for live in found)
            raise AnswerLost(
                f'There are several clusters named "{change.name}"',
                f"One of {ids} may be ours; nobody can tell which. Import the right one:\n"
                f"  planner import '{change.address}' ID",
            )
        if found:
            return found[0]
        if ports.is_stopped():
            break
    return None


async def _list_namesakes(change: Change, ports: Ports) -> list[LiveCluster] | None:
    """Return the clusters with the name of `change`, or None where they cannot be seen, which does not mean none."""
    try:
        listed = await ports.api.list_clusters()
    except ApiFault:
        return None
    return [live for live in listed if live.name == change.name and live.id != change.id]


async def _read_changed(change: Change, ports: Ports) -> LiveCluster:
    try:
        live = await ports.api.read_cluster(change.id or "")
    except ApiFault as fault:
        # The request may have been performed, whatever kept us from looking.
        raise AnswerLost(fault.summary, fault.advice) from fault
    if live is None:
        raise AnswerLost(f'The cluster "{change.name}" is gone', "It was deleted while it was changed. Plan again.")
    return live


def _may_be_ours(fault: ApiFault, sends: int) -> bool:
    """Tell whether the name that a create was refused for may be taken by an earlier one of this run."""
    return sends > 1 and isinstance(fault, Refused) and fault.status == 409


def _may_repeat(fault: ApiFault) -> bool:
    """Tell whether a PATCH or PUT that had no effect may be sent again; 500 is the API's way to say never."""
    return not (isinstance(fault, Refused | AnswerLost) and fault.status == 500)
