"""Plans that `moved`, `removed` and `import` blocks lead to, for the golden pages."""

from planner.model.plan import Action, Change, Method, Operation, Plan, Precondition, Reason
from state.address import Address
from state.values import Value

__all__ = ["PAST"]

ID = "8f14e45f-ceea-467f-a0e6-1b9d3c0a7c11"


def cluster(name: str, **spec: Value) -> dict[str, Value]:
    return {"metadata": {"name": name}, "spec": {"version": "2021.06", **spec}}


def make_plan(changes: tuple[Change, ...], *operations: Operation) -> Plan:
    return Plan(
        id="7f3a9c01d2e5" + "0" * 52,
        changes=changes,
        operations=operations,
        precondition=Precondition(endpoint="https://acme.implycloud.com", lineage="6f1c", serial=4),
    )


def request(number: int, label: str, method: Method, body: dict[str, Value] | None = None) -> Operation:
    return Operation(number=number, address=Address(label), method=method, path=f"/clusters/{ID}", body=body)


REMOVED = make_plan(
    (
        Change(
            address=Address("web", "eu"),
            action=Action.FORGET,
            name="web",
            id="77",
            reason=Reason.LET_GO,
            moved_from=Address("web"),
            before=cluster("web"),
        ),
        Change(
            address=Address("shop"),
            action=Action.DELETE,
            name="shop",
            id=ID,
            reason=Reason.NOT_IN_CONFIGURATION,
            moved_from=Address("store"),
            before=cluster("shop"),
        ),
    ),
    request(1, "shop", Method.DELETE),
)

PAST = {"removed": REMOVED}
