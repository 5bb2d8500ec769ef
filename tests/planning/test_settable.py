"""What of a live cluster a configuration can ask for, and what is told of the rest."""

from typing import Any

import pytest

from planner.planning.settable import Settable, find_settable

VERSION = {"version": "2021.06"}


def select(spec: Any, *, keeps: bool = False, bare: bool = False, name: str = "web") -> Settable:  # noqa: ANN401 - any JSON
    return find_settable({"metadata": {"name": name}, "spec": spec}, keeps_defaults=keeps, takes_any_text=bare)


def keep(spec: Any, *, keeps: bool = False, bare: bool = False) -> Any:  # noqa: ANN401 - any JSON
    """Return what is kept of `spec`, of which nothing must be left out that could be asked for."""
    settable = select(spec, keeps=keeps, bare=bare)
    assert settable.document is not None
    assert settable.left_out == ()
    return settable.document["spec"]


@pytest.mark.parametrize(
    "noise",
    [
        {"desiredState": "STARTED"},
        {"awsTags": []},
        {"data": {"tier1": {"historicalRuntimeProperties": []}, "historicalRuntimeProperties": []}},
        {"pivot": {"accessMode": "PROXIED"}},
        {"awsKeyPair": None},
        {"theirOwn": {"a": 1}},
        {"query": {"theirOwn": 1}},
    ],
)
def test_noise_is_left_out_without_a_word(noise: dict[str, Any]) -> None:
    assert keep(VERSION | noise) == VERSION


@pytest.mark.parametrize(
    "news",
    [
        {"desiredState": "STOPPED"},
        {"encryptVolumes": False},
        {"awsTags": [{"name": "team", "value": ""}]},
        {"data": {"tier1": {"replicas": 0}}},
        {"pivot": {"accessMode": "NATIVE"}},
        {"pivot": {"accessMode": "OIDC", "roleAuthority": "NATIVE", "options": "a: b"}},
        {"loadBalancers": [{"type": "x", "rest": [0.1, {"deep": []}]}]},
        {"druidExtensions": ["a", {"name": "b", "path": "c"}]},
    ],
)
def test_what_says_something_is_kept(news: dict[str, Any]) -> None:
    assert keep(VERSION | news) == VERSION | news


def test_defaults_can_be_kept() -> None:
    spec = VERSION | {"desiredState": "STARTED", "awsTags": [], "data": {}, "pivot": {"accessMode": "PROXIED"}}
    assert keep(spec | {"theirOwn": 1, "awsKeyPair": None}, keeps=True) == spec


def test_the_order_is_that_of_the_schema_and_of_names() -> None:
    kept = keep(
        {
            "druidExtensions": ["b", "a"],
            "query": {"instanceType": "m5", "replicas": 1},
            "awsTags": [{"value": "1", "name": "b"}, {"value": "2", "name": "a"}],
            "version": "2021.06",
        }
    )
    assert list(kept) == ["version", "awsTags", "query", "druidExtensions"]
    assert list(kept["query"]) == ["replicas", "instanceType"]
    assert [list(pair.items()) for pair in kept["awsTags"]] == [
        [("name", "a"), ("value", "2")],
        [("name", "b"), ("value", "1")],
    ]
    assert kept["druidExtensions"] == ["a", "b"]


@pytest.mark.parametrize(
    ("odd", "path", "word"),
    [
        ({"metadataStore": {"diskSize": 0}}, "spec.metadataStore.diskSize", "1 or more"),
        ({"desiredState": "ASLEEP"}, "spec.desiredState", "STARTED"),
        ({"query": "x"}, "spec.query", "object"),
        ({"pivot": {"accessMode": "OIDC", "roleAuthority": "NATIVE"}}, "spec.pivot", "options"),
        ({"awsTags": [{"name": "a", "value": "1"}, {"name": "a", "value": "2"}]}, "spec.awsTags", "repeats"),
        ({"awsTags": [{"name": "a"}]}, "spec.awsTags", "value"),
        ({"loadBalancers": [{"a": [None]}]}, "spec.loadBalancers", "null"),
        ({"loadBalancers": [{"a": 1e300}]}, "spec.loadBalancers", "too large"),
        ({"awsKeyPair": "Ka\u0308se"}, "spec.awsKeyPair", "NFC"),
        ({"awsTags": [{"name": "Ka\u0308se", "value": ""}]}, "spec.awsTags", "NFC"),
    ],
)
def test_what_no_configuration_can_ask_for_is_told(odd: dict[str, Any], path: str, word: str) -> None:
    settable = select(VERSION | {"awsInstanceRole": "role"} | odd)
    assert settable.document == {"metadata": {"name": "web"}, "spec": VERSION | {"awsInstanceRole": "role"}}
    (gap,) = settable.left_out
    assert gap.path == path
    assert word in gap.reason


def test_bare_clusters_take_any_text() -> None:
    assert keep(VERSION | {"awsKeyPair": "Ka\u0308se"}, bare=True)["awsKeyPair"] == "Ka\u0308se"


@pytest.mark.parametrize(
    ("spec", "name", "path"),
    [
        (None, "web", "spec"),
        ({}, "web", "spec.version"),
        ({"version": "latest"}, "web", "spec.version"),
        (VERSION, " ", "metadata.name"),
        (VERSION, "Ka\u0308se", "metadata.name"),
    ],
)
def test_some_clusters_cannot_be_declared(spec: Any, name: str, path: str) -> None:  # noqa: ANN401 - any JSON
    settable = select(spec, name=name)
    assert settable.document is None
    assert [gap.path for gap in settable.left_out] == [path]


def test_no_reason_quotes_a_secret() -> None:
    document: dict[str, Any] = {"metadata": {"name": "web"}, "spec": VERSION | {"desiredState": "hunter2"}}
    settable = find_settable(document, hidden=[("spec", "desiredState")], keeps_defaults=False, takes_any_text=False)
    assert settable.left_out != ()
    assert "hunter2" not in repr(settable)


def test_what_is_live_stays_as_it_is() -> None:
    live: dict[str, Any] = {"metadata": {"name": "web"}, "spec": VERSION | {"awsTags": [{"name": "a"}]}}
    find_settable(live, keeps_defaults=False, takes_any_text=False)
    assert live == {"metadata": {"name": "web"}, "spec": VERSION | {"awsTags": [{"name": "a"}]}}
