"""Law 10: what a plan shows and what its apply sends are the same, or the apply stops with 6 and sends nothing."""

import json
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.model.diagnostics import ExitCode
from tests.laws.clusters import FIELDS
from tests.laws.lab import Document
from tests.laws.test_law_edits import make_hand_edit
from tests.scenarios.world import World

SPECS = st.fixed_dictionaries(
    {"version": st.sampled_from(["2021.06", "2022.01"])},
    optional={name: FIELDS[name] for name in ("awsTags", "druidExtensions", "query", "deepStorage", "desiredState")},
).filter(lambda spec: "password" not in repr(spec) and "accessKey" not in repr(spec))
"""Without secrets, for which a saved plan holds fingerprints."""


def write(world: World, label: str, spec: Document) -> None:
    document = {"metadata": {"name": label}, "spec": spec}
    world.write_file(f"{label}.cluster.json", json.dumps(document))


def run(world: World, command: str) -> Any:  # noqa: ANN401 - what came of it
    done = world.run(f"planner {command}")
    assert done.exit_code == 0, done.stderr + done.stdout
    return done


def save_plan(world: World) -> list[tuple[str, str, object]]:
    """Save a plan and return the requests that it says it will send."""
    run(world, "plan -out plan.json")
    plan = json.loads((world.directory / "plan.json").read_text(encoding="utf-8"))
    return [(operation["method"], f"/api/v1{operation['path']}", operation["body"]) for operation in plan["operations"]]


def without_secrets(spec: Document) -> Document:
    text = json.dumps(spec)
    for name, other in (("druid.x.password", "druid.x.p"), ("druid.s3.accessKey", "druid.k"), ("$secret", "$s")):
        text = text.replace(name, other)
    renamed: Document = json.loads(text)
    return renamed


@settings(max_examples=15)
@given(st.tuples(SPECS, SPECS, SPECS))
def test_an_untouched_account_gets_exactly_the_planned_requests(versions: tuple[Document, Document, Document]) -> None:
    """Nothing moved in between: the apply of a saved plan sends its operations, all of them and no other."""
    first, second, third = map(without_secrets, versions)
    with tempfile.TemporaryDirectory() as place, closing(World(Path(place))) as world:
        write(world, "one", first)
        write(world, "two", second)
        run(world, "apply -auto-approve")
        write(world, "one", third)
        (world.directory / "two.cluster.json").unlink()
        write(world, "three", second)
        planned = save_plan(world)

        done = run(world, "apply plan.json")

    assert sorted(map(repr, planned)) == sorted(
        repr((request.method, request.path, request.document)) for request in done.requests
    )


@settings(max_examples=20)
@given(st.tuples(SPECS, SPECS), st.tuples(SPECS, SPECS), st.booleans())
def test_whatever_a_hand_does_before_and_after_the_plan_what_was_shown_is_sent_or_nothing(
    versions: tuple[Document, Document],
    hands: tuple[Document, Document],
    is_touched: bool,  # noqa: FBT001 - drawn
) -> None:
    first, second = map(without_secrets, versions)
    before, after = map(make_hand_edit, map(without_secrets, hands))
    with tempfile.TemporaryDirectory() as place, closing(World(Path(place))) as world:
        write(world, "one", first)
        run(world, "apply -auto-approve")
        world.send("PATCH", "/clusters/{one}", before)
        write(world, "one", second)
        planned = save_plan(world)
        if is_touched:
            world.send("PATCH", "/clusters/{one}", after)

        done = world.run("planner apply plan.json")

    sent = [(request.method, request.path, request.document) for request in done.requests]
    if done.exit_code == ExitCode.STALE_PLAN:
        assert is_touched
        assert sent == []
    else:
        assert done.exit_code == ExitCode.DONE, done.stderr
        assert sent == planned


MOVES: dict[str, list[tuple[str, str, object]]] = {
    "the field that changes": [("PATCH", "/clusters/{web}", {"spec": {"query": {"replicas": 7}}})],
    "another field of ours": [("PATCH", "/clusters/{web}", {"spec": {"version": "2021.07"}})],
    "an entry of a list of ours": [
        ("PATCH", "/clusters/{web}", {"spec": {"awsTags": [{"name": "team", "value": "x"}]}})
    ],
    "the cluster is gone": [("DELETE", "/clusters/{web}", None)],
    "the one to delete has changed": [("PATCH", "/clusters/{gone}", {"spec": {"version": "2021.07"}})],
    "the one to delete is gone": [("DELETE", "/clusters/{gone}", None)],
    "the name to create is taken": [
        ("POST", "/clusters", {"metadata": {"name": "new"}, "spec": {"version": "1999.12"}})
    ],
}


@pytest.fixture
def world(tmp_path: Path) -> Any:  # noqa: ANN401 - a world that is closed in the end
    """A saved plan that creates `new`, updates `web` and deletes `gone`."""
    directory = tmp_path / "configuration"
    directory.mkdir()
    with closing(World(directory)) as world:
        tags = [{"name": "team", "value": "ads"}]
        write(world, "web", {"version": "2021.06", "query": {"replicas": 1}, "awsTags": tags})
        write(world, "gone", {"version": "2021.06"})
        run(world, "apply -auto-approve")
        write(world, "web", {"version": "2021.06", "query": {"replicas": 2}, "awsTags": tags})
        (directory / "gone.cluster.json").unlink()
        write(world, "new", {"version": "2021.06"})
        assert [method for method, _, _ in save_plan(world)] == ["POST", "PATCH", "DELETE"]
        yield world


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES.keys())
def test_an_account_that_moved_stops_the_apply(world: World, move: list[tuple[str, str, Any]]) -> None:
    for method, path, body in move:
        world.send(method, path, body)
    done = world.run("planner apply plan.json")
    assert done.exit_code == ExitCode.STALE_PLAN
    assert done.requests == ()


def test_a_state_that_moved_stops_the_apply(world: World) -> None:
    run(world, "apply -auto-approve -target=cluster.web")
    done = world.run("planner apply plan.json")
    assert done.exit_code == ExitCode.STALE_PLAN
    assert done.requests == ()
    assert "serial" in done.stderr


def test_a_plan_is_applied_once(world: World) -> None:
    run(world, "apply plan.json")
    done = world.run("planner apply plan.json")
    assert done.exit_code == ExitCode.STALE_PLAN
    assert done.requests == ()


def test_another_account_is_not_the_one_that_was_reviewed(world: World) -> None:
    done = world.run("IMPLY_ENDPOINT=emulator:other.json planner apply plan.json")
    assert done.exit_code == ExitCode.STALE_PLAN
    assert done.requests == ()


def test_what_is_the_servers_own_may_move(world: World) -> None:
    world.send("PATCH", "/clusters/{web}", {"spec": {"master": {"replicas": 3}}})
    done = run(world, "apply plan.json")
    assert [request.method for request in done.requests] == ["POST", "PATCH", "DELETE"]
