"""A cluster that somebody deleted: it is created again, empty, only where that is agreed to."""

import json

import pytest

from planner.model.diagnostics import ExitCode
from tests.cli.test_approvals import read_plan_id
from tests.cli.workbench import Bench


@pytest.fixture
def gone(bench: Bench) -> Bench:
    bench.run("apply", "-auto-approve")
    (bench.path / "account.json").unlink()  # all that was in the account is gone
    return bench


def test_nothing_is_created_again_without_a_word(gone: Bench) -> None:
    planned = gone.run("plan")
    assert planned.code == ExitCode.REFUSED
    assert "it will be created again, empty" in planned.out
    assert "The guard refuses to create a cluster again" in planned.err
    assert gone.run("apply", "-auto-approve").code == ExitCode.REFUSED
    assert not (gone.path / "account.json").exists() or "POST" not in (gone.path / "account.json").read_text()


def test_an_allowance_is_for_one_plan(gone: Bench) -> None:
    plan_id = read_plan_id(gone.run("plan").out)
    assert gone.run("apply", "-auto-approve", f"--allow=recreate:cluster.app@{plan_id}").code == ExitCode.REFUSED
    assert gone.run("apply", "-auto-approve", "--allow=recreate:cluster.web@pl-0000000000").code == ExitCode.REFUSED
    assert gone.run("apply", "-auto-approve", f"--allow=recreate:cluster.web@{plan_id}").code == 0


def test_any_plan_may_do_it_if_that_is_said(gone: Bench) -> None:
    assert gone.run("plan", "-recreate-missing", "-detailed-exitcode").code == ExitCode.CHANGES_PRESENT
    assert gone.run("apply", "-auto-approve", "-recreate-missing").code == 0
    assert gone.run("plan", "-detailed-exitcode").code == 0


def test_a_saved_plan_is_judged_again(gone: Bench) -> None:
    assert gone.run("plan", "-recreate-missing", "-out", "plan.json").code == 0
    exceeded = json.loads((gone.path / "plan.json").read_text())["guards"]
    assert [(one["kind"], one["addresses"]) for one in exceeded] == [("recreate", ["cluster.web"])]
    assert gone.run("apply", "plan.json").code == ExitCode.REFUSED
    assert gone.run("apply", "-recreate-missing", "plan.json").code == 0


def test_the_configuration_may_lift_the_limit(gone: Bench) -> None:
    (gone.path / "planner.hcl").write_text("planner {\n  guard {\n    max_recreate = 1\n  }\n}\n")
    assert gone.run("apply", "-auto-approve").code == 0


def test_the_way_out_that_is_named_leads_out(gone: Bench) -> None:
    assert "planner state rm cluster.web" in gone.run("plan").err
    (gone.path / "web.cluster.json").unlink()
    (gone.path / "planner.hcl").write_text('planner {\n  required_version = ">= 0.1"\n}\n')
    assert gone.run("state", "rm", "cluster.web").code == 0
    assert gone.run("plan", "-detailed-exitcode").code == 0
