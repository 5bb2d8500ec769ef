"""`planner state mv` and `planner state rm`: the state is edited by hand, and no cluster changes."""

import asyncio
import json
from pathlib import Path

import pytest

from state.backends.local import LocalBackend
from state.lock import make_lock_info
from tests.cli.workbench import Bench

EDITS = [("mv", "cluster.web", "cluster.a"), ("rm", "cluster.web")]


@pytest.fixture
def filled(bench: Bench) -> Bench:
    """A bench whose state knows `cluster.web` and `cluster.shop`, which needs it."""
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text(
        'cluster "web" {\n  spec { version = "2021.06" }\n}\n'
        'cluster "shop" {\n  depends_on = [cluster.web]\n  spec { version = "2021.06" }\n}\n',
        encoding="utf-8",
    )
    assert bench.run("apply", "-auto-approve").code == 0
    return bench


def read_account(bench: Bench) -> object:
    return json.loads((bench.path / "account.json").read_text(encoding="utf-8"))


def test_a_cluster_gets_another_address(filled: Bench) -> None:
    account = read_account(filled)
    ended = filled.run("state", "mv", "cluster.web", 'module.m[0].cluster.a["x"]')
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == ('Move "cluster.web" to "module.m[0].cluster.a["x"]"\nSuccessfully moved 1 cluster.\n')
    assert filled.run("state", "list").out == 'cluster.shop\nmodule.m[0].cluster.a["x"]\n'
    assert read_account(filled) == account
    shop = json.loads(filled.run("state", "show", "-json", "cluster.shop").out)["clusters"][0]
    assert shop["depends_on"] == ['module.m[0].cluster.a["x"]']


def test_a_whole_module_moves(filled: Bench) -> None:
    for label in ("web", "shop"):
        assert filled.run("state", "mv", f"cluster.{label}", f"module.m[0].cluster.{label}").code == 0
    ended = filled.run("state", "mv", "module.m", "module.n.module.deep")
    assert ended.out == (
        'Move "module.m[0].cluster.shop" to "module.n.module.deep[0].cluster.shop"\n'
        'Move "module.m[0].cluster.web" to "module.n.module.deep[0].cluster.web"\n'
        "Successfully moved 2 clusters.\n"
    )


def test_a_state_that_was_moved_by_hand_needs_no_plan(filled: Bench) -> None:
    filled.run("state", "mv", "cluster.web", "cluster.www")
    text = (filled.path / "main.hcl").read_text(encoding="utf-8")
    text = text.replace('cluster "web" {', 'cluster "www" {\n  metadata { name = "web" }').replace(".web", ".www")
    (filled.path / "main.hcl").write_text(text, encoding="utf-8")
    assert filled.run("plan", "-detailed-exitcode").code == 0


@pytest.mark.parametrize(
    ("source", "target", "summary", "said"),
    [
        ("cluster.nobody", "cluster.a", "Invalid source address", "does not match anything"),
        ("module.m", "module.n", "Invalid source address", "does not match anything"),
        ("cluster.web[0]", "cluster.a", "Invalid source address", "does not match anything"),
        ("cluster.web", "cluster.shop", "Invalid target address", "there is something at that address"),
        ("cluster.web", "cluster.web", "Invalid target address", "there is something at that address"),
        ("cluster.web", "module.m", "Invalid target address", "must be a cluster, too"),
        ("module.m", "cluster.web", "Invalid target address", "must be a module, too"),
        ("web", "cluster.a", "That is not an address", "'web' is not the address of a cluster"),
        ("cluster.web", "module.", "That is not an address", "Name a cluster, such as cluster.web, or a module"),
    ],
)
def test_what_cannot_move_is_told_and_stays(filled: Bench, source: str, target: str, summary: str, said: str) -> None:
    state = (filled.path / "planner.state.json").read_bytes()
    ended = filled.run("state", "mv", source, target)
    assert (ended.code, ended.out) == (1, "")
    assert f"Error: {summary}" in ended.err
    assert said in " ".join(ended.err.split())
    assert (filled.path / "planner.state.json").read_bytes() == state


