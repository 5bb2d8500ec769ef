"""States in shared stores, from the command line: init, runs, locks, workspaces, and moving a state without loss."""

import asyncio
import json
import os
import re
from collections.abc import Callable, Iterator

import pytest

from planner.model.backend import BackendSettings
from planner.workflow.backends import open_shared
from state.lock import LockInfo
from tests.cli.workbench import Bench, Ended
from tests.state.servers import StateServer, run_moto, run_postgres, run_state_server

Place = Callable[[], str]


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with run_moto() as url:
        yield url


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with run_postgres() as conninfo:
        yield conninfo


@pytest.fixture(scope="module")
def state_server() -> Iterator[StateServer]:
    with run_state_server() as server:
        yield server


@pytest.fixture(params=["s3", "pg", "http"])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A backend block for a place of this test's own."""
    key = os.urandom(8).hex()
    match request.param:
        case "s3":
            monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
            monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
            url = request.getfixturevalue("s3")
            return (
                f'backend "s3" {{ \n bucket = "states"\n key = "{key}"\n region = "us-east-1"\n endpoint = "{url}"\n }}'
            )
        case "pg":
            conninfo = request.getfixturevalue("postgres")
            return f'backend "pg" {{ \n conn_str = "{conninfo}"\n schema_name = "p{key}"\n }}'
        case _:
            address = f"{request.getfixturevalue('state_server').url}/{key}"
            return f'backend "http" {{ \n address = "{address}"\n lock_address = "{address}"\n }}'


def use_backend(bench: Bench, block: str) -> None:
    (bench.path / "backend.hcl").write_text(f"planner {{\n{block}\n}}\n")


def say(ended: Ended) -> str:
    return re.sub(r"\s+", " ", ended.out + ended.err)


def test_a_state_in_a_shared_store_lives_a_whole_life(bench: Bench, block: str) -> None:
    use_backend(bench, block)
    assert ": no state yet." in say(bench.run("init"))
    assert bench.run("apply", "-auto-approve").code == 0
    assert not (bench.path / "planner.state.json").exists()
    assert "No changes." in bench.run("plan").out
    assert bench.run("state", "list").out == "cluster.web\n"
    bench.scale(5)
    assert "1 updated" in bench.run("apply", "-auto-approve").out
    assert ": 1 cluster." in say(bench.run("init"))
    assert "1 deleted" in bench.run("destroy", "-auto-approve").out


def test_a_fresh_clone_needs_no_init(bench: Bench, block: str) -> None:
    use_backend(bench, block)
    assert bench.run("apply", "-auto-approve").code == 0
    assert not (bench.path / ".planner").exists()
    assert "No changes." in bench.run("plan").out


def test_a_local_state_is_taken_along_and_nothing_is_made_twice(bench: Bench, block: str) -> None:
    assert bench.run("apply", "-auto-approve").code == 0
    before = bench.run("state", "pull").out
    use_backend(bench, block)
    refused = bench.run("plan")
    assert refused.code == 1
    assert "The state is kept somewhere else so far" in say(refused)
    assert "planner init -migrate-state" in say(refused)
    assert bench.run("init").code == 1
    moved = bench.run("init", "-migrate-state")
    assert (moved.code, "planner.state.json.migrated, which stays there" in say(moved)) == (0, True)
    assert bench.run("state", "pull").out == before
    assert "No changes." in bench.run("plan").out
    (bench.path / "backend.hcl").unlink()
    assert bench.run("plan").code == 1
    assert bench.run("init", "-migrate-state").code == 1  # its backup says that there was one


def test_reconfiguring_leaves_the_state_where_it_was(bench: Bench, block: str) -> None:
    bench.run("apply", "-auto-approve")
    use_backend(bench, block)
    assert ": no state yet." in say(bench.run("init", "-reconfigure"))
    assert (bench.path / "planner.state.json").exists()
    assert "import" in say(bench.run("plan"))  # the account has a cluster of that name, which no state knows


def test_a_state_goes_over_no_other_one(bench: Bench, block: str) -> None:
    use_backend(bench, block)
    assert bench.run("apply", "-auto-approve").code == 0
    (bench.path / "backend.hcl").unlink()
    (bench.path / "account.json").unlink()
    assert bench.run("apply", "-auto-approve").code == 0
    use_backend(bench, block)
    refused = bench.run("init", "-migrate-state")
    assert (refused.code, "is another state" in say(refused)) == (1, True)
    assert (bench.path / "planner.state.json").exists()


