"""What one run of plan leaves for its readers: files beside the text, the steps of a pipeline, each by itself."""

import json
import re
import stat
from pathlib import Path

import pytest

from tests.cli.workbench import CLUSTER, Bench


@pytest.fixture
def step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the directory with the files of a step of GitHub's."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    for name in ("summary", "output"):
        (tmp_path / name).touch()
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    return tmp_path


def read_outputs(text: str) -> dict[str, str]:
    """Return the outputs as GitHub reads them."""
    return {name: value for name, _, value in re.findall(r"^(\w+)<<(\S+)\n(.*?)\n\2$", text, re.DOTALL | re.MULTILINE)}


def test_one_run_writes_all_of_them_and_says_the_same(bench: Bench) -> None:
    plain = bench.run("plan", "-ci", "none")
    ended = bench.run("plan", "-ci", "none", "-markdown", "plan.md", "-json-events", "events.json", "-title", "prod")

    assert (ended.code, ended.out) == (plain.code, plain.out)
    markdown = (bench.path / "plan.md").read_text(encoding="utf-8")
    assert markdown.startswith("### `prod`: 1 to create, 0 to update, 0 to delete · `pl-")
    events = [json.loads(line) for line in (bench.path / "events.json").read_text(encoding="utf-8").splitlines()]
    assert [event["type"] for event in events] == ["version", "planned_change", "change_summary", "outcome"]
    assert events[-1]["outcome"]["plan_id"] == events[-2]["plan_id"]
    assert events[-1]["outcome"]["changes"] == events[-2]["changes"]
    assert (events[-2]["changes"]["create"], events[-2]["changes"]["operation"]) == (1, "plan")
    assert stat.S_IMODE((bench.path / "plan.md").stat().st_mode) & 0o044, "who serves or uploads it may read it"


def test_a_sink_that_is_stdout_has_it_to_itself(bench: Bench) -> None:
    ended = bench.run("plan", "-markdown", "-")
    assert ended.out.startswith("### 1 to create")
    assert "planner will do the following" not in ended.out
    events = bench.run("plan", "-json-events", "-").events
    assert [event["type"] for event in events] == ["version", "planned_change", "change_summary", "outcome"]


def test_only_one_sink_is_stdout(bench: Bench) -> None:
    ended = bench.run("plan", "-markdown", "-", "-json-events", "-")
    assert ended.code == 1
    assert "One thing goes to stdout" in ended.err


def test_a_sink_that_cannot_be_written_takes_nothing_with_it(bench: Bench) -> None:
    ended = bench.run("plan", "-detailed-exitcode", "-markdown", "there/is/none.md", "-json-events", "events.json")
    assert ended.code == 2, "changes are present"
    assert "-markdown there/is/none.md could not be written: No such file or directory" in ended.err
    assert (bench.path / "events.json").exists()


def test_the_command_to_copy_does_exactly_that(bench: Bench) -> None:
    bench.run("plan", "-markdown", "plan.md")
    (command,) = re.findall(r"```sh\nplanner (.*)\n```", (bench.path / "plan.md").read_text(encoding="utf-8"))
    assert bench.run(*command.split()).code == 0
    assert bench.run("plan", "-detailed-exitcode").code == 0


