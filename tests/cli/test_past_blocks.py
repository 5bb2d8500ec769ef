"""`moved`, `removed` and `import` blocks on the command line: what is asked about, and what machines are told."""

import json

import pytest

from tests.cli.workbench import Bench

DECLARED = 'cluster "web" {\n  spec { version = "2021.06" }\n}\n'
IMPORT = 'import {\n  to = cluster.web\n  id = "web"\n}\n'


@pytest.fixture
def unmanaged(bench: Bench) -> Bench:
    """A bench whose account has a cluster that the state does not know, and whose configuration imports it."""
    (bench.path / "web.cluster.json").unlink()
    write(bench, DECLARED)
    assert bench.run("apply", "-auto-approve").code == 0
    assert bench.run("state", "rm", "cluster.web").code == 0
    write(bench, DECLARED + IMPORT)
    return bench


def write(bench: Bench, text: str) -> None:
    (bench.path / "main.hcl").write_text(text, encoding="utf-8")


def test_an_import_is_a_change(unmanaged: Bench) -> None:
    assert unmanaged.run("plan", "-detailed-exitcode").code == 2


@pytest.mark.parametrize(("answer", "code", "listed"), [("yes\n", 0, "cluster.web\n"), ("no\n", 1, "")])
def test_an_import_is_asked_about(unmanaged: Bench, answer: str, code: int, listed: str) -> None:
    assert unmanaged.run("apply", answer=answer).code == code
    assert unmanaged.run("state", "list").out == listed


def test_a_move_is_not_asked_about(unmanaged: Bench) -> None:
    unmanaged.run("apply", "-auto-approve")
    moved = "moved {\n  from = cluster.web\n  to = cluster.www\n}\n"
    write(unmanaged, DECLARED.replace('"web" {', '"www" {\n  metadata { name = "web" }') + moved)
    assert unmanaged.run("apply", answer="").code == 0
    assert unmanaged.run("state", "list").out == "cluster.www\n"


def test_machines_are_told_of_an_import(unmanaged: Bench) -> None:
    events = unmanaged.run("apply", "-auto-approve", "-json").events
    (planned,) = (event["change"] for event in events if event["type"] == "planned_change")
    assert (planned["action"], planned["importing"]) == ("no-op", {"id": "web"})
    counted = [event["changes"]["import"] for event in events if event["type"] == "change_summary"]
    assert counted == [1, 1]


def test_a_saved_import_is_as_it_was_made(unmanaged: Bench) -> None:
    assert unmanaged.run("plan", "-out", "plan.json").code == 0
    saved = json.loads((unmanaged.path / "plan.json").read_text(encoding="utf-8"))
    assert (saved["summary"]["import"], saved["resource_changes"][0]["change"]["importing"]) == (1, {"id": "web"})
    write(unmanaged, DECLARED)
    ended = unmanaged.run("apply", "plan.json")
    assert "Apply complete! Clusters: 1 imported, 0 created, 0 updated, 0 deleted." in ended.out
    assert unmanaged.run("state", "list").out == "cluster.web\n"


def test_a_saved_import_of_a_cluster_that_has_changed_is_refused(unmanaged: Bench) -> None:
    unmanaged.run("plan", "-out", "plan.json")
    unmanaged.run("emulator", "patch", "account.json", "web", '{"spec": {"version": "2022.01"}}')
    assert unmanaged.run("apply", "plan.json").code == 6
    assert unmanaged.run("state", "list").out == ""


def test_an_account_of_which_nothing_is_managed_yet_is_imported(unmanaged: Bench) -> None:
    for name in ("planner.state.json", "planner.state.json.backup"):
        (unmanaged.path / name).unlink()
    assert unmanaged.run("apply", "-auto-approve").code == 0
    assert unmanaged.run("plan", "-detailed-exitcode").code == 0


def test_a_saved_plan_stands_whatever_the_blocks_say_later(unmanaged: Bench) -> None:
    assert unmanaged.run("plan", "-out", "plan.json").code == 0
    circle = "".join(f"moved {{\n  from = cluster.{a}\n  to = cluster.{b}\n}}\n" for a, b in ("xy", "yx"))
    write(unmanaged, DECLARED + circle)
    assert unmanaged.run("validate").code == 3
    assert unmanaged.run("apply", "plan.json").code == 0
    assert unmanaged.run("state", "list").out == "cluster.web\n"
