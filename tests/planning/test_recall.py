"""Recalling: what a plan without a refresh takes for live, and where it must not be made."""

from dataclasses import replace

from planner.model.desired import Desired
from planner.planning.recall import describe_recalled, find_hindrances, recall_clusters
from state.address import Address
from state.values import Late, Secret, Value
from tests.planning.sides import announce, remember, snapshot, take


def test_what_was_observed_is_live_and_else_what_was_asked_for() -> None:
    seen = remember("web", awsKeyPair="a", observed={"awsKeyPair": "A", "query": {"replicas": 1}})
    unseen = replace(remember("store", awsKeyPair="b"), observed=None)
    web, store = recall_clusters(snapshot(seen, unseen))
    assert web.document["spec"] == {"version": "2021.06", "awsKeyPair": "A", "query": {"replicas": 1}}
    assert store.document["spec"] == {"version": "2021.06", "awsKeyPair": "b"}
    assert (web.id, web.name, web.state, web.is_recalled) == ("id-web", "web", None, True)
    assert recall_clusters(None) == ()


def test_what_the_state_does_not_hold_is_late_for_expressions() -> None:
    record = remember("web", customFiles=[{"name": "f", "content": "x"}])
    hidden: dict[str, Value] = {
        "metadata": {"name": "web"},
        "spec": {"customFiles": [{"name": "f", "content": Secret("k")}]},
    }
    (live,) = recall_clusters(snapshot(replace(record, observed=hidden)))
    described = describe_recalled(live, Address("web"))
    assert described.keys() == {"metadata", "spec"}, "the status is not known at all"
    assert described["spec"] == {
        "customFiles": [{"name": "f", "content": Late(("cluster.web.spec.customFiles[0].content",))}]
    }
    metadata = described["metadata"]
    assert isinstance(metadata, dict)
    assert (metadata["name"], metadata["uid"]) == ("web", "id-web")
    assert all(isinstance(value, Late) for name, value in metadata.items() if name not in {"name", "uid"})


def test_an_interrupted_run_and_an_import_need_the_account() -> None:
    told = list(find_hindrances(take(shop="id-7"), snapshot(remember("web"), intents=[announce("new")])))
    assert [(one.code, str(one.address)) for one in told] == [
        ("refresh-needed", "cluster.new"),
        ("refresh-needed", "cluster.shop"),
    ]
    assert list(find_hindrances(take(web="id-web"), snapshot(remember("web")))) == []
    assert list(find_hindrances(Desired(), None)) == []
