"""The stream of `-json`: one object a line, in Terraform's envelope."""

import json
from dataclasses import replace

import pytest

from planner.model.diagnostics import Diagnostic, ExitCode, Severity
from planner.model.events import ChangeEnded, Event, OperationAnswered, OperationStarted, StillSettling
from planner.model.outputs import OutputChange
from planner.model.plan import (
    Action,
    Cause,
    Change,
    Difference,
    LeftOut,
    Method,
    Operation,
    Plan,
    Precondition,
    Reason,
    SuggestedMove,
)
from planner.model.report import Fate, Outcome, Report
from planner.model.spans import Span
from planner.render.diagnostics_json import diagnostic_document, render_validation_json
from planner.render.events_json import (
    JsonEvent,
    describe_diagnostic,
    describe_event,
    describe_outcome,
    describe_outputs,
    describe_plan,
    describe_report,
    describe_version,
    render_json_event,
)
from state.address import Address, ModuleStep
from state.values import Json, Late, Output, Secret

WEB = Address("web", "eu", (ModuleStep("fleet", 0),))
RESOURCE: Json = {
    "addr": 'module.fleet[0].cluster.web["eu"]',
    "module": "module.fleet[0]",
    "resource_type": "cluster",
    "resource_name": "web",
    "resource": 'cluster.web["eu"]',
    "implied_provider": "imply",
    "resource_key": "eu",
}
POST = Operation(number=1, address=WEB, method=Method.POST, path="/clusters")
DRIFT = Difference(path=("spec", "version"), cause=Cause.DRIFT, before="2021.05", after="2021.06", applied="2021.06")
PLAN = Plan(
    id="7f3a9c01d2" + "0" * 54,
    precondition=Precondition(endpoint="https://acme.implycloud.com", lineage=None, serial=0),
    unchanged=3,
    changes=(
        Change(address=WEB, action=Action.UPDATE, name="web", id="c-1", differences=(DRIFT,)),
        Change(address=Address("shop"), action=Action.CREATE, name="shop", reason=Reason.GONE),
        Change(address=Address("b"), action=Action.NO_OP, name="b", id="c-2", moved_from=Address("a")),
        Change(address=Address("old"), action=Action.DELETE, name="old", id="c-3"),
    ),
)


def read(event: JsonEvent) -> dict[str, Json]:
    """Return what a reader of the stream gets, without the part of the envelope that is always the same."""
    line = render_json_event(event, timestamp="2026-11-23T10:00:00Z")
    assert line.endswith("}\n")
    assert line.isascii()
    document: dict[str, Json] = json.loads(line)
    assert document.pop("@module") == "planner"
    assert document.pop("@timestamp") == "2026-11-23T10:00:00Z"
    return document


def test_a_plan_ends_with_what_becomes_of_the_outputs() -> None:
    hidden = Output(value=Secret("k1:9f"), type="string", is_sensitive=True)
    outputs = (
        OutputChange(name="gone", before=Output(value=1, type="number"), after=None),
        OutputChange(name="token", before=hidden, after=Output(value="x", type="string")),
        OutputChange(name="uid", before=None, after=Output(value=Late(), type="string")),
    )
    *_, summary, last = map(read, describe_plan(replace(PLAN, changes=(), outputs=outputs)))
    assert summary["@message"] == "Plan: 0 to create, 0 to update, 0 to delete."
    assert last == {
        "@level": "info",
        "@message": "Outputs: 3",
        "type": "outputs",
        "outputs": {
            "gone": {"sensitive": False, "action": "delete"},
            "token": {"sensitive": True, "action": "update"},
            "uid": {"sensitive": False, "action": "create"},
        },
    }


def test_outputs_are_told_with_their_types_and_without_what_is_sensitive() -> None:
    outputs = {
        "ids": Output(value={"eu": "c-1"}, type="map(string)"),
        "token": Output(value=Secret("k1:9f"), type="string", is_sensitive=True),
    }
    assert read(describe_outputs(outputs)) == {
        "@level": "info",
        "@message": "Outputs: 2",
        "type": "outputs",
        "outputs": {
            "ids": {"sensitive": False, "type": ["map", "string"], "value": {"eu": "c-1"}},
            "token": {"sensitive": True, "type": "string"},
        },
    }


def test_version_is_the_first_line() -> None:
    assert read(describe_version("0.1.0")) == {
        "@level": "info",
        "@message": "planner 0.1.0",
        "type": "version",
        "planner": "0.1.0",
        "ui": "1.0",
    }


