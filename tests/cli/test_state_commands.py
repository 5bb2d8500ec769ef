"""The commands around the state: looking at it, importing, accounts, and hand edits behind planner's back."""

import json
from pathlib import Path

import pytest

from tests.cli.workbench import Bench
from tests.render.terraform_json import STATE, find_misfits


def test_the_state_can_be_looked_at(bench: Bench) -> None:
    assert bench.run("show").out == "The state holds no clusters.\n"
    bench.run("apply", "-auto-approve")
    assert bench.run("state", "list").out == "cluster.web\n"
    shown = bench.run("state", "show", "cluster.web").out
    assert shown == bench.run("show").out
    assert 'version                 = "2021.06"' in shown
    document = json.loads(bench.run("state", "show", "-json", "cluster.web").out)
    assert document["clusters"][0]["applied"]["spec"]["query"]["replicas"] == 2


def test_the_state_can_be_read_as_terraforms(bench: Bench) -> None:
    assert json.loads(bench.run("show", "-json").out) == {"format_version": "1.0"}
    bench.run("apply", "-auto-approve")
    document = json.loads(bench.run("show", "-json").out)
    assert list(find_misfits(document, STATE)) == []
    (found,) = document["values"]["root_module"]["resources"]
    assert found["address"] == "cluster.web"
    assert found["values"]["spec"]["query"]["replicas"] == 2
    assert found["applied"]["spec"]["query"]["replicas"] == 2


@pytest.mark.parametrize(("address", "said"), [("cluster.other", "knows no cluster"), ("web", "not an address")])
def test_a_record_that_is_not_there_is_an_error(bench: Bench, address: str, said: str) -> None:
    ended = bench.run("state", "show", address)
    assert ended.code == 1
    assert said in ended.err


def test_a_cluster_that_is_there_already_is_imported(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    (bench.path / "planner.state.json").unlink()
    (bench.path / "planner.state.json.backup").unlink()
    taken = bench.run("plan")
    assert taken.code == 1
    assert "planner import 'cluster.web'" in taken.err
    assert bench.run("import", "cluster.web", "web").code == 0
    assert bench.run("plan", "-detailed-exitcode").code == 0
    again = bench.run("import", "cluster.web", "web")
    assert again.code == 1
    assert "managed already" in again.err


@pytest.mark.parametrize(
    ("address", "name", "said"),
    [("cluster.other", "web", "declares no"), ("cluster.web", "nothing", "has no cluster"), ("web", "web", "address")],
)
def test_an_import_of_what_is_not_there_is_an_error(bench: Bench, address: str, name: str, said: str) -> None:
    ended = bench.run("import", address, name)
    assert ended.code == 1
    assert said in ended.err


def test_a_hand_edit_in_the_emulated_account_is_drift(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    assert bench.run("emulator", "patch", "account.json", "web", '{"spec": {"query": {"replicas": 9}}}').code == 0
    ended = bench.run("plan", "-detailed-exitcode")
    assert ended.code == 2
    assert "9 -> 2" in ended.out
    assert "drift" in ended.out


@pytest.mark.parametrize(
    "arguments",
    [
        ["account.json", "nobody", "{}"],
        ["account.json", "web", "[]"],
        ["account.json", "web", "{"],
        ["nowhere.json", "web", "{}"],
    ],
)
def test_a_hand_edit_that_cannot_be_made_is_an_error(bench: Bench, arguments: list[str]) -> None:
    bench.run("apply", "-auto-approve")
    ended = bench.run("emulator", "patch", *arguments)
    assert ended.code == 1
    assert "Error" in ended.err


def test_a_damaged_state_is_refused_and_left_as_it_was(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    state = bench.path / "planner.state.json"
    state.write_text(state.read_text().replace("2021.06", "2021.07"))
    damaged = state.read_bytes()
    for command in (["plan"], ["apply", "-auto-approve"], ["state", "list"]):
        ended = bench.run(*command)
        assert (ended.code, ended.out) == (1, "")
        assert "planner.state.json" in ended.err
    assert state.read_bytes() == damaged


def test_the_state_is_kept_where_the_configuration_says(bench: Bench, tmp_path: Path) -> None:
    (bench.path / "main.hcl").write_text('planner {\n  backend "local" { path = "kept/web.json" }\n}\n')
    (tmp_path / "kept").mkdir()
    assert bench.run("apply", "-auto-approve").code == 0
    assert (tmp_path / "kept" / "web.json").is_file()
    assert bench.run("state", "list").out == "cluster.web\n"


def test_an_account_with_nothing_to_manage_says_so(bench: Bench) -> None:
    assert "No clusters are managed here." in bench.run("destroy", answer="").out


def test_a_state_is_used_with_no_other_account(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.run("apply", "-auto-approve")
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:other.json")
    for command in (["plan"], ["apply", "-auto-approve"], ["destroy", "-auto-approve"], ["import", "cluster.web", "x"]):
        ended = bench.run(*command)
        assert (ended.code, ended.out) == (1, "")
        assert "The state belongs to another account" in ended.err
        assert "emulator:account.json" in ended.err
    assert bench.run("state", "list").out == "cluster.web\n"


def test_an_account_that_has_moved_is_said_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.run("apply", "-auto-approve")
    (bench.path / "account.json").rename(bench.path / "moved.json")
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:moved.json")
    said = bench.run("state", "set-account")
    assert (said.code, said.err) == (0, "")
    assert "emulator:moved.json" in said.out
    assert "No changes." in bench.run("plan").out


def test_a_state_without_clusters_goes_with_any_account(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.run("apply", "-auto-approve")
    bench.run("destroy", "-auto-approve")
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:other.json")
    assert bench.run("apply", "-auto-approve").code == 0
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:account.json")
    assert "another account" in bench.run("plan").err