def test_pull_and_push_carry_a_state(bench: Bench, block: str) -> None:
    use_backend(bench, block)
    bench.run("apply", "-auto-approve")
    pulled = bench.run("state", "pull").out
    document = json.loads(pulled)
    assert set(document["records"]) == {"cluster.web"}
    older = bench.path / "older.json"
    older.write_text(pulled)
    bench.scale(4)
    bench.run("apply", "-auto-approve")
    refused = bench.run("state", "push", "older.json")
    assert (refused.code, "no later" in say(refused)) == (1, True)
    assert bench.run("state", "push", "-force", "older.json").code == 0
    again = json.loads(bench.run("state", "pull").out)
    assert again["records"] == document["records"]
    assert again["serial"] > document["serial"]
    older.write_text(pulled.replace("cluster.web", "cluster.wee"))
    assert "is damaged" in say(bench.run("state", "push", "-force", "older.json"))


def test_a_lock_that_is_held_stops_others_until_it_is_taken_away(bench: Bench, block: str) -> None:
    use_backend(bench, block)
    bench.run("apply", "-auto-approve")
    kind = re.findall(r'backend "(\w+)"', block)[0]
    arguments = dict(re.findall(r'(\w+) = "([^"]+)"', block))
    backend = open_shared(BackendSettings(kind=kind, arguments=arguments), "default", dict(os.environ))
    info = LockInfo(
        id="dead-run",
        operation="apply",
        who="ann@ci",
        version="0.1.0",
        created="2026-01-01T00:00:00Z",
        pid=7,
        info="https://ci.example/runs/9",
    )

    async def die() -> None:
        await backend.lock(info)

    asyncio.run(die())
    bench.scale(6)
    held = bench.run("apply", "-auto-approve")
    assert held.code == 7
    for told in ("ann@ci", "2026-01-01T00:00:00Z", "https://ci.example/runs/9", "planner force-unlock dead-run"):
        assert told in say(held)
    assert bench.run("plan").code == 0  # whoever only reads needs no lock
    assert bench.run("force-unlock", "other").code == 7
    assert "Took the lock of ann@ci" in say(bench.run("force-unlock", "dead-run"))
    assert bench.run("apply", "-auto-approve").code == 0


