"""Law 1 where a server spells values its own way, and what becomes of a spelling that is changed on either side."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.emulator.behaviour import Behaviour
from planner.model.plan import Cause
from planner.model.report import Fate
from tests.laws.clusters import in_the_lab
from tests.laws.lab import Document, Lab, declare, want

RESPELLS = Behaviour(respells_values=True)

ALIKE: dict[str, list[list[str]]] = {
    "druid.server.maxSize": [["500MiB", "524288000", "512000KiB"], ["1GiB", "1073741824", "1024mib"], ["1g"], ["auto"]],
    "druid.coordinator.period": [["PT1H", "PT60M", "PT3600S"], ["PT90M", "PT1H30M"], ["P1D"], ["PT24H"], ["P1M"]],
    "druid.sql.enable": [["true", "True"], ["false", "False"], ["yes"], [""]],
    "druid.worker.capacity": [["4", "04"], ["6"], ["4.0"]],
    "druid.extensions.loadList": [['["a","b"]', '[ "a", "b" ]'], ['["b","a"]'], ["a, b"]],
    "druid.indexer.runner.javaOpts": [
        ["-Xmx8g -Da=1", "-Da=1 -Xmx8192m", "-Xmx1g -Xmx8g  -Da=1"],
        ["-Xmx12g -Da=1"],
        ["-Xmx8g -Da=2"],
        ["Main"],
    ],
    "druid.other": [["500MiB"], ["524288000"]],
}
"""Spellings by name, in groups of those that mean the same."""

CHOICES = st.fixed_dictionaries({}, optional={name: st.sampled_from(groups) for name, groups in ALIKE.items()})


def as_list(properties: dict[str, str]) -> list[Document]:
    return [{"name": name, "value": value} for name, value in properties.items()]


def spell(chosen: dict[str, list[str]], draw: random.Random) -> list[Document]:
    return as_list({name: draw.choice(group) for name, group in chosen.items()})


@in_the_lab
@given(CHOICES, st.randoms(use_true_random=False), st.booleans())
def test_what_is_spelled_in_another_way_is_no_change(
    chosen: dict[str, list[str]],
    draw: random.Random,
    is_overwrite: bool,  # noqa: FBT001 - generated
) -> None:
    lab = Lab(RESPELLS)
    cluster = declare("web", commonRuntimeProperties=spell(chosen, draw))
    lifecycle = replace(cluster.lifecycle, update="overwrite" if is_overwrite else "patch")
    lab.converge(replace(cluster, lifecycle=lifecycle))

    assert lab.plan(want(replace(cluster, lifecycle=lifecycle))).plan.changes == ()

    for _ in range(2):
        respelled = declare("web", commonRuntimeProperties=spell(chosen, draw))
        assert lab.plan(want(replace(respelled, lifecycle=lifecycle))).plan.changes == ()


@in_the_lab
@given(CHOICES, CHOICES, st.randoms(use_true_random=False))
def test_what_means_something_else_is_sent_and_then_nothing_is(
    before: dict[str, list[str]], after: dict[str, list[str]], draw: random.Random
) -> None:
    lab = Lab(RESPELLS)
    lab.converge(declare("web", commonRuntimeProperties=spell(before, draw)))
    wanted = declare("web", commonRuntimeProperties=spell(after, draw))

    planned = lab.plan(want(wanted))

    assert bool(planned.plan.operations) == (before != after)
    assert {outcome.fate for outcome in lab.apply(planned).outcomes} <= {Fate.DONE}
    assert lab.plan(want(wanted)).plan.changes == ()


def plan_beside(lab: Lab, properties: dict[str, str], **spec: Any) -> Any:  # noqa: ANN401 - any field
    return lab.plan(want(declare("web", commonRuntimeProperties=as_list(properties), **spec))).plan


def test_a_value_respelled_by_the_server_is_counted_beside_what_is_sent() -> None:
    lab = Lab(RESPELLS)
    lab.converge(declare("web", commonRuntimeProperties=as_list({"druid.server.maxSize": "500MiB"})))

    plan = plan_beside(lab, {"druid.server.maxSize": "500MiB", "druid.new": "1"}, awsKeyPair="k")

    causes = {difference.cause for difference in plan.changes[0].differences}
    assert causes == {Cause.EDIT, Cause.ECHO}


def test_an_edit_by_hand_of_the_spelling_alone_is_no_drift() -> None:
    lab = Lab(Behaviour())
    properties = {"druid.server.maxSize": "500MiB", "druid.coordinator.period": "PT1H"}
    lab.converge(declare("web", commonRuntimeProperties=as_list(properties)))
    respelled = as_list({"druid.coordinator.period": "PT3600S", "druid.server.maxSize": "524288000"})

    (uid,) = lab.ids
    lab.run(lab.send("PATCH", f"/clusters/{uid}", {"spec": {"commonRuntimeProperties": respelled}}))

    assert plan_beside(lab, properties).changes == ()


@pytest.mark.parametrize(("value", "is_stale"), [("524288000", False), ("524288001", True)])
def test_another_spelling_on_the_server_does_not_make_a_plan_stale(value: str, is_stale: bool) -> None:  # noqa: FBT001 - a flag
    lab = Lab(Behaviour())
    properties = as_list({"druid.server.maxSize": "500MiB"})
    lab.converge(declare("web", commonRuntimeProperties=properties))
    wanted = want(declare("web", commonRuntimeProperties=properties, awsKeyPair="k"))
    first = lab.plan(wanted).plan
    (uid,) = lab.ids
    respelled = as_list({"druid.server.maxSize": value})
    lab.run(lab.send("PATCH", f"/clusters/{uid}", {"spec": {"commonRuntimeProperties": respelled}}))

    second = lab.plan(wanted).plan

    assert (first.changes[0].compared != second.changes[0].compared) == is_stale
    assert (first.id != second.id) == is_stale
