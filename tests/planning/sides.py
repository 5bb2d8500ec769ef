"""The three sides of a plan, in few words: clusters of a configuration, of a state, of an account."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from planner.model.desired import Desired, DesiredCluster, Endpoint, Import, Move, Removal
from planner.model.diagnostics import Failure
from planner.model.live import LiveCluster
from planner.model.paths import format_path
from planner.model.plan import Action, Change, Plan
from planner.model.spans import Span
from planner.planning.make_plan import PlanOptions, make_plan
from state.address import Address, parse_address
from state.record import Intent, Record
from state.snapshot import Snapshot
from tests.laws.lab import Document, declare

__all__ = [
    "KEY", "announce", "list_causes", "move", "plan", "plan_update", "point", "refuse", "remember", "remove",
    "show", "shown_as", "snapshot", "take",
]  # fmt: skip

KEY = "00" * 32


def remember(
    label: str,
    *needs: str,
    name: str = "",
    id: str = "",  # noqa: A002 - what a record calls it
    observed: Document | None = None,
    prevent_destroy: bool = False,
    **applied: Any,  # noqa: ANN401 - any field
) -> Record:
    """Return the record of a cluster, by default of one that the server shows as it was asked for."""
    document = declare(label, name=name, **applied).document
    seen = {**document, "spec": {"version": "2021.06", **observed}} if observed is not None else document
    return Record(
        address=Address(label),
        id=id or f"id-{label}",
        name=name or label,
        applied=document,  # type: ignore[arg-type]  # what holds no secret is a value
        observed=seen,  # type: ignore[arg-type]  # likewise
        prevent_destroy=prevent_destroy,
        depends_on=tuple(map(Address, sorted(needs))),
    )


def show(label: str, *, id: str = "", state: str | None = "RUNNING", **spec: Any) -> LiveCluster:  # noqa: A002, ANN401
    """Return a live cluster of the name `label`."""
    uid = id or f"id-{label}"
    document: Document = {
        "metadata": {"name": label, "uid": uid, "created": "2023-11-14"},
        "spec": {"version": "2021.06", **spec},
        "status": {"state": state, "resourceVersion": 1},
    }
    return LiveCluster(id=uid, name=label, resource_version=1, state=state, document=document)


def announce(label: str, *before: str, name: str = "", **applied: Any) -> Intent:  # noqa: ANN401 - any field
    """Return the intent of a create that was interrupted."""
    document: Any = declare(label, name=name, **applied).document
    return Intent(
        key=f"key-{label}",
        address=Address(label),
        kind="create",
        name=name or label,
        before=before,
        applied=document,
        at="2023-11-14T22:13:20Z",
    )


def snapshot(*records: Record, intents: Iterable[Intent] = (), serial: int = 1) -> Snapshot:
    """Return a state."""
    return Snapshot(
        lineage="lineage",
        serial=serial,
        fingerprint_key=KEY,
        records={record.address: record for record in records},
        intents=tuple(intents),
    )


def point(text: str) -> Endpoint:
    """Return the endpoint that `text` spells: the address of a cluster, or of a module."""
    try:
        address = parse_address(text)
    except ValueError:
        return Endpoint(module=parse_address(f"{text}.cluster.any").module)
    return Endpoint(module=address.module, name=address.name, key=address.key)


def move(*moves: tuple[str, str]) -> Desired:
    """Return a configuration of `moved` blocks alone, each from one address to the other."""
    return Desired(
        moves=tuple(
            Move(source=point(source), target=point(target), span=Span("main.hcl", 10 * number, 10 * number + 5))
            for number, (source, target) in enumerate(moves)
        )
    )


def remove(*endpoints: str, destroy: bool = False) -> Desired:
    """Return a configuration of `removed` blocks alone."""
    return Desired(
        removals=tuple(
            Removal(endpoint=point(text), destroy=destroy, span=Span("main.hcl", 10 * number, 10 * number + 5))
            for number, text in enumerate(endpoints)
        )
    )


def take(**ids: str) -> Desired:
    """Return a configuration of `import` blocks alone: the id or name of a live cluster for each label."""
    return Desired(
        imports=tuple(
            Import(address=Address(label), id=text, span=Span("main.hcl", 10 * number, 10 * number + 5))
            for number, (label, text) in enumerate(ids.items())
        )
    )


def plan(
    desired: Sequence[DesiredCluster],
    records: Sequence[Record] = (),
    live: Sequence[LiveCluster] = (),
    *,
    intents: Sequence[Intent] = (),
    past: Desired = Desired(),  # noqa: B008 - it cannot change
    **options: Any,  # noqa: ANN401 - those of PlanOptions
) -> Plan:
    """Return the plan of three sides; `past` is a configuration's `moved`, `removed` and `import` blocks."""
    prior = snapshot(*records, intents=intents)
    return make_plan(replace(past, clusters=tuple(desired)), prior, live, PlanOptions(endpoint="e", **options), {})


def refuse(*sides: Any, **options: Any) -> Failure:  # noqa: ANN401 - as `plan` takes them
    """Return the failure that a plan of these sides is."""
    try:
        made = plan(*sides, **options)
    except Failure as failure:
        return failure
    raise AssertionError(f"no failure, but {made}")


def plan_update(
    desired: Document, applied: Document, live: Document, observed: Document | None = None
) -> Change | None:
    """Return the change of one cluster with these four specifications; None where there is none."""
    made = plan([declare("web", **desired)], [remember("web", observed=observed, **applied)], [show("web", **live)])
    assert len(made.operations) == sum(change.action is Action.UPDATE for change in made.changes)
    return made.changes[0] if made.changes else None


def list_causes(change: Change | None) -> dict[str, str]:
    """Return the causes of a change's differences by path."""
    differences = change.differences if change else ()
    return {format_path(difference.path).removeprefix("spec."): difference.cause.value for difference in differences}


def shown_as(made: Plan) -> list[str]:
    """Return the requests of a plan, each with the numbers of those that it waits for."""
    return [
        f"{operation.method.value} {operation.address.name} after {list(operation.after)}"
        for operation in made.operations
    ]