def test_a_plan_tells_drift_then_changes_then_the_summary() -> None:
    told = [read(event) for event in describe_plan(PLAN)]
    assert [(line["type"], line["@message"]) for line in told] == [
        ("resource_drift", 'module.fleet[0].cluster.web["eu"]: Changed outside of planner'),
        ("resource_drift", "cluster.shop: Changed outside of planner"),
        ("planned_change", 'module.fleet[0].cluster.web["eu"]: Plan to update'),
        ("planned_change", "cluster.shop: Plan to create"),
        ("planned_change", "cluster.b: Plan to no-op"),
        ("planned_change", "cluster.old: Plan to delete"),
        ("change_summary", "Plan: 1 to create, 1 to update, 1 to delete; 1 moved; 1 drift."),
    ]
    assert told[0]["change"] == {
        "resource": RESOURCE,
        "action": "update",
        "differences": [
            {
                "path": ["spec", "version"],
                "cause": "drift",
                "before": "2021.06",
                "after": "2021.05",
                "wanted": "2021.06",
            }
        ],
    }
    assert told[2]["change"] == {"resource": RESOURCE, "action": "update"}
    assert told[6]["plan_id"] == PLAN.id
    assert told[6]["changes"] == {
        "operation": "plan",
        "create": 1,
        "update": 1,
        "replace": 0,
        "delete": 1,
        "forget": 0,
        "import": 0,
        "moved": 1,
        "unchanged": 3,
        "causes": {"edit": 0, "drift": 1, "conflict": 0, "adopt": 0, "default": 0, "echo": 0, "ignored": 0},
    }


@pytest.mark.parametrize(
    ("event", "type_", "level", "message", "hook"),
    [
        (OperationStarted(operation=POST), "apply_start", "info", "Creating...", {"action": "create"}),
        (
            OperationAnswered(operation=POST, id="c-1"),
            "apply_progress",
            "info",
            "Taken by the server [id=c-1]",
            {"action": "create", "id_key": "id", "id_value": "c-1"},
        ),
        (
            StillSettling(operation=POST, id="c-1", phase="CREATING", seconds=10.5),
            "apply_progress",
            "info",
            "Still creating... [10s elapsed, CREATING]",
            {"action": "create", "id_key": "id", "id_value": "c-1", "phase": "CREATING", "elapsed_seconds": 10},
        ),
        (
            ChangeEnded(outcome=Outcome(address=WEB, action=Action.CREATE, fate=Fate.DONE, id="c-1", seconds=24)),
            "apply_complete",
            "info",
            "Creation complete after 24s [id=c-1]",
            {"action": "create", "fate": "done", "id_key": "id", "id_value": "c-1", "elapsed_seconds": 24},
        ),
        (
            ChangeEnded(outcome=Outcome(address=WEB, action=Action.DELETE, fate=Fate.FAILED, seconds=3)),
            "apply_errored",
            "error",
            "Destruction failed after 3s",
            {"action": "delete", "fate": "failed", "elapsed_seconds": 3},
        ),
        (
            ChangeEnded(outcome=Outcome(address=WEB, action=Action.UPDATE, fate=Fate.SKIPPED, is_overtaken=True)),
            "apply_errored",
            "error",
            "Modifications skipped, because somebody else changed it since the plan",
            {"action": "update", "fate": "skipped", "reason": "changed_since_plan", "elapsed_seconds": 0},
        ),
    ],
)
def test_events_of_an_apply(event: Event, type_: str, level: str, message: str, hook: dict[str, Json]) -> None:
    assert read(describe_event(event)) == {
        "@level": level,
        "@message": f'module.fleet[0].cluster.web["eu"]: {message}',
        "type": type_,
        "hook": {"resource": RESOURCE, **hook},
    }


def test_the_summary_of_an_apply() -> None:
    report = Report(
        plan_id="7f3a",
        outcomes=(
            Outcome(address=WEB, action=Action.CREATE, fate=Fate.DONE),
            Outcome(address=Address("b"), action=Action.UPDATE, fate=Fate.NOT_STARTED),
        ),
    )
    told = read(describe_report(report))
    assert told["@level"] == "error"
    assert told["@message"] == "Apply incomplete. Clusters: 1 created, 0 updated, 0 deleted; 1 not started."
    assert told["changes"] == {
        "operation": "apply",
        "create": 1,
        "update": 0,
        "replace": 0,
        "delete": 0,
        "forget": 0,
        "import": 0,
        "no-op": 0,
        "done": 1,
        "settling": 0,
        "failed": 0,
        "skipped": 0,
        "not_started": 1,
    }


