"""Plans with values that are known after apply, for the golden pages."""

from planner.model.paths import Key
from planner.model.plan import MISSING, Action, Cause, Change, Difference, Method, Operation, Plan, Precondition
from state.address import Address
from state.values import Late, Secret, Value

__all__ = ["LATE"]

UID = Late(("cluster.store.metadata.uid",))
STATE = Late(("cluster.store.status.state", "cluster.store.metadata.uid"))
SHOP = "8f14e45f-ceea-467f-a0e6-1b9d3c0a7c11"


def cluster(name: str, **spec: Value) -> dict[str, Value]:
    return {"metadata": {"name": name}, "spec": {"version": "2021.06", **spec}}


def pairs(**members: Value) -> list[Value]:
    return [{"name": name, "value": value} for name, value in members.items()]


def differ(*path: str | int | Key, before: Value = None, after: Value) -> Difference:
    side = MISSING if before is None else before
    return Difference(path=("spec", *path), cause=Cause.EDIT, before=side, after=after)


NEW = cluster(
    "reports",
    awsTags=pairs(store=UID, team="ads"),
    druidExtensions=["druid-s3", UID],
    query=STATE,
    pivot={"accessMode": "OIDC", "options": UID},
)
BEFORE = cluster(
    "shop",
    awsKeyPair="ops",
    awsTags=pairs(store="none", team="ads"),
    query={"replicas": 3, "instanceType": "t2.small"},
    hosts=["a", "b"],
    motd="one\ntwo\n",
    ports=["1", "2", "3"],
    flags=[],
    pivot={"accessMode": "OIDC", "options": Secret("k1:1111")},
)
CHANGED: dict[str, Value] = {
    "awsKeyPair": UID,
    "awsTags": pairs(store=UID, team="ads", zone=UID),
    "query": STATE,
    "hosts": UID,
    "motd": UID,
    "ports": ["1", UID, "3"],
    "flags": UID,
    "pivot": {"options": UID},
    "awsInstanceRole": UID,
}
PIVOT: dict[str, Value] = {"accessMode": "OIDC", "options": UID}
AFTER = cluster("shop", **{**CHANGED, "pivot": PIVOT})

LATE = Plan(
    id="7f3a9c01d2e5" + "0" * 52,
    changes=(
        Change(address=Address("reports"), action=Action.CREATE, name="reports", after=NEW, applied=NEW),
        Change(
            address=Address("shop"),
            action=Action.UPDATE,
            name="shop",
            id=SHOP,
            before=BEFORE,
            after=AFTER,
            applied=AFTER,
            differences=(
                differ("awsInstanceRole", after=UID),
                differ("awsKeyPair", before="ops", after=UID),
                differ("awsTags", Key("store"), "value", before="none", after=UID),
                differ("awsTags", Key("zone"), after={"name": "zone", "value": UID}),
                differ("query", before={"replicas": 3, "instanceType": "t2.small"}, after=STATE),
                differ("hosts", before=["a", "b"], after=UID),
                differ("motd", before="one\ntwo\n", after=UID),
                differ("ports", before=["1", "2", "3"], after=["1", UID, "3"]),
                differ("flags", before=[], after=UID),
                differ("pivot", "options", before=Secret("k1:1111"), after=UID),
            ),
        ),
    ),
    operations=(
        Operation(number=1, address=Address("reports"), method=Method.POST, path="/clusters", body=NEW),
        Operation(
            number=2, address=Address("shop"), method=Method.PATCH, path=f"/clusters/{SHOP}", body={"spec": CHANGED}
        ),
    ),
    precondition=Precondition(endpoint="https://acme.implycloud.com", lineage="6f1c", serial=4),
)
"""A create and an update; `cluster.store` is created by a plan that came before."""
