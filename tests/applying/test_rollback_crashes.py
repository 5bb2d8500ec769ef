"""A rollback that is killed at any effect, and asked for again, ends as if it had gone through at once."""

import pytest

from planner.emulator.behaviour import Behaviour
from planner.model.report import Fate
from tests.applying.test_crashes import BEHAVIOURS, MOST_EFFECTS, CrashError, Fuse, Witness, explode, load
from tests.laws.lab import Lab, declare, want
from tests.laws.test_law_rollback import plan_rollback


@pytest.mark.parametrize("behaviour", BEHAVIOURS.values(), ids=BEHAVIOURS)
def test_killed_at_any_effect(behaviour: Behaviour) -> None:
    kills = 0
    for effects in range(MOST_EFFECTS):
        lab = Lab(behaviour)
        lab.converge(declare("web", awsKeyPair="old", query={"replicas": 1}))
        latter = declare("web", awsKeyPair="new", query={"replicas": 2})
        lab.converge(latter)
        desired = want(latter)
        planned = plan_rollback(lab, desired, 1)
        witness = Witness(lab)
        fuse = Fuse(effects)
        lab.bend = explode(fuse)
        others: object = None
        try:
            lab.apply(planned)
        except BaseExceptionGroup as group:
            _, others = group.split(CrashError)
        except CrashError:
            pass
        assert others is None
        lab.bend = lambda ports: ports
        kills += fuse.left < 0

        report = lab.apply(plan_rollback(lab, desired, 1))

        assert {outcome.fate for outcome in report.outcomes} <= {Fate.DONE}, (effects, report)
        assert witness.unannounced == []
        assert load(lab).intents == ()
        assert (lab.specs["web"]["awsKeyPair"], lab.specs["web"]["query"]["replicas"]) == ("old", 1)
        (change,) = lab.plan(desired).plan.changes
        assert {difference.cause.value for difference in change.differences} == {"edit"}, effects
        if fuse.left >= 0:
            break
    assert kills > 5
