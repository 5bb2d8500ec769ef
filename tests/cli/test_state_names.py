"""`planner state replace-name` and `state import`: the state is mended where the account was changed by hand."""

import json

import pytest

from planner.emulator.embedded import open_account_file
from tests.cli.workbench import CLUSTER, Bench

STATE = "planner.state.json"


@pytest.fixture
def renamed(bench: Bench) -> Bench:
    """A bench whose cluster somebody renamed in the account, from web to site."""
    assert bench.run("apply", "-auto-approve").code == 0
    account = bench.path / "account.json"
    text = account.read_text()
    assert text.count('"name":"web"') > 0
    account.write_text(text.replace('"name":"web"', '"name":"site"'))
    return bench


def read_record(bench: Bench) -> dict[str, object]:
    (record,) = json.loads(bench.run("state", "show", "-json", "cluster.web").out)["clusters"]
    return {
        "name": record["name"],
        "applied": record["applied"]["metadata"],
        "observed": record["observed"]["metadata"],
    }


@pytest.mark.parametrize("command", [("plan",), ("apply", "-auto-approve"), ("destroy", "-auto-approve")], ids=" ".join)
def test_nothing_is_done_to_a_cluster_of_another_name(renamed: Bench, command: tuple[str, ...]) -> None:
    ended = renamed.run(*command)
    assert (ended.code, ended.out) == (1, "")
    assert 'Error: cluster.web is named "web" in the state, and "site" in the account' in ended.err
    assert "  planner state replace-name 'cluster.web' 'site'" in ended.err
    (cluster,) = open_account_file(renamed.path / "account.json").account.clusters.values()
    assert cluster.name == "site"


def test_the_state_gets_to_know_the_new_name(renamed: Bench) -> None:
    before = (renamed.path / STATE).read_bytes()
    tried = renamed.run("state", "replace-name", "-dry-run", "cluster.web", "site")
    assert (tried.code, tried.out.partition(" (id ")[0]) == (0, 'Would rename cluster.web from "web" to "site"')
    assert (renamed.path / STATE).read_bytes() == before

    ended = renamed.run("state", "replace-name", "cluster.web", "site")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith('Renamed cluster.web from "web" to "site" (id ')
    assert read_record(renamed) == {"name": "site", "applied": {"name": "site"}, "observed": {"name": "site"}}
    assert (renamed.path / f"{STATE}.backup").read_bytes() == before

    renamed.write({**CLUSTER, "metadata": {"name": "site"}})
    (renamed.path / "web.cluster.json").rename(renamed.path / "main.cluster.json")
    assert renamed.run("state", "mv", "cluster.web", "cluster.main").code == 0
    assert renamed.run("plan", "-detailed-exitcode").code == 0


@pytest.mark.parametrize(
    ("address", "name", "summary"),
    [
        ("cluster.web", "web", 'is not named "web"'),
        ("cluster.web", "", 'is not named ""'),
        ("cluster.other", "site", "The state knows no cluster.other"),
        ("web", "site", "That is not an address"),
    ],
)
def test_a_name_that_is_not_so_is_refused(renamed: Bench, address: str, name: str, summary: str) -> None:
    before = (renamed.path / STATE).read_bytes()
    ended = renamed.run("state", "replace-name", address, name)
    assert (ended.code, ended.out) == (1, "")
    assert summary in ended.err
    assert (renamed.path / STATE).read_bytes() == before


def test_what_is_gone_is_not_renamed(renamed: Bench) -> None:
    (renamed.path / "account.json").unlink()
    ended = renamed.run("state", "replace-name", "cluster.web", "site")
    assert ended.code == 1
    assert "The account has no cluster " in ended.err


def test_import_is_a_command_on_the_state_too(bench: Bench) -> None:
    assert bench.run("apply", "-auto-approve").code == 0
    assert bench.run("state", "rm", "cluster.web").code == 0
    ended = bench.run("state", "import", "cluster.web", "web")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith('Imported "web" (id ')
    assert bench.run("plan", "-detailed-exitcode").code == 0


@pytest.mark.parametrize("name", ["../x", "a/b", "x" * 129, "..", "a b"])
def test_what_is_no_id_is_put_into_no_address(bench: Bench, name: str) -> None:
    ended = bench.run("import", "cluster.web", name)
    assert ended.code == 1
    assert f"Error: The account has no cluster {name}" in " ".join(ended.err.split())
