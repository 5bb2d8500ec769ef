"""Plans that `moved`, `removed` and `import` blocks lead to, for the golden pages."""

from dataclasses import replace

from planner.model.paths import Key
from planner.model.plan import (
    MISSING,
    Action,
    Cause,
    Change,
    Difference,
    Ignored,
    LeftOut,
    Method,
    Operation,
    Plan,
    Precondition,
    Reason,
)
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

IMPORTED = make_plan(
    (
        Change(
            address=Address("web"),
            action=Action.NO_OP,
            name="web",
            id="77",
            importing="web",
            before=cluster("web"),
            after=cluster("web"),
        ),
        Change(
            address=Address("shop"),
            action=Action.UPDATE,
            name="shop",
            id=ID,
            importing=ID,
            before=cluster("shop", query={"replicas": 2}),
            after=cluster("shop", query={"replicas": 3}),
            differences=(
                Difference(path=("spec", "query", "replicas"), cause=Cause.EDIT, before=2, after=3),
                Difference(path=("spec", "version"), cause=Cause.ADOPT, before="2021.06", after="2021.06"),
            ),
        ),
    ),
    request(1, "shop", Method.PATCH, {"spec": {"query": {"replicas": 3}}}),
)

IGNORED = replace(
    make_plan(
        (
            Change(
                address=Address("shop"),
                action=Action.UPDATE,
                name="shop",
                id=ID,
                before=cluster("shop", query={"replicas": 2, "instanceType": "t2.small"}),
                after=cluster("shop", query={"replicas": 2, "instanceType": "t2.large"}),
                differences=(
                    Difference(
                        path=("spec", "query", "instanceType"), cause=Cause.EDIT, before="t2.small", after="t2.large"
                    ),
                ),
            ),
        ),
        request(1, "shop", Method.PATCH, {"spec": {"query": {"instanceType": "t2.large"}}}),
    ),
    unchanged=7,
    ignored=(
        Ignored(
            address=Address("shop"),
            differences=(
                Difference(path=("spec", "query", "replicas"), cause=Cause.IGNORED, before=2, after=3),
                Difference(
                    path=("spec", "awsTags", Key("owner")),
                    cause=Cause.IGNORED,
                    before={"name": "owner", "value": "bob"},
                    after=MISSING,
                ),
            ),
        ),
        *(
            Ignored(
                address=Address("web", key),
                differences=(
                    Difference(path=("spec", "awsKeyPair"), cause=Cause.IGNORED, before="theirs", after="ours"),
                ),
            )
            for key in range(6)
        ),
    ),
)

TRIGGERED = make_plan(
    (
        Change(
            address=Address("shop"),
            action=Action.REPLACE,
            name="shop",
            id=ID,
            reason=Reason.TRIGGERED,
            triggered_by=(Address("store", 0), Address("store", 1)),
            before=cluster("shop"),
            after=cluster("shop"),
        ),
    ),
    request(1, "shop", Method.DELETE),
    Operation(
        number=2, address=Address("shop"), method=Method.POST, path="/clusters", body=cluster("shop"), after=(1,)
    ),
)

ROLLED_BACK = make_plan(
    (
        Change(
            address=Address("web"),
            action=Action.UPDATE,
            name="web",
            id=ID,
            rolls_back_to=3,
            before=cluster("web", query={"replicas": 4}, awsKeyPair="theirs"),
            after=cluster("web", query={"replicas": 2}, pivot={"accessMode": "PROXIED"}),
            differences=(
                Difference(path=("spec", "query", "replicas"), cause=Cause.EDIT, before=4, after=2, applied=4),
                Difference(path=("spec", "awsKeyPair"), cause=Cause.DRIFT, before="theirs", after=MISSING),
                Difference(path=("spec", "pivot", "accessMode"), cause=Cause.DEFAULT, before=MISSING, after="PROXIED"),
            ),
        ),
    ),
    Operation(
        number=1,
        address=Address("web"),
        method=Method.PUT,
        path=f"/clusters/{ID}",
        body=cluster("web", query={"replicas": 2}, pivot={"accessMode": "PROXIED"}),
    ),
)

PARTIAL = replace(
    make_plan(
        (
            Change(
                address=Address("web"), action=Action.NO_OP, name="web", id=ID, before=cluster("web"), is_protected=True
            ),
        )
    ),
    excluded=("module.fleet",),
    left_out=(
        LeftOut(address=Address("quiet"), action=Action.NO_OP),
        LeftOut(address=Address("store"), action=Action.UPDATE, is_pending=True),
        LeftOut(address=Address("taken"), action=Action.NO_OP, is_pending=True),
    ),
)

PAST = {
    "ignored": IGNORED,
    "ignored_alone": replace(IGNORED, changes=(), operations=(), ignored=IGNORED.ignored[:1]),
    "imported": IMPORTED,
    "partial": PARTIAL,
    "removed": REMOVED,
    "replace_triggered": TRIGGERED,
    "rolled_back": ROLLED_BACK,
}
