"""Edits: one configuration is applied, somebody changes the clusters by hand, another configuration is applied.

What then must be live is said by a model of a few lines: what the configuration sets is as it says, what only the
former one set is gone, and everything else is as the hand left it.
"""

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from planner.emulator.behaviour import Behaviour
from planner.model.desired import Lifecycle, UpdateVerb
from tests.laws.clusters import SPECS, in_the_lab, specs
from tests.laws.lab import PLAIN, Document, Lab, declare, sort_lists, want

VERBS = st.sampled_from(["patch", "overwrite"])
HANDS = specs().map(lambda spec: {name: value for name, value in spec.items() if name != "version"})


def make_hand_edit(spec: Document) -> Document:
    """Return the merge patch of a hand that sets all fields of `spec`, and of Pivot's access leaves no other."""
    if "pivot" not in spec:
        return {"spec": spec}
    others = dict.fromkeys(("url", "roleAuthority", "options"))
    return {"spec": {**spec, "pivot": {**others, **spec["pivot"]}}}


def foresee(live: Any, applied: Any, desired: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what becomes of `live` by the rules of ownership; None where nothing is left."""
    if isinstance(desired, dict) or (desired is None and isinstance(applied, dict)):
        live = live if isinstance(live, dict) else {}
        wanted, former = desired or {}, applied if isinstance(applied, dict) else {}
        members = {
            name: foresee(live.get(name), former.get(name), wanted.get(name)) for name in {**live, **former, **wanted}
        }
        return {name: member for name, member in members.items() if member is not None}
    if desired is not None:
        return desired
    return None if applied is not None else live


def foresee_spec(live: Document, applied: Document, desired: Document) -> Document:
    spec: Document = foresee(live, applied, desired)
    if "pivot" in desired and desired["pivot"]["accessMode"] != live.get("pivot", {}).get("accessMode"):
        spec["pivot"] = desired["pivot"]  # the fields of one access mode are forbidden in another
    if "pivot" in applied and "pivot" not in desired:
        spec.pop("pivot", None)  # there is no access to Pivot without a mode
    if "encryptVolumes" in live:  # what cannot be changed cannot be cleared
        spec.setdefault("encryptVolumes", live["encryptVolumes"])
    if "encrypt" in live.get("metadataStore", {}):
        spec.setdefault("metadataStore", {}).setdefault("encrypt", live["metadataStore"]["encrypt"])
    return spec


def tidy(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return `value` with lists in one order, and without empty objects, which say nothing."""
    if isinstance(value, dict):
        members = {name: tidy(member) for name, member in value.items()}
        return {name: member for name, member in members.items() if member != {}}
    return sort_lists(value)


@in_the_lab
@given(SPECS, HANDS, SPECS, VERBS)
@example({"version": "2021.06", "pivot": {"accessMode": "NATIVE"}}, {}, {"version": "2021.06"}, "patch")
def test_a_configuration_gets_what_it_sets_and_nothing_else(
    before: Document, hand: Document, after: Document, verb: UpdateVerb
) -> None:
    """On a server that adds nothing, every field is as its owner has it, and a second plan is empty."""
    lab = Lab(PLAIN)
    lab.converge(declare("web", **before))
    lab.app.edit_cluster("web", make_hand_edit(hand))
    edited = lab.specs["web"]

    lab.converge(declare("web", lifecycle=Lifecycle(update=verb), **after))

    expected = foresee_spec(edited, before, after)
    live = lab.specs["web"]
    if verb == "overwrite" and "pivot" not in expected:
        expected["pivot"] = {"accessMode": "PROXIED"}  # an overwrite always says how Pivot is reached
        live.setdefault("pivot", {"accessMode": "PROXIED"})
    assert tidy(live) == tidy(expected)
    assert lab.plan(want(declare("web", lifecycle=Lifecycle(update=verb), **after))).plan.changes == ()


@in_the_lab
@given(SPECS, HANDS, SPECS, VERBS)
def test_a_server_that_adds_and_reorders_makes_no_difference(
    before: Document, hand: Document, after: Document, verb: UpdateVerb
) -> None:
    """Every field that the configuration sets is as it says, and a second plan is empty."""
    lab = Lab(Behaviour())
    lab.converge(declare("web", **before))
    lab.app.edit_cluster("web", make_hand_edit(hand))

    lab.converge(declare("web", lifecycle=Lifecycle(update=verb), **after))

    assert_holds(lab.specs["web"], after)
    assert lab.plan(want(declare("web", lifecycle=Lifecycle(update=verb), **after))).plan.changes == ()


def assert_holds(live: Any, asked: Any) -> None:  # noqa: ANN401 - any JSON
    """Hold that `live` is as `asked` says in everything that it says."""
    if isinstance(asked, dict):
        assert isinstance(live, dict)
        for name, member in asked.items():
            assert name in live
            assert_holds(live[name], member)
    else:
        assert sort_lists(live) == sort_lists(asked)
