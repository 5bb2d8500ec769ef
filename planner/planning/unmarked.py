"""Unmarked secrets: texts that are known to be secret, in places that nothing says are.

A password that somebody wrote into a tag as well is hidden there too: whatever would be written of it, in a saved plan,
in the state or its journal, holds a fingerprint instead. Names by which clusters and entries are told apart stay.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from planner.model.diagnostics import Diagnostic, Severity
from planner.model.paths import Key, Path, format_path
from planner.model.plan import Change, Plan
from planner.planning.changes import Rules
from planner.planning.seal import find_hidden, seal
from state.address import Address
from state.values import Value

__all__ = [
    "Hidden",
    "Holds",
    "find_unmarked",
    "merge_hidden",
    "recall_hidden",
    "seal_change",
    "seal_unmarked",
    "warn_of_unmarked",
]

Holds: TypeAlias = Callable[[str], bool]
"""Tells whether there is a secret in a text."""

Hidden: TypeAlias = Mapping[Address, frozenset[Path]]
"""Keyed paths of what is to be hidden in each cluster, beside what is known to be secret by its place."""

_NAMED = 3
"""How many places are named at most."""


def find_unmarked(plan: Plan, holds: Holds) -> Hidden:
    """Return where in the documents of `plan` a secret stands in the clear."""
    texts = {text for change in plan.changes for side in _list_sides(change) for text in _list_texts(side)}
    found = {text for text in texts if holds(text)} if holds("\n".join(texts)) else set()
    if not found:
        return {}
    hidden = {
        change.address: frozenset(path for side in _list_sides(change) for path in _find(side, found, ("spec",)))
        for change in plan.changes
    }
    return {address: paths for address, paths in hidden.items() if paths}


def merge_hidden(one: Hidden, other: Hidden) -> Hidden:
    """Return what is hidden by `one` or by `other`."""
    return {at: one.get(at, frozenset()) | other.get(at, frozenset()) for at in (*one, *other)}


def recall_hidden(plan: Plan) -> Hidden:
    """Return where fingerprints stand in a saved plan, which knows what was hidden when it was made."""
    return {
        change.address: frozenset(
            path for side in (change.before, change.after, change.applied) if side for path in find_hidden(side)
        )
        for change in plan.changes
    }


def seal_unmarked(
    document: dict[str, Value], holds: Holds, rules: Rules, *, told: dict[str, Value] | None = None
) -> dict[str, Value]:
    """Return a sealed `document` with fingerprints for those secrets too that stand in it in the clear.

    What stands in `told` in the clear stays: both are remembered, and must not seem to differ.
    """
    spec = document.get("spec")
    texts = set(_list_texts(spec)).difference(_list_texts(told))
    if not holds("\n".join(texts)):
        return document
    paths = frozenset(_find(spec, {text for text in texts if holds(text)}, ("spec",)))
    return seal(document, rules.field, rules.key, sensitive=paths)


def seal_change(change: Change, holds: Holds, rules: Rules) -> Change:
    """Return `change` with what `seal_unmarked` does to each of its documents."""
    before, after, applied = (
        None if side is None else seal_unmarked(side, holds, rules)
        for side in (change.before, change.after, change.applied)
    )
    return replace(change, before=before, after=after, applied=applied)


def warn_of_unmarked(plan: Plan, hidden: Hidden) -> Iterator[Diagnostic]:
    """Yield one warning about all that the configuration sets to a text which is a secret elsewhere."""
    places = [
        f"{format_path(path)} of {change.address}"
        for change in plan.changes
        for path in sorted(hidden.get(change.address, ()), key=format_path)
        if change.applied is not None and _is_set(change.applied, path)
    ]
    if places:
        more = [f"{len(places) - _NAMED} more"] if len(places) > _NAMED else []
        yield Diagnostic(
            severity=Severity.WARNING,
            code="value-holds-secret",
            summary="A secret is used where nothing says that it is one",
            detail=f"What is secret elsewhere stands in {', '.join([*places[:_NAMED], *more])}. So that is treated as "
            "sensitive: it is sent, and neither shown nor kept. Whoever may look at the cluster sees it, so take it "
            "out; or choose a secret that is no word.",
        )


def _list_sides(change: Change) -> Iterator[Value]:
    for document in (change.before, change.after, change.applied):
        if document is not None:
            yield document.get("spec")


def _list_texts(value: Value) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for member in value.values():
                yield from _list_texts(member)
        case list():
            for item in value:
                yield from _list_texts(item)
        case _:
            pass


def _find(value: Value, secrets: set[str], path: Path) -> Iterator[Path]:
    """Yield the keyed path of each of the texts `secrets` in `value`."""
    match value:
        case str():
            if value in secrets:
                yield path
        case dict():
            for name, member in value.items():
                yield from _find(member, secrets, (*path, name))
        case list():
            for position, item in enumerate(value):
                key = item.get("name") if isinstance(item, dict) else item
                at = (*path, Key(key) if isinstance(key, str) else position)
                # By its name the entry is told apart, and found again.
                yield from (below for below in _find(item, secrets, at) if below != (*at, "name"))
        case _:
            pass


def _is_set(value: Value, path: Path) -> bool:
    """Tell whether `value` says anything about `path`; a list that it sets is its own as a whole."""
    at = value
    for step in path:
        if isinstance(at, list):
            return True
        if not isinstance(at, dict) or not isinstance(step, str) or step not in at:
            return False
        at = at[step]
    return True