@pytest.mark.parametrize(
    ("code", "name", "level"),
    [
        (ExitCode.DONE, "done", "info"),
        (ExitCode.CHANGES_PRESENT, "changes_present", "info"),
        (ExitCode.STALE_PLAN, "stale_plan", "error"),
    ],
)
def test_the_outcome_is_the_last_line(code: ExitCode, name: str, level: str) -> None:
    assert read(describe_outcome(code, "Why \x1b", plan_id="7f3a")) == {
        "@level": level,
        "@message": "Why \\u{1b}",
        "type": "outcome",
        "outcome": {"exit_code": int(code), "code": name, "result": name, "reason": "Why \x1b", "plan_id": "7f3a"},
    }


TEXT = 'é = 1\ncluster "web" {\n  name = "東京" + x\n}\n'
AT = TEXT.index("x\n")
WRONG = Diagnostic(code="unknown-name", summary="x is unknown", span=Span("main.hcl", AT, AT + 1), address=WEB)


def test_a_diagnostic_has_its_range_and_snippet() -> None:
    assert diagnostic_document(WRONG, {"main.hcl": TEXT}) == {
        "severity": "error",
        "code": "unknown-name",
        "summary": "x is unknown",
        "detail": "",
        "address": 'module.fleet[0].cluster.web["eu"]',
        "range": {
            "filename": "main.hcl",
            "start": {"line": 3, "column": 17, "byte": 43},
            "end": {"line": 3, "column": 18, "byte": 44},
        },
        "snippet": {
            "context": 'cluster "web"',
            "code": '  name = "東京" + x',
            "start_line": 3,
            "highlight_start_offset": 16,
            "highlight_end_offset": 17,
            "values": [],
        },
    }


def test_a_diagnostic_without_its_text_has_the_file_alone() -> None:
    document = diagnostic_document(WRONG, {})
    assert document["range"] == {"filename": "main.hcl"}
    assert "snippet" not in document


def test_a_diagnostic_in_the_stream() -> None:
    warning = Diagnostic(severity=Severity.WARNING, code="targeted", summary="Limited by -target", detail="Plan again.")
    assert read(describe_diagnostic(warning, {})) == {
        "@level": "warn",
        "@message": "Warning: Limited by -target",
        "type": "diagnostic",
        "diagnostic": {
            "severity": "warning",
            "code": "targeted",
            "summary": "Limited by -target",
            "detail": "Plan again.",
        },
    }
    assert read(describe_diagnostic(WRONG, {}))["@level"] == "error"


def test_validation_counts_and_lists() -> None:
    warning = Diagnostic(severity=Severity.WARNING, code="old", summary="Old")
    document = json.loads(render_validation_json([WRONG, warning], {"main.hcl": TEXT}))
    assert document["diagnostics"] == [
        diagnostic_document(warning, {}),
        diagnostic_document(WRONG, {"main.hcl": TEXT}),
    ]
    del document["diagnostics"]
    assert document == {"format_version": "1.0", "valid": False, "error_count": 1, "warning_count": 1}
    assert json.loads(render_validation_json([warning], {}))["valid"] is True


def test_the_summary_of_a_partial_plan_says_what_it_leaves_out() -> None:
    left_out = (LeftOut(address=Address("store"), action=Action.UPDATE, is_pending=True),)
    partial = replace(PLAN, targets=("cluster.b",), left_out=left_out)
    (summary,) = [line for line in map(read, describe_plan(partial)) if line["type"] == "change_summary"]
    assert summary["complete"] is False
    assert summary["left_out"] == [{"actions": ["update"], "address": "cluster.store", "pending": True}]


def test_the_summary_holds_the_blocks_that_a_plan_suggests() -> None:
    plan = replace(PLAN, suggested_moves=(SuggestedMove(source="cluster.a", target="cluster.b"),))
    (summary,) = [line for line in map(read, describe_plan(plan)) if line["type"] == "change_summary"]
    assert summary["suggested_moves"] == [{"from": "cluster.a", "to": "cluster.b"}]
    assert "left_out" not in summary
