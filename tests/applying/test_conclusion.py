"""The end of an apply: outputs and checks are evaluated again, and the state holds the outputs that can be told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from planner.config.configuration import Configuration
from planner.emulator.scripting import parse_trouble
from planner.model.desired import CheckResult, DesiredCluster, DesiredOutput, Known
from planner.model.diagnostics import Diagnostic, ExitCode, Failure, Severity
from planner.workflow.conclude import Conclusion
from state.address import Address
from state.values import Output, Secret, Value
from tests.laws.lab import Lab, declare, want

FAILED = Diagnostic(severity=Severity.WARNING, code="check-failed", summary="Check block assertion failed")

Speak = Callable[[Known], tuple[DesiredOutput, ...]]
Judge = Callable[[Known], tuple[CheckResult, ...]]


def read(known: Known, label: str, part: str, name: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what is known of a cluster, or None."""
    document: Any = known.get(Address(label), {})
    return document.get(part, {}).get(name)


def output(name: str, value: Value, *, sensitive: bool = False) -> DesiredOutput:
    """Return an output that comes late where it has no value yet."""
    return DesiredOutput(name=name, value=value, type="string", is_sensitive=sensitive, is_late=value is None)


def say_uids(*labels: str, sensitive: bool = False) -> Speak:
    return lambda known: tuple(output(one, read(known, one, "metadata", "uid"), sensitive=sensitive) for one in labels)


def configure(*clusters: DesiredCluster, speak: Speak = lambda _: (), judge: Judge = lambda _: ()) -> Configuration:
    """Return a configuration of `clusters` whose outputs and checks speak of them."""

    def revise(known: Known) -> Configuration:
        desired = replace(want(*clusters), outputs=speak(known), checks=judge(known))
        return Configuration(desired=desired, revise=revise)

    return revise({})


def apply(lab: Lab, configuration: Configuration, **request: bool) -> Conclusion:
    lab.apply(lab.plan(configuration, **request))
    return lab.conclusion


def held(lab: Lab) -> dict[str, Output]:
    snapshot = lab.load()
    return dict(snapshot.outputs) if snapshot else {}


def begin() -> Lab:
    """Return a laboratory with a state that holds one cluster."""
    lab = Lab(parallelism=1)
    lab.converge(declare("old"))
    return lab


def test_what_comes_late_is_told_at_the_end_and_is_no_change_afterwards() -> None:
    lab = begin()
    configuration = configure(declare("old"), declare("web"), speak=say_uids("web"))
    conclusion = apply(lab, configuration)
    snapshot = lab.load()
    assert snapshot is not None
    uid = snapshot.records[Address("web")].id
    assert uid in lab.ids
    assert conclusion == Conclusion(outputs={"web": Output(value=uid, type="string")})
    assert held(lab) == conclusion.outputs
    assert lab.plan(configuration).plan.outputs == ()


def test_what_is_sensitive_is_kept_as_a_fingerprint() -> None:
    lab = begin()
    configuration = configure(
        declare("old"),
        declare("web"),
        speak=lambda known: (*say_uids("web", sensitive=True)(known), output("word", "canary", sensitive=True)),
    )
    apply(lab, configuration)
    outputs = held(lab)
    assert [(one.is_sensitive, type(one.value)) for one in outputs.values()] == [(True, Secret), (True, Secret)]
    assert b"canary" not in (lab.shelf.content or b"")
    assert lab.plan(configuration).plan.outputs == ()


def test_after_a_failure_what_cannot_be_told_keeps_its_former_value() -> None:
    lab = begin()
    apply(lab, configure(declare("old"), speak=lambda _: (output("bad", "former"), output("size", "1"))))
    lab.trouble(parse_trouble("409@POST"))

    def speak(known: Known) -> tuple[DesiredOutput, ...]:
        # Of a cluster that is going to be there, the configuration knows the size before it is.
        is_known = not lab.sent or read(known, "bad", "metadata", "uid") is not None
        return (*say_uids("bad", "good")(known), output("size", "2" if is_known else None))

    conclusion = apply(lab, configure(declare("old"), declare("bad"), declare("good"), speak=speak))
    snapshot = lab.load()
    assert snapshot is not None
    assert {name: one.value for name, one in conclusion.outputs.items()} == {
        "bad": "former",
        "good": snapshot.records[Address("good")].id,
        "size": "1",
    }
    assert held(lab) == conclusion.outputs


