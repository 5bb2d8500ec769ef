"""What machines take from a review: SARIF, JUnit, Code Quality and annotations, safe whatever the names are."""

import json
import re
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from planner.model.diagnostics import Diagnostic, ExitCode, Severity
from planner.model.impact import Impact
from planner.model.impact import Severity as Harm
from planner.model.plan import Plan
from planner.model.review import Broken, Review
from planner.model.spans import Anchor, Span
from planner.render.annotations import render_azure_annotations, render_github_annotations
from planner.render.code_quality import render_code_quality
from planner.render.junit import render_junit
from planner.render.sarif import render_sarif
from tests.render.large_plans import DELETE_MANY
from tests.render.sarif_schema import SARIF
from tests.render.test_plan_golden import SAMPLES
from tests.render.test_plan_laws import DIAGNOSTICS, PLANS, TEXTS

REFUSED = Diagnostic(code="guard", summary="The guard refuses: a, b", detail="100 % sure.\nNothing was sent.")
BROKEN = Broken(
    exit_code=ExitCode.INVALID_CONFIGURATION,
    reason="There is no field qurey",
    diagnostics=(Diagnostic(code="unknown-field", summary="There is no field qurey", span=Span("main.hcl", 6, 11)),),
    sources={"main.hcl": "spec\n qurey"},
    directory="clusters",
)


def place(plan: Plan) -> Plan:
    """Return `plan` with a place and an impact for its first change."""
    (change, *others) = plan.changes
    told = tuple(replace(one, anchor=Anchor("main.hcl", 7, 3)) for one in change.differences)
    harm = Impact(Harm.ROLLING_RESTART, ("query",))
    change = replace(change, anchor=Anchor("main.hcl", 5, 1), differences=told, impact=harm)
    return replace(plan, changes=(change, *others))


UPDATE = Review(plan=place(SAMPLES["update_causes"]), directory="clusters", title="prod")
DESTRUCTIVE = Review(plan=DELETE_MANY, refusals=(REFUSED,))


def read_results(text: str) -> list[dict[str, Any]]:
    log = json.loads(text)
    Draft202012Validator(SARIF).validate(log)
    results: list[dict[str, Any]] = log["runs"][0]["results"]
    return results


def test_each_value_that_is_sent_is_a_result_on_its_line() -> None:
    results = read_results(render_sarif(UPDATE))
    assert len(results) == 8
    first = next(one for one in results if "spec.query.replicas" in one["message"]["text"])
    assert first["message"]["text"] == (
        "cluster.web will be updated: spec.query.replicas. 3 -> 5 (edit). Impact: rolling restart of query servers."
    )
    assert first["level"] == "note"
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "clusters/main.hcl"},
                "region": {"startLine": 7, "startColumn": 3},
            }
        }
    ]
    assert {one["ruleId"]: one["level"] for one in results} == {
        "planner.edit": "note",
        "planner.drift": "warning",
        "planner.conflict": "warning",
    }


def test_what_is_deleted_and_why_it_is_refused_are_results() -> None:
    results = read_results(render_sarif(DESTRUCTIVE))
    assert [(one["ruleId"], one["level"]) for one in results[:2]] == [("guard", "error"), ("planner.delete", "warning")]
    assert sum(one["ruleId"] == "planner.delete" for one in results) == 11
    assert len({one["partialFingerprints"]["planner/v1"] for one in results}) == len(results)


def test_a_result_is_the_same_one_after_the_lines_above_it_grew() -> None:
    moved = replace(UPDATE, plan=replace(UPDATE.plan, changes=SAMPLES["update_causes"].changes))
    ours, theirs = (
        [one["partialFingerprints"] for one in read_results(render_sarif(review))] for review in (UPDATE, moved)
    )
    assert ours == theirs


