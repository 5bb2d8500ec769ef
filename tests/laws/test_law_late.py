"""Laws 1 and 4 for values of other clusters: nothing is left to do, and what is sent is what was planned."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from planner.model.desired import Lifecycle, UpdateVerb
from planner.model.report import Fate
from planner.model.secrets import find_secrets, unseal
from state.values import Json, Late, Secret, Value
from tests.laws.clusters import in_the_lab
from tests.laws.lab import Lab
from tests.laws.references import Fleet, Ref, Referring, refer
from tests.laws.test_law_convergence import BEHAVIOURS

LABELS = "abcd"
SOURCES: list[tuple[str, Callable[[Any], Any]]] = [
    ("metadata.uid", str),
    ("status.resourceVersion", "v{}".format),
    ("spec.query.replicas", "n{}".format),
]


@st.composite
def refs(draw: st.DrawFn, labels: str) -> Any:  # noqa: ANN401 - a text, or a reference that gives one
    if not labels or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(["x", "y"]))
    steps, compute = draw(st.sampled_from(SOURCES))
    return Ref(draw(st.sampled_from(labels)), steps, compute)


@st.composite
def referring(draw: st.DrawFn, label: str, labels: str) -> Referring:
    """Return a cluster that may refer to those called `labels`."""
    value = refs(labels)
    pairs = st.dictionaries(st.sampled_from(["druid.a", "druid.b", "druid.x.password"]), value, max_size=3)
    spec = st.fixed_dictionaries(
        {"query": st.fixed_dictionaries({"replicas": st.integers(1, 2)}, optional={"instanceType": value})},
        optional={
            "awsKeyPair": value,
            "commonRuntimeProperties": pairs.map(
                lambda members: [{"name": name, "value": member} for name, member in members.items()]
            ),
            "druidExtensions": st.lists(value, max_size=1),
        },
    )
    verb: UpdateVerb = draw(st.sampled_from(["patch", "overwrite"]))
    drawn: Any = draw(spec)
    return refer(label, lifecycle=Lifecycle(update=verb), **drawn)


@st.composite
def fleets(draw: st.DrawFn) -> Fleet:
    """Return clusters that refer to those before them."""
    labels = LABELS[: draw(st.integers(1, len(LABELS)))]
    return Fleet(tuple(draw(referring(label, labels[:at])) for at, label in enumerate(labels)))


@in_the_lab
@given(fleets(), fleets(), st.booleans(), BEHAVIOURS)
def test_apply_then_plan_finds_nothing_to_do(before: Fleet, after: Fleet, replaces: bool, behaviour: Any) -> None:  # noqa: ANN401, FBT001 - drawn
    lab = Lab(behaviour)
    for fleet, replace in ((before, ()), (after, ("cluster.a",) if replaces else ())):
        planned = lab.plan(fleet.read(), replace=replace)
        report = lab.apply(planned)
        assert {outcome.fate for outcome in report.outcomes} <= {Fate.DONE}, report
        again = lab.plan(fleet.read()).plan
        assert again.changes == ()


@in_the_lab
@given(fleets(), fleets())
def test_the_wire_carries_the_plan_with_late_values_filled_in(before: Fleet, after: Fleet) -> None:
    lab = Lab()
    for fleet in (before, after):
        lab.app.requests.clear()
        planned = lab.plan(fleet.read())
        lab.apply(planned)
        unmatched = [(sent.method, sent.document) for sent in lab.sent]
        for operation in planned.plan.operations:
            planned_body: Any = operation.body
            match = next(
                sent
                for sent in unmatched
                if sent[0] == operation.method.value and fits(planned_body, sent[1], planned.secrets)
            )
            unmatched.remove(match)
        assert unmatched == []


def fits(planned: Value, sent: Json, secrets: Any) -> bool:  # noqa: ANN401 - the vault
    """Tell whether `sent` is what was planned, but for what was late."""
    match planned, sent:
        case Late(), _:
            return sent is not None
        case Secret(), _:
            return unseal(planned, secrets) == sent
        case dict(), dict():
            return planned.keys() == sent.keys() and all(fits(planned[name], sent[name], secrets) for name in planned)
        case list(), list():
            return len(planned) == len(sent) and all(map(lambda one, other: fits(one, other, secrets), planned, sent))
        case _:
            return planned == sent and not any(True for _ in find_secrets(planned))
