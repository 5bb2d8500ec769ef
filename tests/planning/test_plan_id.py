"""Plan id: the hash of the transition. What two machines may see differently does not matter; what is done does."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from planner.model.desired import CheckResult, Desired, DesiredCluster, DesiredOutput, Lifecycle
from planner.model.live import LiveCluster
from planner.model.plan import Plan
from planner.model.secrets import find_secrets
from planner.model.spans import Span
from planner.planning.make_plan import NO_STATE_KEY, PlanOptions, make_plan
from planner.planning.rekey import rekey_plan
from state.record import Record
from state.snapshot import Snapshot
from state.values import Json, Secret, Timeouts
from tests.laws.lab import declare
from tests.planning.sides import KEY, plan, remember, show, snapshot

NEW = [declare("web", "store", awsTags=[{"name": "team", "value": "ads"}]), declare("store")]


def test_golden_ids() -> None:
    """These ids stand in pull requests and pipelines: a new release must not change them without a word."""
    assert plan(NEW).id == "85a81661314f400c1dc8f423eb74f6acab5e9b9c9a0ef8ee135e9fd141ea28e3"
    update = plan([declare("web", awsKeyPair="b")], [remember("web", awsKeyPair="a")], [show("web", awsKeyPair="a")])
    assert update.id == "24d3d2a7037156d70f8bf1f61d91eab09daa2a7848b20d219d69d896fcf52cb3"
    assert (
        plan([], [remember("web")], [show("web")]).id
        == "c1c2aa50ca05e9809f9ca5923e50d363b36c4d15a2b5f2ccae889e25de125279"
    )
    assert plan([]).id == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"


Sides = tuple[list[DesiredCluster], list[Record], list[LiveCluster]]

TAGS: list[Json] = [{"name": "t", "value": "1"}, {"name": "u", "value": "2"}]
BASE: Sides = (
    [
        declare("a", awsKeyPair="new", awsTags=TAGS),
        declare("b"),
        declare("keep", awsKeyPair="x"),
    ],
    [remember("a", awsKeyPair="old"), remember("c"), remember("keep", awsKeyPair="x")],
    [show("a", awsKeyPair="old", query={"replicas": 1}), show("c"), show("keep", awsKeyPair="x"), show("theirs")],
)


def make(sides: Sides, prior: Snapshot | None = None, endpoint: str = "e", **said: Any) -> Plan:  # noqa: ANN401
    """Return the plan for three sides; `said` is what the configuration says besides its clusters."""
    desired, records, live = sides
    state = prior or snapshot(*records)
    return make_plan(Desired(clusters=tuple(desired), **said), state, live, PlanOptions(endpoint=endpoint), {})


def relocate(cluster: DesiredCluster) -> DesiredCluster:
    return replace(cluster, find_span=lambda _: Span(file="elsewhere.hcl", start=1, end=2))


def with_live(change: Callable[[LiveCluster], LiveCluster], name: str = "a") -> Sides:
    desired, records, live = BASE
    return desired, records, [change(cluster) if cluster.name == name else cluster for cluster in live]


def edit_live(**spec: Json) -> Callable[[LiveCluster], LiveCluster]:
    def edit(cluster: LiveCluster) -> LiveCluster:
        before = cluster.document["spec"]
        assert isinstance(before, dict)
        return replace(cluster, document={**cluster.document, "spec": {**before, **spec}})

    return edit


SAME: dict[str, Callable[[], Plan]] = {
    "files in another order": lambda: make((BASE[0][::-1], BASE[1], BASE[2])),
    "a list of the account in another order": lambda: make((BASE[0], BASE[1], BASE[2][::-1])),
    "records in another order": lambda: make((BASE[0], BASE[1][::-1], BASE[2])),
    "another value that our last apply asked for": lambda: make(
        (BASE[0], [remember("a", awsKeyPair="older"), *BASE[1][1:]], BASE[2])
    ),
    "another file": lambda: make(([relocate(cluster) for cluster in BASE[0]], BASE[1], BASE[2])),
    "another endpoint's spelling": lambda: make(BASE, endpoint="other"),
    "another serial": lambda: make(BASE, snapshot(*BASE[1], serial=99)),
    "another lineage": lambda: make(BASE, replace(snapshot(*BASE[1]), lineage="other")),
    "a field of the server's own": lambda: make(with_live(edit_live(query={"replicas": 9}))),
    "somebody else's cluster": lambda: make(with_live(edit_live(query={"replicas": 9}), "theirs")),
    "the server's own count": lambda: make(with_live(lambda cluster: replace(cluster, resource_version=77))),
    "other timeouts": lambda: make(
        ([replace(BASE[0][0], timeouts=Timeouts(update=60)), *BASE[0][1:]], BASE[1], BASE[2])
    ),
    "a warning": lambda: make(with_live(lambda cluster: replace(cluster, state="FAILED"))),
    "an output": lambda: make(BASE, outputs=(DesiredOutput(name="o", value="x", type="string"),)),
    "a check": lambda: make(BASE, checks=(CheckResult(label="check.c", passed=False),)),
    "tags in another order": lambda: make(
        ([declare("a", awsKeyPair="new", awsTags=TAGS[::-1]), *BASE[0][1:]], BASE[1], BASE[2])
    ),
    "one more cluster that stays": lambda: make(
        ([*BASE[0], declare("still")], [*BASE[1], remember("still")], [*BASE[2], show("still")])
    ),
}

OTHER: dict[str, Callable[[], Plan]] = {
    "another value": lambda: make(([declare("a", awsKeyPair="other"), *BASE[0][1:]], BASE[1], BASE[2])),
    "another live value of ours": lambda: make(with_live(edit_live(awsKeyPair="drifted"))),
    "one create less": lambda: make(([BASE[0][0], BASE[0][2]], BASE[1], BASE[2])),
    "one delete less": lambda: make((BASE[0], [BASE[1][0], BASE[1][2]], BASE[2])),
    "another id": lambda: make(
        (
            BASE[0],
            [replace(BASE[1][0], id="other"), *BASE[1][1:]],
            [show("a", id="other", awsKeyPair="old"), *BASE[2][1:]],
        )
    ),
    "another address": lambda: make(([BASE[0][0], declare("d", name="b"), BASE[0][2]], BASE[1], BASE[2])),
    "another verb": lambda: make(
        ([replace(BASE[0][0], lifecycle=Lifecycle(update="overwrite")), *BASE[0][1:]], BASE[1], BASE[2])
    ),
    "another order": lambda: make(([BASE[0][0], declare("b", "a"), BASE[0][2]], BASE[1], BASE[2])),
}


@pytest.mark.parametrize("variant", SAME.values(), ids=SAME)
def test_what_does_not_matter(variant: Callable[[], Plan]) -> None:
    assert variant().id == make(BASE).id


@pytest.mark.parametrize("variant", OTHER.values(), ids=OTHER)
def test_what_matters(variant: Callable[[], Plan]) -> None:
    assert variant().id != make(BASE).id


def test_secrets_enter_as_fingerprints() -> None:
    def create(secret: str) -> str:
        return plan([declare("web", customFiles=[{"name": "f", "content": secret}])]).id

    assert create("hunter2") == create("hunter2") != create("hunter3")


def test_a_plan_made_before_there_is_a_state_is_rekeyed_for_it() -> None:
    """What the state will remember has its own key; the requests stay as they were reviewed."""
    desired = Desired(clusters=(declare("web", customFiles=[{"name": "f", "content": "hunter2"}]),))
    secrets: dict[str, Json] = {}
    made = make_plan(desired, None, [], PlanOptions(endpoint="e"), secrets)

    rekeyed = rekey_plan(made, secrets, KEY)

    before, after = ({secret for _, secret in find_secrets(one.changes[0].applied)} for one in (made, rekeyed))
    same_under_the_key = plan(desired.clusters).changes[0].applied
    assert len(before) == len(after) == 1
    assert before.isdisjoint(after)
    assert rekeyed.changes[0].applied == same_under_the_key
    assert rekeyed.changes[0].after == same_under_the_key
    assert rekeyed.operations == made.operations
    assert rekeyed.id == made.id
    assert all(isinstance(secret, Secret) for secret in before | after)
    assert "hunter2" not in repr(rekeyed)
    assert NO_STATE_KEY != KEY
