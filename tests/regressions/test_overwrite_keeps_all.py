"""An overwrite replaces a whole cluster, so it must lose nothing of it that nobody asked to change."""

from typing import Any

from planner.model.desired import Lifecycle
from planner.model.report import Fate
from tests.laws.lab import PLAIN, Document, Lab, declare, want
from tests.regressions.trials import apply_anew, distort, edit_by_hand, is_stale

OVERWRITE = Lifecycle(update="overwrite")
OIDC = {"accessMode": "OIDC", "roleAuthority": "NATIVE", "options": "clientSecret: canary"}


def scale(lab: Lab, **spec: Any) -> Document:  # noqa: ANN401 - any field
    """Create a cluster, change its replicas with a PUT, and return what the server then keeps of it."""
    lab.converge(declare("web", lifecycle=OVERWRITE, query={"replicas": 1}, **spec))
    planned = lab.plan(want(declare("web", lifecycle=OVERWRITE, query={"replicas": 2}, **spec)))
    report = apply_anew(lab, planned)
    assert [outcome.fate for outcome in report.outcomes] == [Fate.DONE], report
    assert [request.method for request in lab.sent] == ["PUT"]
    assert lab.specs["web"]["query"]["replicas"] == 2
    return lab.specs["web"]


def test_a_mask_never_becomes_the_secret() -> None:
    lab = Lab(wrap=distort(lambda spec: spec["pivot"].update(options="****") if "options" in spec["pivot"] else None))
    assert scale(lab, pivot=OIDC)["pivot"] == OIDC


def test_a_secret_that_the_server_does_not_show_is_sent_all_the_same() -> None:
    lab = Lab(wrap=distort(lambda spec: spec["pivot"].pop("options", None)))
    assert scale(lab, pivot=OIDC)["pivot"] == OIDC


def test_null_in_live_means_not_set_and_is_not_sent() -> None:
    lab = Lab(
        behaviour=PLAIN, wrap=distort(lambda spec: [spec.setdefault(name, None) for name in ("awsTags", "pivot")])
    )
    assert scale(lab)["pivot"] == {"accessMode": "PROXIED"}
    assert "awsTags" not in lab.specs["web"]


def test_a_field_that_is_new_to_us_is_sent_back() -> None:
    lab = Lab(wrap=distort(lambda spec: spec.update(newField={"size": 1})))
    lab.converge(declare("web", lifecycle=OVERWRITE, query={"replicas": 1}))
    planned = lab.plan(want(declare("web", lifecycle=OVERWRITE, query={"replicas": 2})))
    (operation,) = planned.plan.operations
    assert operation.body is not None
    spec = operation.body["spec"]
    assert isinstance(spec, dict)
    assert spec["newField"] == {"size": 1}


def test_a_change_of_any_field_since_the_plan_makes_an_overwrite_stale() -> None:
    lab = Lab()
    lab.converge(declare("web", lifecycle=OVERWRITE, query={"replicas": 1}))
    planned = lab.plan(want(declare("web", lifecycle=OVERWRITE, query={"replicas": 2})))
    assert not is_stale(lab, planned)
    edit_by_hand(lab, "web", {"master": {"replicas": 3}})
    assert is_stale(lab, planned)


def test_a_change_of_a_field_that_is_not_ours_leaves_a_patch_valid() -> None:
    lab = Lab()
    lab.converge(declare("web", query={"replicas": 1}))
    planned = lab.plan(want(declare("web", query={"replicas": 2})))
    edit_by_hand(lab, "web", {"master": {"replicas": 3}})
    assert not is_stale(lab, planned)
    edit_by_hand(lab, "web", {"query": {"replicas": 9}})
    assert is_stale(lab, planned)


def test_an_unset_immutable_field_may_be_set_although_the_server_shows_it_as_null() -> None:
    lab = Lab(behaviour=PLAIN, wrap=distort(lambda spec: spec.setdefault("encryptVolumes", None)))
    lab.converge(declare("web"))
    assert [operation.body for operation in lab.plan(want(declare("web", encryptVolumes=True))).plan.operations] == [
        {"spec": {"encryptVolumes": True}}
    ]
