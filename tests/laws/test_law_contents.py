"""Secret texts in YAML or JSON, as Pivot's options are: compared by their content, shown by their keys alone."""

import json
from typing import Any

import pytest

from planner.emulator.behaviour import Behaviour
from planner.emulator.scripting import parse_trouble
from planner.model.plan import Action, Cause, Plan
from planner.model.plan_document import dumps_plan, loads_plan
from planner.model.report import Fate
from planner.render.plan_text import render_plan
from state.values import Secret
from tests.laws.lab import Document, Lab, declare, want

YAML = "# Pivot\nissuer: https://id.example\nclient: {id: pivot, secret: hunter2}\nscopes:\n  - openid\n  - email\n"
SAME = json.dumps(
    {"scopes": ["openid", "email"], "client": {"secret": "hunter2", "id": "pivot"}, "issuer": "https://id.example"}
)
OTHER = SAME.replace("hunter2", "hunter3")


def pivot(options: str, url: str = "https://a.example") -> Document:
    return {"accessMode": "OIDC", "roleAuthority": "EXTERNAL", "options": options, "url": url}


def edit(lab: Lab, **spec: Any) -> None:  # noqa: ANN401 - any field
    """Change the one cluster as somebody else does."""
    (uid,) = lab.ids
    lab.run(lab.send("PATCH", f"/clusters/{uid}", {"spec": spec}))


def plan(lab: Lab, options: str, url: str = "https://a.example") -> Plan:
    return lab.plan(want(declare("web", pivot=pivot(options, url)))).plan


@pytest.mark.parametrize("respells", [False, True])
@pytest.mark.parametrize("options", [YAML, SAME, "neither: [", "hunter2", "a: &x hunter2\nb: *x\n"])
def test_apply_then_plan_finds_nothing_to_do(options: str, respells: bool) -> None:  # noqa: FBT001 - a flag
    lab = Lab(Behaviour(respells_values=respells, settle_seconds=30))
    lab.converge(declare("web", pivot=pivot(options)))
    assert plan(lab, options).changes == ()


@pytest.mark.parametrize("respells", [False, True])
def test_another_spelling_in_the_configuration_is_sent_nowhere_and_then_known(respells: bool) -> None:  # noqa: FBT001 - a flag
    lab = Lab(Behaviour(respells_values=respells))
    lab.converge(declare("web", pivot=pivot(YAML)))

    planned = lab.plan(want(declare("web", pivot=pivot(SAME))))

    (change,) = planned.plan.changes
    assert change.action is Action.NO_OP
    assert [difference.cause for difference in change.differences] == [Cause.ECHO]
    lab.apply(planned)
    assert lab.sent[1:] == []
    assert plan(lab, SAME).changes == ()


def test_another_spelling_by_hand_is_no_drift() -> None:
    lab = Lab(Behaviour())
    lab.converge(declare("web", pivot=pivot(YAML)))
    edit(lab, pivot={"options": SAME})
    assert plan(lab, YAML).changes == ()


def test_another_content_by_hand_is_drift_and_is_put_back() -> None:
    lab = Lab(Behaviour())
    lab.converge(declare("web", pivot=pivot(YAML)))
    edit(lab, pivot={"options": OTHER})

    made = plan(lab, YAML)

    assert [difference.cause for difference in made.changes[0].differences] == [Cause.DRIFT]
    lab.converge(declare("web", pivot=pivot(YAML)))
    assert lab.specs["web"]["pivot"]["options"] == YAML


def test_what_is_sent_is_the_text_of_the_configuration() -> None:
    lab = Lab(Behaviour())
    lab.converge(declare("web", pivot=pivot(YAML)))
    lab.converge(declare("web", pivot=pivot(OTHER)))
    assert lab.specs["web"]["pivot"]["options"] == OTHER


@pytest.mark.parametrize(("options", "is_stale"), [(SAME, False), (OTHER, True)])
def test_another_spelling_on_the_server_does_not_make_a_plan_stale(options: str, is_stale: bool) -> None:  # noqa: FBT001 - a flag
    lab = Lab(Behaviour())
    lab.converge(declare("web", pivot=pivot(YAML)))
    first = plan(lab, YAML, "https://b.example")
    edit(lab, pivot={"options": options})
    assert (plan(lab, YAML, "https://b.example").id != first.id) == is_stale


def test_a_change_whose_answer_is_lost_is_recognised_in_another_spelling() -> None:
    lab = Lab(Behaviour(respells_values=True))
    lab.converge(declare("web", pivot=pivot(YAML)))
    lab.trouble(parse_trouble("lose-answer@PATCH"))
    report = lab.apply(lab.plan(want(declare("web", pivot=pivot(OTHER)))))
    assert {outcome.fate for outcome in report.outcomes} == {Fate.DONE}
    assert [request.method for request in lab.sent] == ["PATCH"]


def make_edit() -> Plan:
    lab = Lab(Behaviour())
    lab.converge(declare("web", pivot=pivot(YAML)))
    return plan(lab, OTHER.replace("email", "profile").replace('"id": "pivot"', '"audience": "pivot"'))


def test_a_plan_shows_keys_and_no_values() -> None:
    text = render_plan(make_edit(), color=False)
    assert "~ secret   = (sensitive value)" in text
    assert "+ audience = (sensitive value)" in text
    assert "- id       = (sensitive value)" in text
    assert "# (1 unchanged attribute hidden)" in text
    for secret in ("hunter", "openid", "profile", "id.example"):
        assert secret not in text


def test_a_saved_plan_shows_the_same_and_holds_no_value() -> None:
    made = make_edit()
    saved = dumps_plan(made)
    assert render_plan(loads_plan(saved), color=False) == render_plan(made, color=False)
    assert dumps_plan(loads_plan(saved)) == saved
    for secret in ("hunter", "openid", "profile", "id.example"):
        assert secret not in saved


def test_that_two_values_in_a_text_are_the_same_cannot_be_seen() -> None:
    lab = Lab(Behaviour())
    lab.converge(declare("web", pivot=pivot("a: x\nb: x\n")))
    (difference,) = plan(lab, "a: y\nb: y\n").changes[0].differences
    assert isinstance(difference.after, Secret)
    assert isinstance(difference.after.content, dict)
    assert difference.after.content["a"] != difference.after.content["b"]


def test_the_state_holds_nothing_of_the_content() -> None:
    lab = Lab(Behaviour())
    lab.converge(declare("web", pivot=pivot(YAML)))
    written = repr(lab.shelf)
    assert "$content" not in written
    assert "issuer" not in written
    assert "hmac:" in written
