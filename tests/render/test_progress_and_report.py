"""What an apply tells while it runs, and the table at its end."""

import pytest

from planner.model.diagnostics import Diagnostic
from planner.model.events import ChangeEnded, Event, OperationAnswered, OperationStarted, StillSettling
from planner.model.plan import Action, Method, Operation
from planner.model.report import Fate, Outcome, Report
from planner.render.durations import format_duration
from planner.render.progress_text import render_event
from planner.render.report_text import render_report, render_verdict
from state.address import Address

WEB = Address("web")


def operate(method: Method) -> Operation:
    path = "/clusters" if method is Method.POST else "/clusters/c-1"
    return Operation(number=1, address=WEB, method=method, path=path)


def end(action: Action, fate: Fate, id_: str | None = "c-1") -> ChangeEnded:
    return ChangeEnded(outcome=Outcome(address=WEB, action=action, fate=fate, id=id_, seconds=24.7))


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (OperationStarted(operation=operate(Method.POST)), "cluster.web: Creating..."),
        (OperationStarted(operation=operate(Method.PATCH)), "cluster.web: Modifying... [id=c-1]"),
        (OperationStarted(operation=operate(Method.PUT)), "cluster.web: Modifying... [id=c-1]"),
        (OperationStarted(operation=operate(Method.DELETE)), "cluster.web: Destroying... [id=c-1]"),
        (OperationAnswered(operation=operate(Method.POST), id="c-1"), None),
        (
            StillSettling(operation=operate(Method.POST), id="c-1", phase="CREATING", seconds=130.9),
            "cluster.web: Still creating... [2m10s elapsed, CREATING]",
        ),
        (
            StillSettling(operation=operate(Method.PATCH), id="c-1", phase="\x1b[2J", seconds=10),
            "cluster.web: Still modifying... [10s elapsed, \\u{1b}[2J]",
        ),
        (
            StillSettling(operation=operate(Method.DELETE), id="c-1", phase="", seconds=10),
            "cluster.web: Still destroying... [10s elapsed]",
        ),
        (end(Action.CREATE, Fate.DONE), "cluster.web: Creation complete after 24s [id=c-1]"),
        (end(Action.UPDATE, Fate.DONE), "cluster.web: Modifications complete after 24s [id=c-1]"),
        (end(Action.REPLACE, Fate.DONE), "cluster.web: Replacement complete after 24s [id=c-1]"),
        (end(Action.DELETE, Fate.DONE), "cluster.web: Destruction complete after 24s"),
        (end(Action.FORGET, Fate.DONE), "cluster.web: Removal from the state complete"),
        (end(Action.NO_OP, Fate.DONE), "cluster.web: Update of the state complete"),
        (end(Action.CREATE, Fate.FAILED), "cluster.web: Creation failed after 24s"),
        (
            end(Action.UPDATE, Fate.SKIPPED),
            "cluster.web: Modifications skipped, because something that it depends on failed",
        ),
        (end(Action.DELETE, Fate.NOT_STARTED), "cluster.web: Destruction not started"),
    ],
)
def test_each_event_has_its_line(event: Event, line: str | None) -> None:
    assert render_event(event) == line


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.9, "0s"),
        (59.9, "59s"),
        (60, "1m0s"),
        (130, "2m10s"),
        (3600, "1h0m0s"),
        (90061, "25h1m1s"),
        (-1, "0s"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


def test_when_all_is_done() -> None:
    report = Report(
        plan_id="7f3a",
        outcomes=(
            Outcome(address=WEB, action=Action.CREATE, fate=Fate.DONE, id="c-1", seconds=24),
            Outcome(address=Address("old", "eu"), action=Action.DELETE, fate=Fate.DONE, id="c-2", seconds=3),
        ),
    )
    assert render_report(report, color=False) == (
        "  CLUSTER            ACTION  OUTCOME  TIME  ID\n"
        "  cluster.web        create  done     24s   c-1\n"
        '  cluster.old["eu"]  delete  done     3s    c-2\n'
        "\n"
        "  2 done, 0 failed, 0 skipped, 0 not started\n"
        "\n"
        "Apply complete! Clusters: 1 created, 0 updated, 1 deleted.\n"
    )


def test_when_not_all_is_done() -> None:
    fault = Diagnostic(code="conflict", summary="An update is in progress", detail="Try again later.", address=WEB)
    report = Report(
        plan_id="7f3a",
        outcomes=(
            Outcome(address=WEB, action=Action.UPDATE, fate=Fate.FAILED, id="c-1", seconds=61, diagnostics=(fault,)),
            Outcome(address=Address("shop"), action=Action.CREATE, fate=Fate.SKIPPED),
            Outcome(address=Address("mail"), action=Action.REPLACE, fate=Fate.DONE, id="c-3", seconds=5),
            Outcome(address=Address("gone"), action=Action.FORGET, fate=Fate.DONE, id="c-4"),
            Outcome(address=Address("old"), action=Action.DELETE, fate=Fate.NOT_STARTED, id="c-5"),
        ),
    )
    assert render_report(report, color=False) == (
        "  CLUSTER       ACTION   OUTCOME      TIME  ID\n"
        "  cluster.web   update   failed       1m1s  c-1\n"
        "  cluster.shop  create   skipped\n"
        "  cluster.mail  replace  done         5s    c-3\n"
        "  cluster.gone  forget   done         0s    c-4\n"
        "  cluster.old   delete   not started        c-5\n"
        "\n"
        "  2 done, 1 failed, 1 skipped, 1 not started\n"
        "\n"
        "Error: An update is in progress\n"
        "\n"
        "  with cluster.web\n"
        "\n"
        "Try again later.\n"
        "\n"
        "Apply incomplete. Clusters: 0 created, 0 updated, 0 deleted, 1 replaced, 1 forgotten; "
        "1 failed, 1 skipped, 1 not started.\n"
    )


def sum_up(*actions: Action, last: Fate = Fate.DONE) -> str:
    """Return the last line of a report in which all of `actions` were done, but for what became of the last one."""
    fates = [*[Fate.DONE] * (len(actions) - 1), last]
    outcomes = tuple(
        Outcome(address=Address(f"c{number}"), action=action, fate=fate)
        for number, (action, fate) in enumerate(zip(actions, fates, strict=True))
    )
    return render_verdict(Report(plan_id="7f3a", outcomes=outcomes), color=False)


def test_what_only_deleted_is_called_a_destroy() -> None:
    assert sum_up(Action.DELETE, Action.DELETE) == "Destroy complete! Clusters: 2 deleted."
    assert sum_up(Action.FORGET, Action.DELETE) == "Destroy complete! Clusters: 1 deleted, 1 forgotten."


def test_what_deleted_nothing_or_not_only_is_an_apply() -> None:
    assert sum_up(Action.FORGET) == "Apply complete! Clusters: 0 created, 0 updated, 0 deleted, 1 forgotten."
    assert sum_up(Action.DELETE, Action.UPDATE) == "Apply complete! Clusters: 0 created, 1 updated, 1 deleted."
    assert sum_up(Action.DELETE, Action.DELETE, last=Fate.FAILED) == (
        "Apply incomplete. Clusters: 0 created, 0 updated, 1 deleted; 1 failed."
    )


def test_an_interrupted_apply_says_so() -> None:
    report = Report(
        plan_id="7f3a",
        outcomes=(Outcome(address=WEB, action=Action.CREATE, fate=Fate.NOT_STARTED),),
        interrupted=True,
    )
    assert render_report(report, color=False).splitlines()[-1] == (
        "Apply interrupted. Clusters: 0 created, 0 updated, 0 deleted; 1 not started."
    )


def test_an_empty_apply_is_complete() -> None:
    assert render_report(Report(plan_id="7f3a"), color=False) == (
        "Apply complete! Clusters: 0 created, 0 updated, 0 deleted.\n"
    )


def test_colour_is_around_whole_cells() -> None:
    report = Report(plan_id="7f3a", outcomes=(Outcome(address=WEB, action=Action.CREATE, fate=Fate.FAILED),))
    assert "  \x1b[31mcluster.web  create  failed   0s\x1b[0m\n" in render_report(report, color=True)
