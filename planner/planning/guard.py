"""Guarding: does a plan do more than is let pass without a word? Pure, and judged again whenever a plan is applied.

It refuses what is beyond the limits of the configuration, unless each cluster of that kind is allowed to this plan.
What a destroy deletes is not counted: whoever runs one has asked for all of it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from planner.model.diagnostics import Diagnostic
from planner.model.guard import Allowance, Exceeded, Guard, GuardKind, Limit, format_allowance
from planner.model.plan import Action, Change, Plan, Reason
from planner.model.plan_ids import is_plan_id, shorten_plan_id
from state.address import Address
from state.values import Late, Value

__all__ = ["judge_noted", "judge_plan", "note_exceeded"]

_NAMED = 3
"""How many clusters are named, and allowed each by its own flag, at most."""

_PLAIN = re.compile(r"[\w.:@-]+", re.ASCII)
"""What no shell takes for anything but itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """The words for one kind: what is done, to what, what a share is taken of, and the setting of its limit."""

    verb: str
    setting: str
    thing: str = "cluster"
    whole: str = "the clusters in the state"


_KINDS = {
    GuardKind.DELETE: _Kind(verb="delete", setting="max_delete"),
    GuardKind.REPLACE: _Kind(verb="replace", setting="max_replace"),
    GuardKind.CHANGE: _Kind(verb="change", setting="max_change"),
    GuardKind.RECREATE: _Kind(verb="create again", setting="max_recreate"),
    GuardKind.REMOVE_SERVERS: _Kind(
        verb="remove", setting="max_servers_removed", thing="data server", whole="the data servers of a cluster"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Count:
    """How much of one kind a plan does: to which clusters, how much to each, and of how much there is."""

    kind: GuardKind
    limit: Limit
    parts: Mapping[Address, int]
    whole: int
    noted: int | None = None
    """The total, where it is known and the parts are not."""

    @property
    def total(self) -> int:
        return sum(self.parts.values()) if self.noted is None else self.noted


def judge_plan(plan: Plan, guard: Guard, allowed: Sequence[Allowance], managed: int) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each limit that `plan` exceeds without being allowed to.

    `managed` is how many clusters the state holds: what the shares are taken of.
    """
    ours = [one for one in allowed if is_plan_id(one.plan_id, plan.id)]
    others = [one for one in allowed if one not in ours]
    exceeded = (
        _refuse(count, plan, others)
        for count in _count_all(plan, guard, managed)
        if not _is_allowed(count, ours) and _find_exceeded(count)
    )
    checked = any(one.kind is GuardKind.FAILED_CHECKS for one in ours) or not guard.refuses_failed_checks
    return (*exceeded, *(() if checked else _refuse_failed(plan, others)))


def judge_noted(plan: Plan) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each limit that a saved plan notes as exceeded, as if nothing were allowed."""
    counts = (
        _Count(kind=one.kind, limit=one.limit, parts=dict.fromkeys(one.addresses, 1), whole=one.whole, noted=one.total)
        for one in plan.guards
        if one.kind is not GuardKind.FAILED_CHECKS
    )
    checked = all(one.kind is not GuardKind.FAILED_CHECKS for one in plan.guards)
    return (*(_refuse(count, plan, ()) for count in counts), *(() if checked else _refuse_failed(plan, ())))


def note_exceeded(plan: Plan, guard: Guard, managed: int) -> Plan:
    """Return `plan` with the limits that it exceeds, as `judge_plan` finds them where nothing is allowed."""
    exceeded = [
        Exceeded(kind=count.kind, limit=count.limit, total=count.total, whole=count.whole, addresses=tuple(count.parts))
        for count in _count_all(plan, guard, managed)
        if _find_exceeded(count)
    ]
    failed = {check.label for check in plan.checks if check.passed is False}
    if failed and guard.refuses_failed_checks:
        limit = Limit(number=0)
        exceeded.append(Exceeded(kind=GuardKind.FAILED_CHECKS, limit=limit, total=len(failed), whole=0))
    return replace(plan, guards=tuple(exceeded))


def _count_all(plan: Plan, guard: Guard, managed: int) -> Iterator[_Count]:
    counted = [change for change in plan.changes if change.reason is not Reason.DESTROY]

    def count(kind: GuardKind, limit: Limit, *actions: Action) -> _Count:
        parts = {change.address: 1 for change in counted if change.action in actions}
        return _Count(kind=kind, limit=limit, parts=parts, whole=max(managed, len(parts)))

    yield count(GuardKind.DELETE, guard.delete, Action.DELETE)
    yield count(GuardKind.REPLACE, guard.replace, Action.REPLACE)
    yield count(GuardKind.CHANGE, guard.change, Action.UPDATE, Action.REPLACE, Action.DELETE)
    gone = {change.address: 1 for change in counted if change.action is Action.CREATE and change.reason is Reason.GONE}
    yield _Count(kind=GuardKind.RECREATE, limit=guard.recreate, parts=gone, whole=max(managed, len(gone)))
    yield from _count_servers(counted, guard.remove_servers)


def _count_servers(changes: Sequence[Change], limit: Limit) -> Iterator[_Count]:
    """Yield how many data servers the plan takes away: in all for the number, and of each cluster for the share."""
    removed: dict[Address, int] = {}
    for change in changes:
        there, gone = _compare_servers(change)
        if not gone:
            continue
        removed[change.address] = gone
        share = Limit(percent=limit.percent)
        yield _Count(kind=GuardKind.REMOVE_SERVERS, limit=share, parts={change.address: gone}, whole=there)
    number = Limit(number=limit.number)
    yield _Count(kind=GuardKind.REMOVE_SERVERS, limit=number, parts=removed, whole=0)


def _compare_servers(change: Change) -> tuple[int, int]:
    """Return how many data servers a cluster that stays has, and how many of them go, tier by tier.

    Servers that come in another tier do not make up for them: they begin without the data. Where the number is cleared
    all go, for nobody knows what the server makes of it; one that comes late is not counted.
    """
    if change.action is not Action.UPDATE:
        return 0, 0
    before = {tier: count for tier in _list_tiers(change.before) if (count := _count_tier(change.before, tier))}
    gone = (max(count - _count_tier(change.after, tier, late=count), 0) for tier, count in before.items())
    return sum(before.values()), sum(gone)


def _list_tiers(document: Value) -> tuple[str, ...]:
    data = _follow(document, "spec", "data")
    return tuple(data) if isinstance(data, dict) else ()


def _count_tier(document: Value, tier: str, *, late: int = 0) -> int:
    """Return the number of servers in a tier; `late` stands for one that is not known yet."""
    match _follow(document, "spec", "data", tier, "replicas"):
        case Late():
            return late
        case bool():
            return 0
        case int() | float() as number:
            return int(number)
        case _:
            return 0


def _follow(value: Value, *path: str) -> Value:
    """Return what stands at `path`; None where nothing does."""
    for name in path:
        if isinstance(value, Late):
            return value
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _is_allowed(count: _Count, allowed: Sequence[Allowance]) -> bool:
    """Tell whether all of it is allowed: as a whole, or each cluster by its own allowance."""
    ours = [one for one in allowed if one.kind is count.kind]
    return any(one.address is None for one in ours) or count.parts.keys() <= {one.address for one in ours}


def _find_exceeded(count: _Count) -> list[str]:
    """Return the limits that are exceeded, each in words; a single cluster is never too large a share of a fleet."""
    limit, kind = count.limit, _KINDS[count.kind]
    exceeded: list[str] = []
    if limit.number is not None and count.total > limit.number:
        things = kind.thing if limit.number == 1 else f"{kind.thing}s"
        exceeded.append(f"{limit.number} {things} ({kind.setting})")
    is_share = count.kind is GuardKind.REMOVE_SERVERS or count.total > 1
    if limit.percent is not None and is_share and 100 * count.total > limit.percent * count.whole:
        exceeded.append(f"{limit.percent:g} % of {kind.whole} ({kind.setting}_percent)")
    return exceeded


def _refuse(count: _Count, plan: Plan, others: Sequence[Allowance]) -> Diagnostic:
    if count.kind is GuardKind.RECREATE and count.limit.number == 0:
        return _refuse_to_recreate(count, plan, others)
    kind = _KINDS[count.kind]
    share = f" of {count.whole}" if count.whole else ""
    things = kind.thing if (count.whole or count.total) == 1 else f"{kind.thing}s"
    sentences = [
        f"A plan may {kind.verb} no more than {' and '.join(_find_exceeded(count))} unless it is allowed to.",
        f"Here that is {_name(count)}. Nothing was sent.",
        *_explain_empty(count),
        *_explain_others(others, plan),
        "If this is what you mean, allow it to this very plan:",
    ]
    return Diagnostic(
        code="guard",
        summary=f"The guard refuses to {kind.verb} {count.total}{share} {things}",
        detail=f"{' '.join(sentences)}\n{_write_flags(count, plan)}",
        address=next(iter(count.parts)) if len(count.parts) == 1 else None,
    )


def _refuse_to_recreate(count: _Count, plan: Plan, others: Sequence[Allowance]) -> Diagnostic:
    is_one = count.total == 1
    it, with_data = ("it", "it, and its data") if is_one else ("them", "them, and their data")
    sentences = [
        f"{_name(count)}: the account knows {it} no longer, so somebody has deleted {with_data}.",
        "What would be created is empty. Nothing was sent.",
        *_explain_others(others, plan),
        "If this is what you mean, allow it to this very plan, or give -recreate-missing:",
    ]
    flags = _write_flags(count, plan)
    forget = " ".join(_quote(str(address)) for address in list(count.parts)[:_NAMED])
    return Diagnostic(
        code="guard",
        summary=f"The guard refuses to create {'a cluster' if is_one else f'{count.total} clusters'} again",
        detail=f"{' '.join(sentences)}\n{flags}\nIf not, take {'its block' if is_one else 'their blocks'} out of the "
        f"configuration, and let the state forget {it}:\n  planner state rm {forget}",
        address=next(iter(count.parts)) if is_one else None,
    )


def _refuse_failed(plan: Plan, others: Sequence[Allowance]) -> Iterator[Diagnostic]:
    """Yield the refusal of a plan in which a check fails; a postcondition that does is refused at any rate."""
    failed = list(dict.fromkeys(check.label for check in plan.checks if check.passed is False))
    if not failed:
        return
    sentences = [
        'The guard block says failed_checks = "refuse". Nothing was sent.',
        *_explain_others(others, plan),
        "See the warnings of the plan. If it is to go on all the same, allow it to this very plan:",
    ]
    yield Diagnostic(
        code="guard",
        summary=f"The guard refuses a plan for which {', '.join(failed)} fail{'s' if len(failed) == 1 else ''}",
        detail=f"{' '.join(sentences)}\n  --allow {format_allowance(GuardKind.FAILED_CHECKS, None, plan.id)}",
    )


def _name(count: _Count) -> str:
    names = [str(address) for address in count.parts]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _explain_empty(count: _Count) -> Iterator[str]:
    if count.kind is GuardKind.DELETE and count.total == count.whole:
        yield (
            "The configuration declares none of the clusters that the state holds: perhaps this is another directory "
            "than you mean, or its files are missing. To delete everything there is planner destroy."
        )


def _explain_others(others: Sequence[Allowance], plan: Plan) -> Iterator[str]:
    if others:
        given = ", ".join(dict.fromkeys(shorten_plan_id(one.plan_id) for one in others))
        yield f"What was allowed is for {given}, and this is {shorten_plan_id(plan.id)}."


def _write_flags(count: _Count, plan: Plan) -> str:
    """Return the options that allow it to this plan: one for each cluster, or where there are many, one for all."""
    addresses = list(count.parts) if len(count.parts) <= _NAMED else [None]
    texts = (format_allowance(count.kind, address, plan.id) for address in addresses)
    return f"  {' '.join(f'--allow {_quote(text)}' for text in texts)}"


def _quote(text: str) -> str:
    """Return `text` as a shell takes it for one word."""
    if _PLAIN.fullmatch(text):
        return text
    quoted = text.replace("'", "'\\''")
    return f"'{quoted}'"
