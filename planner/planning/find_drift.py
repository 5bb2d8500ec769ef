"""Finding drift: what others changed since our last apply, told by applied, observed and live alone.

What the configuration asks for by now does not matter, but for what it tells to ignore. Refuses to say what is to be
done about it: that is a plan.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from planner.model.desired import Desired
from planner.model.drift import ClusterDrift, Drift, Drifted
from planner.model.live import LiveCluster
from planner.model.paths import Key, Path, Step
from planner.model.plan import MISSING, Cause, Missing
from planner.planning.changes import Rules, find_sensitive, make_sides, seal_live
from planner.planning.compare import compare
from planner.planning.ignore import leave_ignored
from planner.planning.make_plan import make_rules
from planner.planning.pair import Pair, pair_clusters
from planner.planning.readdress import check_past
from planner.planning.seal import seal
from planner.planning.sides import Sides, key_entries
from planner.planning.targets import select_pairs
from planner.planning.warn import find_warnings
from schemas import Field
from state.address import Address
from state.record import Intent, Record
from state.snapshot import Snapshot
from state.values import Value, is_same

__all__ = ["find_drift"]


def find_drift(
    desired: Desired, snapshot: Snapshot | None, live: Sequence[LiveCluster], targets: Sequence[str] = ()
) -> Drift:
    """Return what others changed in the clusters that `snapshot` knows, or in those that `targets` stand for.

    Raises:
        Failure: a target names no cluster.
    """
    if check_past(desired):
        desired = replace(desired, moves=(), removals=(), imports=())  # which only a plan would perform
    selected = select_pairs(pair_clusters(desired, snapshot, live).pairs, targets=targets).pairs
    records = snapshot.records if snapshot else {}
    pairs = [pair for pair in selected if pair.record and (pair.moved_from or pair.address) in records]
    rules = make_rules(snapshot)
    open_intents = {intent.address: intent for intent in snapshot.intents} if snapshot else {}
    told = [_look_at(pair, pair.record, rules, open_intents) for pair in pairs if pair.record]
    managed = {record.id for record in records.values()}
    return Drift(
        clusters=tuple(one for one in told if one is not None and (one.is_drift or one.ignored)),
        compared=len(pairs),
        unmanaged=sum(cluster.id not in managed for cluster in live),
        targets=tuple(targets),
        warnings=tuple(find_warnings(pairs, ())),
    )


def _look_at(pair: Pair, record: Record, rules: Rules, intents: Mapping[Address, Intent]) -> ClusterDrift | None:
    address = pair.moved_from or pair.address
    intent = intents.get(address)
    found = ClusterDrift(address=address, name=record.name, id=record.id)
    if pair.live is None:
        # A delete of ours whose answer was lost may well have been performed.
        is_ours = intent is not None and intent.kind != "update"
        return None if is_ours else replace(found, is_gone=True)
    if intent is not None and intent.applied is not None:
        record = replace(record, applied=intent.applied)  # what it may have changed is no work of others
    sensitive = find_sensitive(pair.desired, record, rules)
    document = seal_live(pair.live, rules, sensitive, opens=False)
    if record.observed is not None and is_same(document, record.observed):
        return None
    wanted = seal(record.applied, rules.field, rules.key, sensitive=sensitive)
    sides = make_sides(wanted, record, document, rules, sensitive)
    ignored = pair.desired.lifecycle.ignore_changes if pair.desired else ()
    drifted = tuple(_list_drifted(sides, rules.field))
    if not ignored:
        return replace(found, drifted=drifted)
    left = tuple(_list_drifted(leave_ignored(sides, ignored, rules.field), rules.field))
    paths = {one.path for one in left}
    return replace(
        found,
        drifted=left,
        ignored=tuple(replace(one, cause=Cause.IGNORED) for one in drifted if one.path not in paths),
    )


def _list_drifted(sides: Sides, field: Field) -> Iterable[Drifted]:
    for difference in compare(sides, field).differences:
        if difference.cause is Cause.DRIFT:
            yield Drifted(
                path=difference.path,
                cause=Cause.DRIFT,
                applied=difference.applied,
                observed=_look(sides.observed, difference.path),
                live=difference.before,
            )


def _look(side: Value | Missing, path: Path) -> Value | Missing:
    """Return what stands at `path`, by names and keys, in `side`."""
    for step in path:
        side = _take_step(side, step)
    return side


def _take_step(side: Value | Missing, step: Step) -> Value | Missing:
    members = key_entries(side) if isinstance(step, Key) else side
    name = step.name if isinstance(step, Key) else step
    return members.get(name, MISSING) if isinstance(members, dict) and isinstance(name, str) else MISSING
