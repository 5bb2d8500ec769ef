"""A plan of many deletes and some drift, for the golden pages."""

from planner.model.plan import MISSING, Action, Cause, Change, Difference, Method, Operation, Plan, Precondition, Reason
from state.address import Address
from state.values import Value

__all__ = ["DELETE_MANY"]

ID = "8f14e45f-ceea-467f-a0e6-1b9d3c0a7c11"


def cluster(name: str, **spec: Value) -> dict[str, Value]:
    version: dict[str, Value] = {"version": "2021.06"}
    return {"metadata": {"name": name}, "spec": version | spec}


def delete(number: int) -> Change:
    return Change(
        address=Address("web", number),
        action=Action.DELETE,
        name=f"web-{number}",
        id=f"{ID}-{number}",
        reason=Reason.NOT_IN_CONFIGURATION,
        before=cluster(f"web-{number}", awsTags=[]),
    )


ZONE = Change(
    address=Address("zone"),
    action=Action.UPDATE,
    name="zone",
    id=ID,
    before=cluster("zone", version="2021.05"),
    after=cluster("zone", awsKeyPair="ops"),
    differences=(
        Difference(path=("spec", "version"), cause=Cause.DRIFT, before="2021.05", after="2021.06", applied="2021.06"),
        Difference(path=("spec", "awsKeyPair"), cause=Cause.EDIT, before=MISSING, after="ops"),
    ),
)

DELETED = tuple(map(delete, range(11)))
REQUESTS = [(change, Method.DELETE, None) for change in DELETED]
UPDATE: dict[str, Value] = {"spec": {"version": "2021.06", "awsKeyPair": "ops"}}

DELETE_MANY = Plan(
    id="7f3a9c01d2e5" + "0" * 52,
    changes=(*DELETED, ZONE),
    operations=tuple(
        Operation(number=number, address=change.address, method=method, path=f"/clusters/{change.id}", body=body)
        for number, (change, method, body) in enumerate([*REQUESTS, (ZONE, Method.PATCH, UPDATE)], 1)
    ),
    precondition=Precondition(endpoint="https://acme.implycloud.com", lineage="6f1c", serial=4),
)
