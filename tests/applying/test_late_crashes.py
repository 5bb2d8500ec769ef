"""Killed at any effect of an apply in which one cluster gives values to another, and run again: it converges."""

from contextlib import suppress
from typing import Any

import pytest

from planner.model.late import holds_late
from planner.model.report import Fate
from tests.applying.test_crashes import BEHAVIOURS, MOST_EFFECTS, Fuse, explode, load
from tests.laws.lab import Lab
from tests.laws.references import Fleet, Ref, refer

UID = Ref("new", "metadata.uid")
VERSION = Ref("changed", "status.resourceVersion", "v{}".format)
PASSWORD = [{"name": "x.password", "value": UID}]

BEFORE = Fleet((refer("changed", query={"replicas": 1}), refer("told", awsKeyPair=VERSION)))
AFTER = Fleet(
    (
        refer("changed", query={"replicas": 2}),
        refer("new"),
        refer("told", awsKeyPair=VERSION, commonRuntimeProperties=PASSWORD),
        refer("last", awsKeyPair=UID),
    )
)


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_killed_at_any_effect(behaviour: Any) -> None:  # noqa: ANN401 - of the emulator
    kills = 0
    for effects in range(2 * MOST_EFFECTS):
        lab = Lab(behaviour)
        lab.apply(lab.plan(BEFORE.read()))
        planned = lab.plan(AFTER.read())
        fuse = Fuse(effects)
        lab.bend = explode(fuse)
        with suppress(BaseExceptionGroup):
            lab.apply(planned)
        lab.bend = lambda ports: ports
        kills += fuse.left < 0
        assert not any(holds_late(intent.applied or {}) for intent in load(lab).intents)

        report = lab.apply(lab.plan(AFTER.read()))

        assert {outcome.fate for outcome in report.outcomes} <= {Fate.DONE}, effects
        uid = next(address_id for address_id in lab.ids if lab.app.account.clusters[address_id].name == "new")
        assert lab.specs["told"]["awsKeyPair"] == "v2"
        assert lab.specs["told"]["commonRuntimeProperties"] == [{"name": "x.password", "value": uid}]
        assert lab.specs["last"]["awsKeyPair"] == uid
        assert lab.specs.keys() == {"changed", "new", "told", "last"}
        assert not any(holds_late(record.applied) for record in load(lab).records.values())
        assert lab.plan(AFTER.read()).plan.changes == ()
        if fuse.left >= 0:
            break
    assert 15 < kills < 2 * MOST_EFFECTS - 1, "every effect was the last one once"