def test_a_destroy_removes_them() -> None:
    lab = begin()
    configuration = configure(declare("old"), speak=lambda _: (output("word", "a"),))
    apply(lab, configuration)
    assert held(lab) == {"word": Output(value="a", type="string")}
    assert apply(lab, configuration, destroy=True) == Conclusion(outputs={})
    assert held(lab) == {}


def test_an_interrupted_apply_leaves_them() -> None:
    lab = begin()
    apply(lab, configure(declare("old"), speak=lambda _: (output("word", "a"),)))
    planned = lab.plan(configure(declare("old"), declare("web"), speak=lambda _: (output("word", "b"),)))
    lab.bend = lambda ports: replace(ports, is_stopped=lambda: True)
    lab.apply(planned)
    assert lab.conclusion.outputs == held(lab) == {"word": Output(value="a", type="string")}


def test_an_apply_of_outputs_alone_asks_nobody() -> None:
    lab = begin()
    planned = lab.plan(configure(declare("old"), speak=say_uids("old")))
    assert planned.plan.changes == ()
    asked = len(lab.app.requests)
    lab.apply(planned)
    assert set(lab.conclusion.outputs) == {"old"}
    assert len(lab.app.requests) == asked


def judge(label: str, *, is_so: bool) -> Judge:
    """Return a condition that is known once the cluster `web` is there."""

    def decide(known: Known) -> tuple[CheckResult, ...]:
        passed = is_so if read(known, "web", "status", "state") else None
        return (CheckResult(label=label, passed=passed, problem=None if passed is not False else FAILED),)

    return decide


def test_a_check_that_fails_in_the_end_is_a_warning() -> None:
    lab = begin()
    conclusion = apply(lab, configure(declare("old"), declare("web"), judge=judge("check.health", is_so=False)))
    assert conclusion == Conclusion(outputs={}, diagnostics=(FAILED,))
    again = lab.plan(configure(declare("old"), declare("web"), judge=judge("check.health", is_so=False)))
    assert [check.passed for check in again.plan.checks] == [False]


def test_a_postcondition_that_does_not_hold_in_the_end_refuses() -> None:
    lab = begin()
    conclusion = apply(lab, configure(declare("old"), declare("web"), judge=judge("cluster.web", is_so=False)))
    assert conclusion.exit_code is ExitCode.REFUSED
    (problem,) = conclusion.diagnostics
    assert (problem.severity, problem.address) == (Severity.ERROR, Address("web"))
    with pytest.raises(Failure) as caught:
        lab.plan(configure(declare("old"), declare("web"), judge=judge("cluster.web", is_so=False)))
    assert caught.value.exit_code is ExitCode.REFUSED
    assert caught.value.diagnostics == conclusion.diagnostics
    changed = configure(declare("old"), declare("web", awsKeyPair="b"), judge=judge("cluster.web", is_so=False))
    assert [check.passed for check in lab.plan(changed).plan.checks] == [None]


def test_a_condition_that_holds_in_the_end_is_not_told() -> None:
    configuration = configure(declare("old"), declare("web"), judge=judge("cluster.web", is_so=True))
    assert apply(begin(), configuration) == Conclusion(outputs={})


def test_a_configuration_that_turns_out_to_be_wrong_leaves_the_outputs() -> None:
    lab = begin()
    apply(lab, configure(declare("old"), speak=lambda _: (output("word", "a"),)))
    planned = lab.plan(configure(declare("old"), declare("web"), speak=say_uids("web", "word")))
    wrong = Configuration(desired=None, diagnostics=(Diagnostic(code="x", summary="Wrong"),))
    reading = replace(planned.reading, configuration=replace(planned.reading.configuration, revise=lambda _: wrong))
    lab.apply(replace(planned, reading=reading))
    conclusion = lab.conclusion
    assert conclusion.exit_code is ExitCode.INVALID_CONFIGURATION
    assert conclusion.diagnostics == wrong.diagnostics
    assert conclusion.outputs == held(lab) == {"word": Output(value="a", type="string")}
