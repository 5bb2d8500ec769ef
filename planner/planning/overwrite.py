"""Overwriting: the whole document of a PUT, when the lifecycle of a cluster asks for `update = "overwrite"`.

It holds what the configuration says and, of everything else, what is live: an overwrite that left fields out would
reset them without a word. Fields that only the server may set are left out, and so is what is null: it is not set.
"""

from planner.model.plan import MISSING, Cause, Difference
from planner.planning.sameness import is_same_apart_from_order
from schemas import Field
from state.values import Late, Value

__all__ = ["add_access_mode", "make_overwrite"]

_DEFAULT_ACCESS_MODE = "PROXIED"


def add_access_mode(after: dict[str, Value]) -> tuple[dict[str, Value], tuple[Difference, ...]]:
    """Return `after` with the access mode of Pivot, and the difference that this makes.

    A PUT without `spec.pivot.accessMode` is answered with 500 (a known issue of the API), so every PUT carries it:
    from the configuration, else from the live cluster, else `PROXIED`, which is what a create without it gives.
    """
    spec = after.get("spec")
    spec = dict(spec) if isinstance(spec, dict) else {}
    pivot = spec.get("pivot")
    if isinstance(pivot, Late):
        return after, ()  # its mode is looked after once it is known
    pivot = dict(pivot) if isinstance(pivot, dict) else {}
    if pivot.get("accessMode") is not None:
        return after, ()
    pivot["accessMode"] = _DEFAULT_ACCESS_MODE
    cure = Difference(
        path=("spec", "pivot", "accessMode"), cause=Cause.DEFAULT, before=MISSING, after=_DEFAULT_ACCESS_MODE
    )
    return {**after, "spec": {**spec, "pivot": pivot}}, (cure,)


def make_overwrite(after: dict[str, Value], wanted: dict[str, Value], field: Field) -> dict[str, Value]:
    """Return the whole document to send so that the cluster becomes `after`.

    Where the server spells a value of ours differently, masks it or does not show it at all, ours is sent and not
    what it shows: a mask must not become the secret.
    """
    return _keep_writable(_lay_over(after, wanted, field), field)


def _lay_over(shown: dict[str, Value], wanted: dict[str, Value], field: Field | None) -> dict[str, Value]:
    laid = dict(shown)
    for name, member in wanted.items():
        there, member_field = shown.get(name), _member_field(field, name)
        if isinstance(there, dict) and isinstance(member, dict):
            laid[name] = _lay_over(there, member, member_field)
        elif name not in shown or not is_same_apart_from_order(there, member, member_field):
            laid[name] = member
    return laid


def _keep_writable(document: dict[str, Value], field: Field | None) -> dict[str, Value]:
    """Return `document` without what is read-only or null; a field that is new to us may be one that can be written."""
    kept: dict[str, Value] = {}
    for name, member in document.items():
        member_field = _member_field(field, name)
        if member is None or (member_field is not None and member_field.read_only):
            continue
        kept[name] = _keep_writable(member, member_field) if isinstance(member, dict) else member
    return kept


def _member_field(field: Field | None, name: str) -> Field | None:
    return None if field is None else field.fields.get(name, field.others)
