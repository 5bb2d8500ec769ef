"""Overwriting: the whole document of a PUT, when the lifecycle of a cluster asks for `update = "overwrite"`.

It holds what the plan shows and, of everything else, what is live: an overwrite that left fields out would reset
them without a word. Fields that only the server may set are left out.
"""

from planner.model.plan import MISSING, Cause, Difference
from schemas import Field
from state.values import Value

__all__ = ["make_overwrite"]

_DEFAULT_ACCESS_MODE = "PROXIED"


def make_overwrite(after: dict[str, Value], field: Field) -> tuple[dict[str, Value], tuple[Difference, ...]]:
    """Return the whole document to send in place of `after`, and what was added to it.

    A PUT without `spec.pivot.accessMode` is answered with 500 (a known issue of the API), so every PUT carries it:
    from the configuration, else from the live cluster, else `PROXIED`, which is what a create without it gives.
    """
    whole = _keep_writable(after, field)
    spec = whole.get("spec")
    spec = dict(spec) if isinstance(spec, dict) else {}
    pivot = spec.get("pivot")
    pivot = dict(pivot) if isinstance(pivot, dict) else {}
    if "accessMode" in pivot:
        return whole, ()
    pivot["accessMode"] = _DEFAULT_ACCESS_MODE
    cure = Difference(
        path=("spec", "pivot", "accessMode"), cause=Cause.DEFAULT, before=MISSING, after=_DEFAULT_ACCESS_MODE
    )
    return {**whole, "spec": {**spec, "pivot": pivot}}, (cure,)


def _keep_writable(document: dict[str, Value], field: Field) -> dict[str, Value]:
    kept: dict[str, Value] = {}
    for name, member in document.items():
        member_field = field.fields.get(name, field.others)
        if member_field is None or member_field.read_only:
            continue
        if isinstance(member, dict) and member_field.fields:
            kept[name] = _keep_writable(member, member_field)
        else:
            kept[name] = member
    return kept