def test_the_command_to_copy_after_a_plan_to_destroy_destroys(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    bench.run("plan", "-destroy", "-markdown", "plan.md")
    markdown = (bench.path / "plan.md").read_text(encoding="utf-8")
    assert markdown.index("1 cluster will be deleted, with all data") < markdown.index("| cluster |")
    (command,) = re.findall(r"```sh\nplanner (.*)\n```", markdown)
    assert bench.run(*command.split()).code == 0
    assert bench.run("state", "list").out == ""


def test_a_saved_plan_makes_the_same(bench: Bench) -> None:
    bench.run("plan", "-out", "plan.json", "-markdown", "first.md")
    shown = bench.run("show", "plan.json")
    ended = bench.run("show", "plan.json", "-markdown", "second.md", "-json-events", "events.json")
    assert ended.out == shown.out
    first, second = ((bench.path / f"{name}.md").read_text(encoding="utf-8") for name in ("first", "second"))
    assert first == second
    assert bench.run("show", "plan.json", "-markdown", "-").out == first
    assert '"type": "outcome"' in (bench.path / "events.json").read_text(encoding="utf-8").splitlines()[-1]


def test_a_saved_plan_that_is_refused_says_so_too(bench: Bench) -> None:
    for name in ("a", "b", "c", "d"):
        bench.write({**CLUSTER, "metadata": {"name": name}}, name)
    bench.run("apply", "-auto-approve")
    for path in bench.path.glob("?.cluster.json"):
        path.unlink()
    planned = bench.run("plan", "-out", "plan.json", "-markdown", "first.md")
    assert planned.code == 5
    shown = bench.run("show", "plan.json", "-markdown", "-")
    for text in (shown.out, (bench.path / "first.md").read_text(encoding="utf-8")):
        assert "**Apply refuses this plan:**" in text
        assert "The guard refuses to delete 4 of 5 clusters" in text
        (command,) = re.findall(r"```sh\nplanner (.*)\n```", text)
    assert " -allow delete@pl-" in command
    assert bench.run(*command.split()).code == 0
    assert bench.run("state", "list").out == "cluster.web\n"


def test_to_show_a_plan_that_is_refused_says_so(bench: Bench, step: Path) -> None:
    for name in ("a", "b", "c", "d"):
        bench.write({**CLUSTER, "metadata": {"name": name}}, name)
    bench.run("apply", "-auto-approve")
    for path in bench.path.glob("?.cluster.json"):
        path.unlink()
    bench.run("plan", "-out", "plan.json", "-ci", "none")
    shown = bench.run("show", "plan.json", "-ci", "github", "-json-events", "events.json", "-junit", "plan.xml")
    assert shown.code == 0
    assert "The guard refuses to delete 4 of 5 clusters" in shown.err
    outputs = read_outputs((step / "output").read_text(encoding="utf-8"))
    assert (outputs["result"], outputs["exit_code"]) == ("refused", "0")
    events = (bench.path / "events.json").read_text(encoding="utf-8")
    assert '"code": "guard' in events
    assert outputs["reason"] in events.splitlines()[-1]
    suite = (bench.path / "plan.xml").read_text(encoding="utf-8")
    assert 'tests="5" failures="5"' in suite, "the limit, and each of the four that would be lost"
    assert suite.count('classname="plan.delete"') == 4


def test_to_show_a_plan_in_a_pipeline_writes_its_summary_where_that_is_asked_for(bench: Bench, step: Path) -> None:
    bench.run("plan", "-out", "plan.json", "-ci", "none")
    bench.run("show", "plan.json")
    assert (step / "summary").read_bytes() == b"", "the plan itself has written one"
    bench.run("show", "plan.json", "-ci", "github")
    assert "1 to create" in (step / "summary").read_text(encoding="utf-8")


@pytest.mark.parametrize("option", ["markdown", "html", "junit", "sarif", "code-quality", "json-events"])
@pytest.mark.parametrize("name", ["planner.state.json", "main.hcl", "account.json", "plan.json"])
def test_no_sink_takes_the_place_of_what_it_did_not_write(bench: Bench, option: str, name: str) -> None:
    (bench.path / "main.hcl").write_text("locals {}\n", encoding="utf-8")
    assert bench.run("apply", "-auto-approve").code == 0
    bench.run("plan", "-out", "plan.json")
    before = (bench.path / name).read_bytes()
    bench.scale(9)
    ended = bench.run("plan", f"-{option}", name)
    assert ended.code == 0
    assert "another file is there" in ended.err
    assert (bench.path / name).read_bytes() == before


@pytest.mark.parametrize("option", ["markdown", "html", "junit", "sarif", "code-quality", "json-events"])
def test_a_sink_takes_the_place_of_what_it_wrote_before(bench: Bench, option: str) -> None:
    (bench.path / "file").touch()
    assert bench.run("plan", f"-{option}", "file").err.count("another file") == 0
    with (bench.path / "file").open("ab") as file:
        file.write(b"former")
    assert "another file" not in bench.run("plan", f"-{option}", "file").err
    assert not (bench.path / "file").read_bytes().endswith(b"former")


@pytest.mark.parametrize("option", ["markdown", "html", "json-events", "out"])
def test_a_link_to_nothing_is_not_followed(bench: Bench, option: str) -> None:
    """A pull request may hold one: what the plan says would then stand where it likes."""
    elsewhere = bench.path.parent / f"{bench.path.name}-elsewhere"
    (bench.path / "link").symlink_to(elsewhere)
    ended = bench.run("plan", f"-{option}", "link")
    assert ended.code == (1 if option == "out" else 0)
    assert "link" in ended.err
    assert not elsewhere.exists()


def test_two_options_cannot_name_one_file(bench: Bench) -> None:
    (bench.path / "link").symlink_to("plan.json")
    for options in (("-markdown", "x", "-html", "./x"), ("-out", "plan.json", "-json-events", "link")):
        ended = bench.run("plan", *options)
        assert ended.code == 1
        assert "name the same file" in ended.err
    assert bench.run("plan", "-markdown", "/dev/null", "-html", "/dev/null").code == 0


def test_a_plan_that_fails_leaves_no_former_one_behind(bench: Bench) -> None:
    """The next step would comment it, or apply it, as the plan of this commit."""
    bench.run("plan", "-out", "plan.json")
    bench.write({**CLUSTER, "spec": {"qurey": {}}})
    assert bench.run("plan", "-out", "plan.json").code == 3
    assert not (bench.path / "plan.json").exists()
    (bench.path / "notes").write_text("mine", encoding="utf-8")
    assert "not a saved plan" in bench.run("plan", "-out", "notes").err
    assert (bench.path / "notes").read_text(encoding="utf-8") == "mine"


def test_files_for_reviewers_need_a_plan(bench: Bench) -> None:
    assert "name one" in bench.run("show", "-markdown", "plan.md").err
    assert "nothing for reviewers" in bench.run("plan", "-refresh-only", "-markdown", "plan.md").err


def test_a_plan_that_cannot_be_made_is_told_in_every_sink(bench: Bench) -> None:
    bench.write({**CLUSTER, "spec": {"qurey": {}}})
    ended = bench.run("plan", "-markdown", "plan.md", "-json-events", "events.json")
    assert ended.code == 3
    markdown = (bench.path / "plan.md").read_text(encoding="utf-8")
    assert markdown.startswith("### the plan failed: ")
    assert "qurey" in markdown
    last = json.loads((bench.path / "events.json").read_text(encoding="utf-8").splitlines()[-1])
    assert (last["type"], last["outcome"]["exit_code"]) == ("outcome", 3)
    assert last["outcome"]["result"] == "failed", "as the step outputs have it"


def test_a_step_of_github_gets_its_summary_and_outputs(bench: Bench, step: Path) -> None:
    bench.run("plan", "-detailed-exitcode")
    outputs = read_outputs((step / "output").read_text(encoding="utf-8"))
    plan_id = outputs.pop("plan_id")
    assert re.fullmatch("pl-[0-9a-f]{10}", plan_id)
    assert outputs == {
        "result": "changes",
        "reason": "changes present",
        "exit_code": "2",
        "has_changes": "true",
        "create": "1",
        "update": "0",
        "replace": "0",
        "delete": "0",
        "forget": "0",
        "import": "0",
        "moved": "0",
        "unchanged": "0",
        "drift": "0",
    }
    assert f"`{plan_id}`" in (step / "summary").read_text(encoding="utf-8")


@pytest.mark.parametrize("asked", [("-ci", "none"), ("-ci", "gitlab")])
def test_a_step_gets_nothing_that_was_not_asked_for(bench: Bench, step: Path, asked: tuple[str, ...]) -> None:
    bench.run("plan", *asked)
    assert (step / "output").read_bytes() == (step / "summary").read_bytes() == b""


def test_drift_is_no_lack_of_changes(bench: Bench, step: Path) -> None:
    bench.run("apply", "-auto-approve")
    assert bench.run("emulator", "patch", "account.json", "web", '{"spec": {"query": {"replicas": 7}}}').code == 0
    (step / "output").write_bytes(b"")
    assert bench.run("plan", "-refresh-only", "-detailed-exitcode").code == 2
    outputs = read_outputs((step / "output").read_text(encoding="utf-8"))
    assert (outputs["result"], outputs["reason"]) == ("changes", "drift")


def test_each_failing_path_ends_with_an_outcome(bench: Bench, step: Path) -> None:
    bench.write({**CLUSTER, "spec": {"qurey": {}}})
    bench.run("plan")
    assert read_outputs((step / "output").read_text(encoding="utf-8"))["result"] == "failed"
    assert "the plan failed" in (step / "summary").read_text(encoding="utf-8")


def test_a_value_cannot_become_an_output(bench: Bench, step: Path) -> None:
    bench.write({"metadata": {"name": "x\nplan_id=pl-0\nplan_id<<EOF\n"}, "spec": {"version": "1"}})
    bench.run("plan", "-replace", "cluster.x\nresult=y")
    outputs = read_outputs((step / "output").read_text(encoding="utf-8"))
    assert outputs["result"] == "failed"
    assert "\n" not in outputs["reason"]


def test_no_secret_is_in_a_file(bench: Bench, step: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "canary-of-a-password"
    monkeypatch.setenv("PLANNER_VAR_word", secret)
    (bench.path / "main.hcl").write_text(
        'variable "word" {\n  type = string\n  sensitive = true\n}\n'
        'cluster "shop" {\n  metadata = { name = "shop" }\n  spec = {\n    version = "2021.06"\n'
        '    commonRuntimeProperties = { "a.password" = var.word, "b" = "x${var.word}y" }\n  }\n}\n',
        encoding="utf-8",
    )
    bench.run("plan", "-markdown", "plan.md", "-html", "plan.html", "-json-events", "events.json")
    for name in ("plan.md", "plan.html", "events.json", "summary", "output"):
        text = (step / name).read_text(encoding="utf-8")
        assert text
        assert secret not in text


def test_machines_get_their_files_in_the_same_run(bench: Bench) -> None:
    (bench.path / ".git").mkdir()
    inner = bench.path / "prod"
    inner.mkdir()
    (bench.path / "web.cluster.json").rename(inner / "web.cluster.json")
    ended = bench.run(
        "plan",
        "-C",
        "prod",
        "-html",
        "plan.html",
        "-junit",
        "plan.xml",
        "-sarif",
        "plan.sarif",
        "-code-quality",
        "quality.json",
    )
    assert ended.code == 0
    assert '<testcase classname="plan.create" name="cluster.web">' in (bench.path / "plan.xml").read_text("utf-8")
    (run,) = json.loads((bench.path / "plan.sarif").read_text("utf-8"))["runs"]
    (place,) = run["results"][0]["locations"]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "prod/web.cluster.json"}
    assert (bench.path / "plan.html").read_text("utf-8").startswith("<!doctype html>")
    (entry,) = json.loads((bench.path / "quality.json").read_text("utf-8"))
    assert entry["location"]["path"] == "prod/web.cluster.json"


@pytest.mark.parametrize(
    ("ci", "command"), [("github", "::notice file=web.cluster.json,line="), ("azure", "##vso[task.logissue type=")]
)
def test_a_pipeline_gets_annotations_on_stderr(bench: Bench, ci: str, command: str) -> None:
    ended = bench.run("plan", "-json", "-ci", ci)
    assert command in ended.err
    assert [event["type"] for event in ended.events][-1] == "outcome", "stdout holds what was asked for, and no more"
    assert command not in bench.run("plan", "-ci", "gitlab").err