def test_workspaces_are_states_of_their_own(bench: Bench, block: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if "http" in block.splitlines()[0]:
        pytest.skip("Terraform's protocol has no workspaces")
    use_backend(bench, block)
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text(
        'cluster "web" {\n  metadata { name = "web-${terraform.workspace}" }\n  spec { version = "2021.06" }\n}\n'
    )
    assert bench.run("apply", "-auto-approve").code == 0
    assert "1 created" in bench.run("apply", "-auto-approve", "-workspace", "dev").out
    monkeypatch.setenv("PLANNER_WORKSPACE", "dev")
    assert "web-dev" in bench.run("state", "show", "cluster.web").out
    assert "web-default" in bench.run("state", "show", "-workspace=default", "cluster.web").out
    assert bench.run("plan", "-workspace", "a/../b").code == 1


def test_workspaces_are_listed_chosen_made_and_deleted(bench: Bench, block: str) -> None:
    use_backend(bench, block)
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text(
        'cluster "web" {\n  metadata { name = "web-${terraform.workspace}" }\n  spec { version = "2021.06" }\n}\n'
    )
    if "http" in block.splitlines()[0]:
        assert "has no workspaces" in say(bench.run("workspace", "list"))
        return
    assert bench.run("workspace", "list").out == "* default\n"
    assert bench.run("apply", "-auto-approve").code == 0
    assert bench.run("workspace", "new", "dev").out == "The workspace is dev now; it has no state yet.\n"
    assert bench.run("workspace", "show").out == "dev\n"
    assert "1 created" in bench.run("apply", "-auto-approve").out
    assert "web-dev" in bench.run("state", "show", "cluster.web").out
    assert bench.run("workspace", "list").out == "  default\n* dev\n"
    assert "There is a workspace dev already" in say(bench.run("workspace", "new", "dev"))
    assert "There is no workspace prod" in say(bench.run("workspace", "select", "prod"))
    assert bench.run("workspace", "select", "default").out == "The workspace is default now.\n"
    assert "web-default" in bench.run("state", "show", "cluster.web").out

    refused = bench.run("workspace", "delete", "dev")
    assert (refused.code, "The workspace dev is not empty" in say(refused)) == (1, True)
    assert bench.run("destroy", "-auto-approve", "-workspace", "dev").code == 0
    assert bench.run("workspace", "delete", "dev").out == "Deleted the workspace dev.\n"
    assert bench.run("workspace", "list").out == "* default\n"
    assert "web-default" in bench.run("state", "show", "cluster.web").out


def test_a_workspace_with_clusters_is_deleted_only_by_force(bench: Bench) -> None:
    assert bench.run("apply", "-auto-approve", "-workspace", "dev").code == 0
    assert bench.run("workspace", "delete", "dev").code == 1
    forced = bench.run("workspace", "delete", "-force", "dev")
    assert forced.out == "Deleted the workspace dev. 1 cluster went on, managed by nobody.\n"
    assert not list((bench.path / "planner.state.d").rglob("planner.state.json*"))


@pytest.mark.parametrize(("name", "told"), [("default", "the default one"), ("dev", "the one that is selected")])
def test_a_workspace_that_is_in_use_is_not_deleted(bench: Bench, name: str, told: str) -> None:
    bench.run("workspace", "new", "dev")
    refused = bench.run("workspace", "delete", name)
    assert (refused.code, told in say(refused)) == (1, True)


def test_a_choice_that_was_meddled_with_is_none(bench: Bench) -> None:
    bench.run("workspace", "new", "dev")
    (bench.path / ".planner" / "workspace").write_text("../../etc")
    assert bench.run("workspace", "show").out == "default\n"
    assert bench.run("workspace", "new", "a/b").code == 1


def test_local_workspaces_are_files_beside_each_other(bench: Bench) -> None:
    assert bench.run("state", "list", "-workspace", "dev").out == ""
    (bench.path / "web.cluster.json").write_text('{"metadata": {"name": "dev"}, "spec": {"version": "2021.06"}}')
    assert bench.run("apply", "-auto-approve", "-workspace", "dev").code == 0
    assert (bench.path / "planner.state.d" / "dev" / "planner.state.json").exists()
    assert not (bench.path / "planner.state.json").exists()


def test_a_local_lock_cannot_be_taken_away(bench: Bench) -> None:
    told = bench.run("force-unlock", "abc")
    assert (told.code, "The kernel holds it for its process" in say(told)) == (1, True)


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ('backend "s3" { bucket = "b" }', "key"),
        ('backend "s4" { }', "Unsupported backend type"),
        ('backend "pg" { conn_str = "postgres://u:secret@h/db" }', "PGPASSWORD"),
        ('backend "pg" { conn_str = "host=h password=secret" }', "PGPASSWORD"),
        ('backend "http" { address = "http://states.example/x" }', "would be readable"),
        ('backend "http" { address = "https://u:secret@states.example/x" }', "without a name or a password"),
        ('backend "local" { path = "" }', "must name a file"),
    ],
)
def test_a_backend_block_that_is_wrong_is_told_of_and_shows_no_secret(bench: Bench, block: str, told: str) -> None:
    use_backend(bench, block)
    ended = bench.run("validate")
    assert ended.code == 3
    assert told in say(ended)


def test_a_state_that_was_put_aside_is_never_written_over(bench: Bench) -> None:
    (bench.path / "planner.state.json.migrated").write_text("an earlier one")
    bench.run("apply", "-auto-approve")
    use_backend(bench, 'backend "local" {\n path = "kept.json"\n }')
    assert bench.run("init", "-migrate-state").code == 0
    assert (bench.path / "planner.state.json.migrated").read_text() == "an earlier one"
    assert (bench.path / "planner.state.json.migrated-2").exists()
    assert bench.run("state", "list").out == "cluster.web\n"


def test_a_local_state_needs_no_init_and_stands_one(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    assert say(bench.run("init")) == "The state is kept in planner.state.json: 1 cluster. "
    assert not (bench.path / ".planner").exists()


@pytest.mark.parametrize(
    "command", [("init",), ("force-unlock", "x"), ("state", "list"), ("state", "pull"), ("state", "rm", "cluster.web")]
)
def test_with_a_wrong_backend_block_no_other_state_is_touched(bench: Bench, command: tuple[str, ...]) -> None:
    bench.run("apply", "-auto-approve")
    before = (bench.path / "planner.state.json").read_bytes()
    use_backend(bench, 'backend "s3" {\n bucket = "b"\n }')
    ended = bench.run(*command)
    assert (ended.code, "The backend or encryption block cannot be used" in say(ended)) == (3, True)
    assert (bench.path / "planner.state.json").read_bytes() == before
