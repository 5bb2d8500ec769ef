"""`planner comment`: one comment a plan and pull request, whatever the forge does, and nothing of anybody else's."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.model.comment import Marker, compare_markers, format_marker, read_marker
from tests.cli.fake_forges import FakeForge, Note, serve
from tests.cli.workbench import CLUSTER, Bench, Ended

__all__ = ["COMMENTS", "TOKEN", "comment", "github", "gitlab"]

TOKEN = "canary-of-a-forge"
COMMENTS = "/repos/acme/clusters/issues/7/comments"


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeForge]:
    with serve(FakeForge(TOKEN)) as forge:
        monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
        monkeypatch.setenv("GITHUB_REPOSITORY", "acme/clusters")
        monkeypatch.setenv("GITHUB_REF", "refs/pull/7/merge")
        monkeypatch.setenv("GITHUB_API_URL", forge.url)
        yield forge


@pytest.fixture
def gitlab(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeForge]:
    with serve(FakeForge(TOKEN, is_gitlab=True)) as forge:
        monkeypatch.setenv("GITLAB_CI", "true")
        monkeypatch.setenv("GITLAB_TOKEN", TOKEN)
        monkeypatch.setenv("CI_PROJECT_ID", "acme/clusters")
        monkeypatch.setenv("CI_MERGE_REQUEST_IID", "7")
        monkeypatch.setenv("CI_API_V4_URL", forge.url)
        yield forge


def comment(bench: Bench, *options: str) -> Ended:
    """Plan and comment."""
    assert bench.run("plan", "-ci", "none", "-out", "plan.json").code in {0, 5}
    ended = bench.run("comment", "-plan", "plan.json", *options)
    assert TOKEN not in ended.out + ended.err
    return ended


def test_one_comment_is_written_and_kept_up_to_date(bench: Bench, github: FakeForge) -> None:
    assert comment(bench).out.startswith("Commented on acme/clusters, number 7: plan pl-")
    (note,) = github.notes
    first, second, *_ = note.body.split("\n")
    assert first.startswith("<!-- planner key=plan id=")
    assert second.startswith("### 1 to create, 0 to update, 0 to delete · `pl-")

    assert comment(bench).out.startswith("Left the comment as it is")
    assert github.wrote == [f"POST {COMMENTS}"], "for the same plan nothing is written"

    bench.write({**CLUSTER, "metadata": {"name": "shop"}}, "shop")
    assert comment(bench).out.startswith("Updated the comment")
    (note,) = github.notes
    assert note.body.split("\n")[1] == "*Since the last comment: +1 change, 1 the same.*"
    assert github.wrote == [f"POST {COMMENTS}", "PATCH /repos/acme/clusters/issues/comments/1"]


def test_what_went_and_what_is_other_is_told_too(bench: Bench, github: FakeForge) -> None:
    bench.write({**CLUSTER, "metadata": {"name": "shop"}}, "shop")
    comment(bench)
    bench.scale(9)
    (bench.path / "shop.cluster.json").unlink()
    comment(bench)
    assert "*Since the last comment: -1 change, 1 other than before, 0 the same.*" in github.notes[0].body


def test_each_key_has_a_comment_of_its_own(bench: Bench, github: FakeForge) -> None:
    comment(bench, "-key", "prod/eu")
    comment(bench, "-key", "prod/us")
    comment(bench, "-key", "prod/eu")
    assert [note.body.split("\n")[1].partition(":")[0] for note in github.notes] == ["### `prod/eu`", "### `prod/us`"]


@pytest.mark.parametrize("key", ["", "a--b", "a b", "-->", "x" * 101, "a-"])
def test_a_key_cannot_leave_the_mark(bench: Bench, github: FakeForge, key: str) -> None:
    bench.run("plan", "-out", "plan.json")
    assert bench.run("comment", "-plan", "plan.json", "-key", key).code == 1
    assert github.asked == []


def test_a_mark_that_somebody_copied_is_not_ours(bench: Bench, github: FakeForge) -> None:
    comment(bench)
    stolen = Note(0, github.notes[0].body, author=666)
    github.notes.insert(0, stolen)
    bench.scale(9)
    comment(bench)
    assert stolen.body != github.notes[1].body
    assert github.wrote[-1] == "PATCH /repos/acme/clusters/issues/comments/1"


def test_the_token_of_a_workflow_trusts_apps_and_no_person(bench: Bench, github: FakeForge) -> None:
    """Such a token may not ask who it is."""
    github.knows_us = False
    comment(bench)
    github.notes.insert(0, Note(0, github.notes[0].body, author=666, kind="User"))
    bench.scale(9)
    comment(bench)
    assert github.wrote == [f"POST {COMMENTS}", "PATCH /repos/acme/clusters/issues/comments/1"]


@pytest.mark.parametrize("data", ["x", "AAAA", "=" * 9])
def test_a_garbled_mark_is_no_news_and_no_mistake(bench: Bench, github: FakeForge, data: str) -> None:
    github.notes.append(Note(3, f"<!-- planner key=plan id={'1' * 64} text={'0' * 16} data={data} -->\nold"))
    assert comment(bench).code == 0
    assert "*It is not known what changed since the last comment.*" in github.notes[0].body
    assert github.notes[0].body != "old"


def test_comments_are_looked_for_on_all_pages(bench: Bench, github: FakeForge) -> None:
    github.notes += [Note(number, "talk", author=5) for number in range(1, 251)]
    comment(bench)
    assert comment(bench).out.startswith("Left the comment as it is")
    assert sum(line == f"GET {COMMENTS}" for line in github.asked) == 6


def test_two_that_were_written_at_once_become_one(bench: Bench, github: FakeForge) -> None:
    comment(bench)
    github.notes.append(Note(9, github.notes[0].body))
    comment(bench)
    assert [note.id for note in github.notes] == [1]


def test_labels_say_what_the_plan_does(bench: Bench, github: FakeForge) -> None:
    github.labels = ["bug", "planner:deletes"]
    assert "Labelled planner:changes." in comment(bench, "-labels").out
    assert github.labels == ["bug", "planner:changes"]
    bench.run("apply", "-auto-approve")
    comment(bench, "-labels")
    assert github.labels == ["bug", "planner:no-changes"]


def test_gitlab_takes_the_same(bench: Bench, gitlab: FakeForge) -> None:
    gitlab.labels = ["planner:no-changes"]
    assert comment(bench, "-labels").out.startswith("Commented on acme/clusters, number 7")
    assert comment(bench).out.startswith("Left the comment as it is")
    bench.scale(9)
    comment(bench)
    assert gitlab.labels == ["planner:changes"]
    root = "/projects/acme%2Fclusters/merge_requests/7"
    assert gitlab.wrote == [f"POST {root}/notes", f"PUT {root}", f"PUT {root}/notes/1"]
    assert "1 other than before" in gitlab.notes[0].body


def test_a_dry_run_asks_nobody(bench: Bench, github: FakeForge) -> None:
    ended = comment(bench, "-dry-run")
    assert ended.out.startswith("<!-- planner key=plan id=")
    assert github.asked == []


def test_the_number_is_in_the_event(bench: Bench, github: FakeForge, monkeypatch: pytest.MonkeyPatch) -> None:
    event = bench.path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7}}), encoding="utf-8")
    monkeypatch.setenv("GITHUB_REF", "refs/heads/main")
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(event))
    assert comment(bench).code == 0
    assert len(github.notes) == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("-number", "7", "-repository", "acme"), "Write it as owner/name"),
        (("-number", "7", "-repository", "acme/../x"), "Write it as owner/name"),
        (("-number", "7", "-repository", "acme/x?y"), "Write it as owner/name"),
        (("-number", "7", "-repository", "acme/x#y"), "Write it as owner/name"),
        (("-api-url", "http://forge.example"), "must begin with https://"),
        (("-api-url", "https://user:canary-pw@forge.example"), "is not only an address"),
        (("-api-url", "http://user:canary-pw@forge.example"), "is not only an address"),
        (("-api-url", "https://forge.example:port"), "is not only an address"),
        (("-api-url", "https://[::1"), "is not only an address"),
        (("-api-url", "https://forge.example/\u00e4 b"), "is not only an address"),
        (("-api-url", "https://"), "is not only an address"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_a_token_is_sent(
    bench: Bench, github: FakeForge, options: tuple[str, ...], told: str
) -> None:
    ended = comment(bench, *options)
    assert ended.code == 4
    assert told in " ".join(ended.err.split())
    assert "canary-pw" not in ended.err
    assert github.asked == []


def test_the_key_is_by_the_directory_and_the_workspace(
    bench: Bench, github: FakeForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(bench.path.parent))
    monkeypatch.setenv("PLANNER_WORKSPACE", "blue")
    comment(bench)
    first = github.notes[0].body.split("\n")[0]
    assert re.match(r"<!-- planner key=[A-Za-z0-9._/-]*/blue(-[0-9a-f]{8})? id=", first)
    assert comment(bench).out.startswith("Left the comment as it is")


def test_without_a_pull_request_or_a_token_it_says_so(
    bench: Bench, github: FakeForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    assert "There is no token for the forge (GITHUB_TOKEN)" in comment(bench).err
    monkeypatch.setenv("GITHUB_REF", "refs/heads/main")
    assert "Give -number." in " ".join(comment(bench).err.split())
    assert github.asked == []


def test_a_thousand_changes_fit_and_are_told_apart() -> None:
    changes = {number.to_bytes(4): (number * 7).to_bytes(4) for number in range(1000)}
    marker = Marker(key="a-b/c", plan_id="0" * 64, text="1" * 16, changes=changes)
    line = format_marker(marker)
    assert len(line) < 12_000
    assert line.count("--") == 2
    assert read_marker(f"{line}\nrest") == marker
    fewer = {number: change for number, change in changes.items() if number != bytes(4)}
    since = compare_markers(marker, Marker(key="a", plan_id="1" * 64, changes=fewer))
    assert since is not None
    assert (since.added, since.removed, since.changed, since.same) == (0, 1, 0, 999)


def test_a_refused_plan_says_so_in_its_comment(bench: Bench, github: FakeForge, tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        bench.write({**CLUSTER, "metadata": {"name": name}}, name)
    bench.run("apply", "-auto-approve")
    for path in tmp_path.glob("?.cluster.json"):
        path.unlink()
    comment(bench)
    assert "**Apply refuses this plan:**" in github.notes[0].body


@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_after_the_merge_the_reviewed_plan_is_known(
    bench: Bench, name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge: FakeForge = request.getfixturevalue(name)
    comment(bench)
    forge.merged = "c0ffee"
    for variable in ("GITHUB_REF", "CI_MERGE_REQUEST_IID"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("GITHUB_SHA" if name == "github" else "CI_COMMIT_SHA", "c0ffee")
    ended = bench.run("comment", "-print-id")
    assert ended.code == 0, ended.err
    assert bench.run("apply", "-plan-id", ended.out.strip()).code == 0
    assert all(line.startswith(("GET", "POST")) for line in forge.asked)


def test_a_plan_that_fails_takes_the_former_one_out_of_the_comment(
    bench: Bench, github: FakeForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody would approve what is not in the branch any more."""
    comment(bench)
    monkeypatch.setenv("GITHUB_SHA", "c0ffee")
    failed = bench.run("comment", "-failed")
    assert failed.out == "Updated the comment on acme/clusters, number 7: the plan failed.\n"
    (note,) = github.notes
    assert note.body.split("\n")[1] == "### the plan failed"
    assert "pl-" not in note.body
    assert bench.run("comment", "-failed").out.startswith("Left the comment as it is")
    printed = bench.run("comment", "-print-id")
    assert (printed.code, printed.out) == (4, "")
    assert "failed" in printed.err
    comment(bench)
    assert github.notes[0].body.split("\n")[1] == "*The plan before this one failed.*"
    assert len(github.notes) == 1


def test_the_command_in_a_comment_does_exactly_that(bench: Bench, github: FakeForge) -> None:
    bench.run("apply", "-auto-approve")
    assert bench.run("plan", "-destroy", "-ci", "none", "-out", "plan.json").code == 0
    assert bench.run("comment", "-plan", "plan.json").code == 0
    (command,) = re.findall(r"```sh\nplanner (.*)\n```", github.notes[0].body)
    assert bench.run(*command.split()).code == 0
    assert bench.run("state", "list").out == ""


def test_without_a_review_there_is_no_id(bench: Bench, github: FakeForge, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No comment of ours with the key plan" in bench.run("comment", "-print-id").err
    monkeypatch.delenv("GITHUB_REF")
    monkeypatch.setenv("GITHUB_SHA", "c0ffee")
    ended = bench.run("comment", "-print-id")
    assert (ended.code, ended.out) == (4, "")
    assert github.wrote == []
    assert "Give -plan FILE" in bench.run("comment").err
