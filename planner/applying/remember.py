"""Remembering: the part of a change that needs no request, because only what we know of a cluster changes."""

from planner.applying.ports import Ports
from planner.model.plan import Action, Change
from planner.model.report import Fate, Outcome
from state.address import Address
from state.entries import IntentClosed, RecordDropped, RecordMoved, RecordPut
from state.record import Record

__all__ = ["close_left_open", "remember_change", "remember_import", "remember_move"]


async def remember_move(change: Change, ports: Ports) -> None:
    """Give the record of a moved cluster its new address."""
    if change.moved_from is not None:
        await ports.record(RecordMoved(change.moved_from, change.address))


async def remember_import(change: Change, ports: Ports) -> None:
    """Record a cluster that comes under management before anything is sent to it, whatever comes of that."""
    if change.importing is not None and change.id is not None:
        record = Record(address=change.address, id=change.id, name=change.name, applied={}, observed=change.before)
        await ports.record(RecordPut(record))


async def remember_change(change: Change, ports: Ports) -> Outcome:
    """Record a change that sends nothing: a cluster that already is as wanted, or one that is gone."""
    closes = next(iter(ports.left_open.get(change.address, ())), None)
    if change.action is Action.FORGET:
        await ports.record(RecordDropped(change.address, closes=closes))
    elif change.id is not None:
        await ports.record(
            RecordPut(
                Record(
                    address=change.address,
                    id=change.id,
                    name=change.name,
                    applied=change.applied or {},
                    observed=change.before,
                    resource_version=change.resource_version,
                    prevent_destroy=change.prevent_destroy,
                    depends_on=change.depends_on,
                    timeouts=change.timeouts,
                ),
                closes=closes,
            )
        )
    await close_left_open(change.address, ports)
    return Outcome(address=change.address, action=change.action, fate=Fate.DONE, id=change.id, name=change.name)


async def close_left_open(address: Address, ports: Ports) -> None:
    """Close what earlier runs left open at `address`, once the state holds what has become of it.

    An intent that stayed open would claim the next cluster of its name, whoever makes it.
    """
    for key in ports.left_open.get(address, ()):
        await ports.record(IntentClosed(key))