def test_a_mistake_is_annotated_where_it_is() -> None:
    (result,) = read_results(render_sarif(BROKEN))
    (place,) = result["locations"]
    assert place["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 2}
    assert render_github_annotations(BROKEN) == (
        "::error file=clusters/main.hcl,line=2,col=2,title=There is no field qurey::There is no field qurey\n"
    )
    assert render_azure_annotations(BROKEN) == (
        "##vso[task.logissue type=error;sourcepath=clusters/main.hcl;linenumber=2;columnnumber=2]"
        "There is no field qurey. There is no field qurey\n"
    )
    assert json.loads(render_code_quality(BROKEN))[0]["location"] == {
        "lines": {"begin": 2},
        "path": "clusters/main.hcl",
    }


def test_a_step_has_room_for_ten_of_a_kind_and_the_others_are_counted() -> None:
    lines = render_github_annotations(DESTRUCTIVE).splitlines()
    warnings = [line for line in lines if line.startswith("::warning")]
    assert len(warnings) == 10
    assert warnings[-1].endswith("3 more warnings of the plan have no room here. The run's output has all.")
    assert lines[0] == "::error title=The guard refuses%3A a%2C b::100 %25 sure. Nothing was sent."


def test_ten_of_a_kind_are_all_shown() -> None:
    told = tuple(Diagnostic(code="c", summary=f"number {i}", severity=Severity.WARNING) for i in range(10))
    lines = render_github_annotations(Review(plan=SAMPLES["no_changes"], diagnostics=told)).splitlines()
    assert [line.rpartition("::")[2] for line in lines] == [f"number {i}" for i in range(10)]


def test_the_same_mistake_in_two_files_is_two_results() -> None:
    told = [replace(BROKEN.diagnostics[0], span=Span(name, 0, 1)) for name in ("main.hcl", "other.hcl")]
    results = read_results(render_sarif(replace(BROKEN, diagnostics=tuple(told))))
    assert len({one["partialFingerprints"]["planner/v1"] for one in results}) == 2


def find_all(root: Element, name: str) -> list[Element]:
    return list(root.iter(name))


def test_each_cluster_is_a_test_and_a_refusal_fails() -> None:
    root = fromstring(render_junit(DESTRUCTIVE))  # noqa: S314 - our own
    assert root.find("testsuite") is not None
    assert root.attrib == {"tests": "13", "failures": "12", "errors": "0"}
    failure, *others = find_all(root, "failure")
    assert len(others) == 11, "none of what would be lost passes"
    assert failure.attrib == {"message": "The guard refuses: a, b", "type": "guard"}
    assert failure.text == "100 % sure.\nNothing was sent."
    names = [case.attrib["name"] for case in find_all(root, "testcase")]
    assert names[:2] == ["guard", "cluster.web[0]"]


def test_a_plan_that_could_not_be_made_is_an_error() -> None:
    root = fromstring(render_junit(BROKEN))  # noqa: S314 - our own
    assert root.attrib == {"tests": "1", "failures": "0", "errors": "1"}
    assert find_all(root, "error")[0].attrib["type"] == "unknown-field"


def test_a_plan_that_does_nothing_passes() -> None:
    root = fromstring(render_junit(Review(plan=SAMPLES["no_changes"])))  # noqa: S314 - our own
    assert root.attrib == {"tests": "1", "failures": "0", "errors": "0"}


@given(PLANS, TEXTS, st.lists(DIAGNOSTICS, max_size=2))
def test_every_format_holds_whatever_the_names_are(plan: Plan, title: str, told: list[Diagnostic]) -> None:
    """Law: the XML is XML of our elements, SARIF fits its schema, and no line is a command but those that we wrote."""
    refusals = tuple(one for one in told if one.severity is Severity.ERROR)
    review = Review(plan=plan, title=title, refusals=refusals, diagnostics=tuple(told))
    broken = Broken(exit_code=ExitCode.ERROR, reason=title, title=title, diagnostics=tuple(told))
    for subject in (review, broken):
        root = fromstring(render_junit(subject))  # noqa: S314 - our own
        cases = find_all(root, "testcase")
        assert int(root.attrib["tests"]) == len(cases)
        assert {one.tag for case in cases for one in case} <= {"failure", "error", "skipped", "system-out"}
        read_results(render_sarif(subject))
        json.loads(render_code_quality(subject))
        github, azure = render_github_annotations(subject), render_azure_annotations(subject)
        assert all(re.match(r"::(error|warning|notice) ", line) for line in github.split("\n")[:-1])
        assert all(re.fullmatch(r"##vso\[task\.logissue [^\]]*\][^\]]*", line) for line in azure.split("\n")[:-1])
        assert all(text.isprintable() for text in (*github.split("\n"), *azure.split("\n")))