def test_what_is_removed_is_forgotten_and_stays_in_the_account(filled: Bench) -> None:
    account = read_account(filled)
    ended = filled.run("state", "rm", "cluster.web", "cluster.shop")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == "Removed cluster.shop\nRemoved cluster.web\nSuccessfully removed 2 clusters.\n"
    assert filled.run("state", "list").out == ""
    assert read_account(filled) == account


def test_a_cluster_without_a_key_and_a_module_are_removed_whole(filled: Bench) -> None:
    filled.run("state", "mv", "cluster.web", "module.m[1].cluster.a[2]")
    assert "Removed module.m[1].cluster.a[2]\n" in filled.run("state", "rm", "-dry-run", "module.m").out.replace(
        "Would remove", "Removed"
    )
    assert filled.run("state", "rm", "module.m[1].cluster.a").code == 0
    assert filled.run("state", "list").out == "cluster.shop\n"


def test_nothing_is_removed_where_one_address_is_wrong(filled: Bench) -> None:
    ended = filled.run("state", "rm", "cluster.web", "cluster.nobody")
    assert (ended.code, ended.out) == (1, "")
    assert "The state knows nothing at cluster.nobody, so nothing was removed." in ended.err
    assert filled.run("state", "list").out == "cluster.shop\ncluster.web\n"


@pytest.mark.parametrize("arguments", EDITS)
def test_a_dry_run_changes_nothing(filled: Bench, arguments: tuple[str, ...]) -> None:
    files = {path: path.read_bytes() for path in filled.path.iterdir()}
    ended = filled.run("state", arguments[0], "-dry-run", *arguments[1:])
    assert ended.code == 0
    assert ended.out.startswith("Would ")
    assert {path: path.read_bytes() for path in filled.path.iterdir()} == files


@pytest.mark.parametrize("arguments", EDITS)
def test_the_state_before_is_kept(filled: Bench, arguments: tuple[str, ...]) -> None:
    before = json.loads((filled.path / "planner.state.json").read_text(encoding="utf-8"))
    assert filled.run("state", *arguments).code == 0
    backup = json.loads((filled.path / "planner.state.json.backup").read_text(encoding="utf-8"))
    after = json.loads((filled.path / "planner.state.json").read_text(encoding="utf-8"))
    assert backup == before
    assert (after["lineage"], after["serial"]) == (before["lineage"], before["serial"] + 1)


@pytest.mark.parametrize("arguments", EDITS)
def test_a_saved_plan_of_before_is_refused(filled: Bench, arguments: tuple[str, ...]) -> None:
    text = (filled.path / "main.hcl").read_text(encoding="utf-8")
    (filled.path / "main.hcl").write_text(text.replace("2021.06", "2022.01"), encoding="utf-8")
    assert filled.run("plan", "-out", "plan.json").code == 0
    filled.run("state", *arguments)
    assert filled.run("apply", "plan.json").code == 6


@pytest.mark.parametrize("arguments", EDITS)
def test_a_lock_that_is_held_is_respected(filled: Bench, arguments: tuple[str, ...]) -> None:
    backend = LocalBackend(filled.path / "planner.state.json")
    asyncio.run(backend.lock(make_lock_info("apply", version="0.1.0")))
    try:
        ended = filled.run("state", *arguments)
        assert (ended.code, ended.out) == (7, "")
        assert filled.run("state", *arguments, "-lock=false").code == 0
    finally:
        asyncio.run(backend.unlock())


@pytest.mark.parametrize("arguments", EDITS)
def test_there_must_be_a_state(bench: Bench, arguments: tuple[str, ...]) -> None:
    ended = bench.run("state", *arguments)
    assert (ended.code, ended.out) == (1, "")
    assert "There is no state yet" in ended.err
    assert not Path("planner.state.json").exists()


def test_an_edit_needs_no_valid_configuration(filled: Bench) -> None:
    (filled.path / "main.hcl").write_text('cluster "web" {', encoding="utf-8")
    assert filled.run("state", "rm", "cluster.web").code == 0


def test_what_was_removed_can_be_imported_again(filled: Bench) -> None:
    filled.run("state", "rm", "cluster.web")
    assert filled.run("import", "cluster.web", "web").code == 0
    assert filled.run("plan", "-detailed-exitcode").code == 0
