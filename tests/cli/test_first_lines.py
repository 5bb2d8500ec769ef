"""The first line of every output that is about a plan names it: `pl-` and ten digits, in text and in JSON."""

import json
import re

import pytest

from tests.cli.workbench import CLUSTER, Bench, Ended

PLAN_ID = re.compile(r"\bpl-[0-9a-f]{10}\b")


@pytest.fixture
def planned(bench: Bench) -> Bench:
    """A saved plan that creates a cluster, another one that creates two, and one that deletes none."""
    assert bench.run("plan", "-out", "one.json").code == 0
    bench.write({**CLUSTER, "metadata": {"name": "b"}}, "b")
    assert bench.run("plan", "-out", "two.json").code == 0
    return bench


def read_saved(bench: Bench, name: str) -> str:
    document = json.loads((bench.path / name).read_text())
    assert document["short_id"] == f"pl-{document['plan_id'][:10]}"
    return str(document["short_id"])


def first_line(ended: Ended) -> str:
    return ended.out.partition("\n")[0]


@pytest.mark.parametrize("options", [(), ("-json",)], ids=["text", "json"])
@pytest.mark.parametrize(
    "command",
    [
        ("plan",),
        ("plan", "-detailed-exitcode"),
        ("plan", "-target", "cluster.web", "-target", "cluster.b"),
        ("show", "two.json"),
        ("apply", "-auto-approve"),
        ("apply", "two.json"),
        ("apply", "-plan-id", "two.json"),
    ],
    ids=" ".join,
)
def test_the_first_line_names_the_plan(planned: Bench, command: tuple[str, ...], options: tuple[str, ...]) -> None:
    ended = planned.run(*command, *options)
    assert PLAN_ID.findall(first_line(ended)) == [read_saved(planned, "two.json")]


@pytest.mark.parametrize("options", [(), ("-json",)], ids=["text", "json"])
@pytest.mark.parametrize("command", [("plan", "-destroy"), ("destroy", "-auto-approve")], ids=" ".join)
def test_the_first_line_names_a_plan_to_destroy(
    planned: Bench, command: tuple[str, ...], options: tuple[str, ...]
) -> None:
    assert planned.run("apply", "-auto-approve").code == 0
    assert planned.run("plan", "-destroy", "-out", "gone.json").code == 0
    ended = planned.run(*command, *options)
    assert PLAN_ID.findall(first_line(ended)) == [read_saved(planned, "gone.json")]


def test_the_first_line_names_both_plans_that_are_compared(planned: Bench) -> None:
    ids = [read_saved(planned, name) for name in ("one.json", "two.json")]
    for options in ((), ("-json",)):
        assert PLAN_ID.findall(first_line(planned.run("plan", "diff", "one.json", "two.json", *options))) == ids
        assert PLAN_ID.findall(first_line(planned.run("plan", "diff", "one.json", "one.json", *options))) == ids[:1]


def test_a_plan_that_is_refused_is_named_too(planned: Bench) -> None:
    (planned.path / "web.cluster.json").unlink()
    text = 'cluster "web" {\n  spec { version = "2021.06" }\n  lifecycle { prevent_destroy = true }\n}\n'
    (planned.path / "main.hcl").write_text(text)
    assert planned.run("apply", "-auto-approve").code == 0
    for options in ((), ("-json",)):
        ended = planned.run("plan", "-destroy", *options)
        assert ended.code == 5
        assert len(PLAN_ID.findall(first_line(ended))) == 1


def test_the_version_line_has_the_whole_id_and_none_where_there_is_no_plan(planned: Bench) -> None:
    document = json.loads((planned.path / "two.json").read_text())
    version = json.loads(first_line(planned.run("plan", "-json")))
    assert (version["type"], version["plan_id"]) == ("version", document["plan_id"])
    (planned.path / "main.hcl").write_text("nonsense\n")
    failed = planned.run("plan", "-json")
    version = json.loads(first_line(failed))
    assert (failed.code, version["type"], "plan_id" in version) == (3, "version", False)
