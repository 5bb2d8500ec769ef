"""Changes: what the plan does to one cluster, and the requests that do it.

A cluster is a database: it is never replaced because a field cannot change. What is protected is only marked here.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as make_default

from planner.model.desired import DesiredCluster
from planner.model.diagnostics import Diagnostic
from planner.model.late import place_late
from planner.model.live import LiveCluster
from planner.model.paths import Path, key_path
from planner.model.plan import MISSING, Action, Cause, Change, Difference, Method, Reason
from planner.model.secrets import Vault
from planner.planning.compare import Comparison, compare
from planner.planning.ignore import drop_ignored, leave_ignored, list_ignored
from planner.planning.merge_patch import make_merge_patch
from planner.planning.order import Request
from planner.planning.overwrite import add_access_mode, make_overwrite
from planner.planning.pair import Pair
from planner.planning.pivot import leave_former_mode
from planner.planning.refuse import check_immutable, report_lost_secrets
from planner.planning.sameness import is_same_meaning, is_spelled_in, project_compared
from planner.planning.seal import find_hidden, seal
from planner.planning.sides import Sides
from schemas import Field
from state.address import Address
from state.record import Record
from state.values import Json, Value, encode_value, is_same

__all__ = [
    "Planned",
    "Rules",
    "find_sensitive",
    "hash_compared",
    "hash_value",
    "hash_whole",
    "make_json_patch",
    "make_sides",
    "plan_cluster",
    "seal_live",
    "seal_wanted",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What holds for every cluster of a plan: the schema, the key of fingerprints, and what the user asked for.

    `hidden` are the keyed paths that are secret in one cluster, whatever is said of them.
    """

    field: Field
    key: str
    destroy: bool = False
    replace: frozenset[Address] = frozenset()
    hidden: Mapping[Address, frozenset[Path]] = make_default(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One cluster's part of the plan; no change where there is nothing to do, to show or to remember."""

    change: Change | None = None
    requests: tuple[Request, ...] = ()
    problems: tuple[Diagnostic, ...] = ()
    ignored: tuple[Difference, ...] = ()


def plan_cluster(pair: Pair, rules: Rules, vault: Vault) -> Planned:
    """Return what the plan does to the cluster of `pair`; the secrets met on the way go into `vault`."""
    if _is_settled_already(pair, rules, vault):
        return Planned()
    desired, live, record = pair.desired, pair.live, pair.record
    sensitive = find_sensitive(desired, record, rules)
    live_document = seal_live(live, rules, sensitive, vault) if live else None
    if desired is None or rules.destroy:
        return _plan_removal(pair, record, live_document, rules) if record and not pair.importing else Planned()
    wanted = seal_wanted(desired, rules, sensitive, vault)
    if live is None or live_document is None:
        return _plan_create(pair, desired, wanted)
    if record and pair.importing:
        record = replace(record, observed=live_document)
    sides = make_sides(wanted, record, live_document, rules, sensitive)
    if pair.address in rules.replace:
        return _plan_replace(pair, desired, sides, rules)
    planned = _plan_update(pair, desired, sides, rules)
    if desired.lifecycle.ignore_changes:
        return replace(planned, problems=(*planned.problems, *report_lost_secrets(desired, planned.requests, vault)))
    return planned


def _is_settled_already(pair: Pair, rules: Rules, vault: Vault) -> bool:
    """Tell whether nothing has changed on either side since the last apply, and all is spelled as we want it.

    Then there is nothing to compare, nor to count.

    Most clusters of most plans are like this, and equality is a hundred times cheaper than a comparison.
    """
    desired, live, record = pair.desired, pair.live, pair.record
    if desired is None or live is None or record is None or record.observed is None:
        return False
    if rules.destroy or pair.moved_from is not None or pair.address in rules.replace:
        return False
    sensitive = find_sensitive(desired, None, rules)
    wanted = seal_wanted(desired, rules, sensitive, vault, opens=False)
    if _has_news(pair, desired, record.applied, wanted, rules.field):
        return False
    seen = seal_live(live, rules, sensitive, vault, opens=False)
    return is_same(seen, record.observed) and is_spelled_in(wanted, seen, rules.field)


def make_sides(
    wanted: dict[str, Value],
    record: Record | None,
    live: dict[str, Value],
    rules: Rules,
    sensitive: frozenset[Path],
) -> Sides:
    """Return the four values that a cluster is compared by, given the sealed documents of its two ends."""
    applied = record.applied if record else {}
    observed = record.observed if record and record.observed is not None else applied
    return Sides(
        wanted,
        seal(applied, rules.field, rules.key, sensitive=sensitive),
        seal(observed, rules.field, rules.key, sensitive=sensitive),
        live,
    )


def seal_wanted(
    desired: DesiredCluster,
    rules: Rules,
    sensitive: frozenset[Path] = frozenset(),
    vault: Vault | None = None,
    *,
    opens: bool = True,
) -> dict[str, Value]:
    """Return the document of a cluster as the configuration wants it, without secrets, and marked where it is late."""
    document = place_late(desired.document, desired.late)
    return seal(document, rules.field, rules.key, sensitive=sensitive, vault=vault, opens=opens)


def seal_live(
    live: LiveCluster,
    rules: Rules,
    sensitive: frozenset[Path] = frozenset(),
    vault: Vault | None = None,
    *,
    opens: bool = True,
) -> dict[str, Value]:
    """Return the part of a live cluster that a configuration can speak of, its name and `spec`, without secrets."""
    document: dict[str, Json] = {"metadata": {"name": live.name}, "spec": live.document.get("spec", {})}
    return seal(document, rules.field, rules.key, sensitive=sensitive, vault=vault, opens=opens)


def hash_compared(
    wanted: dict[str, Value] | None,
    record: Record | None,
    live: dict[str, Value],
    field: Field,
    ignored: Iterable[Path] = (),
) -> str:
    """Return the hash of the live fields that a plan compares, given what it wants and what was last applied."""
    applied = record.applied if record else {}
    return hash_value(project_compared(Sides(wanted or {}, applied, MISSING, drop_ignored(live, ignored)), field))


def hash_whole(live: dict[str, Value], field: Field) -> str:
    """Return the hash of all of a live cluster, for a plan that would undo a change of any part of it."""
    return hash_value(project_compared(Sides(live, MISSING, MISSING, live), field))


def hash_value(value: Value) -> str:
    """Return the SHA-256, in hexadecimal, of the canonical JSON of `value`."""
    text = json.dumps(encode_value(value), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plan_removal(pair: Pair, record: Record, live: dict[str, Value] | None, rules: Rules) -> Planned:
    change = Change(
        address=pair.address,
        action=Action.DELETE,
        name=record.name,
        id=record.id,
        moved_from=pair.moved_from,
        reason=Reason.DESTROY if rules.destroy else Reason.NOT_IN_CONFIGURATION,
        before=live,
        compared=hash_compared(None, record, live, rules.field) if live else "",
        resource_version=pair.live.resource_version if pair.live else None,
        timeouts=pair.desired.timeouts if pair.desired else record.timeouts,
        depends_on=record.depends_on,
        prevent_destroy=_is_protected(pair),
        is_protected=_is_protected(pair),
    )
    if live is None:
        return Planned(change=replace(change, action=Action.FORGET, reason=Reason.GONE))
    if pair.is_let_go:
        return Planned(change=replace(change, action=Action.FORGET, reason=Reason.LET_GO))
    requests: tuple[Request, ...] = ((Method.DELETE, f"/clusters/{record.id}", None),)
    return Planned(change=change, requests=requests)


def _plan_create(pair: Pair, desired: DesiredCluster, wanted: dict[str, Value]) -> Planned:
    change = replace(
        _begin_change(pair, desired, Action.CREATE, wanted),
        id=None,
        reason=Reason.GONE if pair.record else None,
        after=wanted,
    )
    return Planned(change=change, requests=((Method.POST, "/clusters", wanted),))


def _plan_replace(pair: Pair, desired: DesiredCluster, sides: Sides, rules: Rules) -> Planned:
    wanted, live = _as_document(sides.desired), _as_document(sides.live)
    differences = compare(sides, rules.field).differences
    change = replace(
        _begin_change(pair, desired, Action.REPLACE, wanted),
        reason=Reason.REQUESTED,
        before=live,
        after=wanted,
        differences=tuple(difference for difference in differences if difference.cause.is_sent),
        compared=hash_whole(live, rules.field),
    )
    requests: tuple[Request, ...] = (
        (Method.DELETE, f"/clusters/{change.id}", None),
        (Method.POST, "/clusters", wanted),
    )
    return Planned(change=change, requests=requests)


def _plan_update(pair: Pair, desired: DesiredCluster, all_sides: Sides, rules: Rules) -> Planned:
    sides = leave_ignored(all_sides, desired.lifecycle.ignore_changes, rules.field)
    left_alone = list_ignored(desired.lifecycle.ignore_changes)
    wanted, live = _as_document(sides.desired), _as_document(sides.live)
    compared = leave_former_mode(compare(sides, rules.field), wanted)
    ignored = _find_ignored(all_sides, compared, rules.field) if desired.lifecycle.ignore_changes else ()
    after = _as_document(compared.after)
    sent = tuple(difference for difference in compared.differences if difference.cause.is_sent)
    change = replace(
        _begin_change(pair, desired, Action.UPDATE if sent else Action.NO_OP, wanted),
        before=live,
        after=after,
        differences=compared.differences,
        compared=hash_compared(wanted, pair.record, live, rules.field, left_alone),
        left_alone=left_alone,
    )
    if not sent:
        has_news = _has_news(pair, desired, _find_applied(pair, all_sides, sides), wanted, rules.field)
        if pair.moved_from or pair.importing or has_news:
            return Planned(change=change, ignored=ignored)
        return Planned(ignored=(*ignored, *compared.differences))  # spelled otherwise by the server, and counted
    if desired.lifecycle.update == "overwrite":
        after, cure = add_access_mode(after)
        # It writes all of the cluster, so a change of any part of it makes the plan stale.
        whole = hash_whole(live, rules.field)
        change = replace(change, after=after, differences=(*change.differences, *cure), compared=whole)
        request: Request = (Method.PUT, f"/clusters/{change.id}", make_overwrite(after, wanted, rules.field))
    else:
        request = (Method.PATCH, f"/clusters/{change.id}", make_merge_patch(live, after))
    return Planned(
        change=replace(change, json_patch=make_json_patch(live, after)),
        requests=(request,),
        problems=check_immutable(desired, sent, rules.field),
        ignored=ignored,
    )


def _find_ignored(sides: Sides, compared: Comparison, field: Field) -> tuple[Difference, ...]:
    """Return what would be sent, were it not ignored."""
    left = {difference.path for difference in compared.differences}
    return tuple(
        replace(difference, cause=Cause.IGNORED)
        for difference in compare(sides, field).differences
        if difference.cause.is_sent and difference.path not in left
    )


def _begin_change(pair: Pair, desired: DesiredCluster, action: Action, wanted: dict[str, Value]) -> Change:
    """Return the part of a change that is the same for every cluster that stays."""
    return Change(
        address=pair.address,
        action=action,
        name=desired.name,
        id=pair.live.id if pair.live else None,
        moved_from=pair.moved_from,
        is_recognised=pair.is_recognised,
        importing=pair.importing,
        reason=Reason.TAKEN_OVER if pair.is_left_behind else None,
        applied=wanted,
        prevent_destroy=desired.lifecycle.prevent_destroy,
        is_protected=_is_protected(pair),
        depends_on=desired.depends_on,
        resource_version=pair.live.resource_version if pair.live else None,
        timeouts=desired.timeouts,
    )


def make_json_patch(before: dict[str, Value], after: dict[str, Value]) -> tuple[dict[str, Json], ...]:
    """Return the JSON Patch, RFC 6902, that says again for machines what becomes of `before`."""
    import jsonpatch  # noqa: PLC0415 - only a plan with updates pays for it

    # The order of members decides the order of the patch, and the server may give them in any.
    sides = (json.loads(json.dumps(encode_value(side), sort_keys=True)) for side in (before, after))
    return tuple(jsonpatch.make_patch(*sides).patch)


def find_sensitive(desired: DesiredCluster | None, record: Record | None, rules: Rules) -> frozenset[Path]:
    """Return the keyed paths of what the configuration calls sensitive and of what was secret when last recorded."""
    paths: frozenset[Path] = frozenset()
    if desired and desired.sensitive:
        told = frozenset(key_path(path, desired.document) for path in desired.sensitive)
        hidden = find_hidden(seal_wanted(desired, rules, told, opens=False))
        # A position in a list says nothing of another document.
        paths = hidden.union(path for path in told if not path or not isinstance(path[-1], int))
    if record:
        paths |= find_hidden(record.applied) | find_hidden(record.observed or {})
    known = desired or record
    return paths | rules.hidden.get(known.address, frozenset()) if known and rules.hidden else paths


def _find_applied(pair: Pair, all_sides: Sides, sides: Sides) -> dict[str, Value]:
    """Return our last wish as the state has it, but for what is ignored."""
    if all_sides is sides or pair.record is None:
        return pair.record.applied if pair.record else {}
    return _as_document(sides.applied)


def _has_news(
    pair: Pair, desired: DesiredCluster, applied: dict[str, Value], wanted: dict[str, Value], field: Field
) -> bool:
    """Tell whether there is something to remember although there is nothing to send."""
    record = pair.record
    return (
        record is None
        or pair.is_left_behind
        or not (
            is_same_meaning(applied, wanted, field)
            and record.prevent_destroy == desired.lifecycle.prevent_destroy
            and record.depends_on == desired.depends_on
            and record.timeouts == desired.timeouts
        )
    )


def _is_protected(pair: Pair) -> bool:
    by_configuration = pair.desired is not None and pair.desired.lifecycle.prevent_destroy
    return by_configuration or (pair.record is not None and pair.record.prevent_destroy)


def _as_document(side: object) -> dict[str, Value]:
    return side if isinstance(side, dict) else {}
