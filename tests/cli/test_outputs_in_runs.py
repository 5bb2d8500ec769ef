"""Outputs and checks in whole runs of the command: asked about, saved in plans, told in JSON, and kept by failures."""

import json

import pytest

from tests.cli.workbench import Bench

ID = 'output "id" {\n  value = cluster.web.metadata.uid\n}\n'
WORD = 'output "word" {\n  value = "WORD"\n}\n'
SECRET = 'variable "pw" {\n  sensitive = true\n}\noutput "pw" {\n  value     = var.pw\n  sensitive = true\n}\n'
CHECK = 'check "size" {\n  assert {\n    condition     = SIZE > 2\n    error_message = "Too small."\n  }\n}\n'


def write(bench: Bench, *blocks: str, name: str = "outputs") -> None:
    (bench.path / f"{name}.hcl").write_text("".join(blocks), encoding="utf-8")


def read_outputs(bench: Bench) -> dict[str, object]:
    listed = json.loads(bench.run("output", "-json").out)
    return {name: output["value"] for name, output in listed.items()}


def test_json_tells_outputs_and_checks_with_the_plan_and_in_the_end(bench: Bench) -> None:
    write(bench, ID, CHECK.replace("SIZE", "cluster.web.status.resourceVersion"))
    ended = bench.run("apply", "-auto-approve", "-json")
    assert ended.code == 0
    told = [event["type"] for event in ended.events]
    planned, final = (at for at, kind in enumerate(told) if kind == "outputs")
    assert told[planned - 1 : planned + 1] == ["change_summary", "outputs"]
    assert ended.events[planned]["outputs"] == {"id": {"sensitive": False, "action": "create"}}
    assert told[-4:] == ["change_summary", "diagnostic", "outputs", "outcome"]
    assert ended.events[final]["outputs"]["id"]["type"] == "string"
    assert ended.events[final]["outputs"]["id"]["value"] == read_outputs(bench)["id"]
    warning = next(event for event in ended.events if event["type"] == "diagnostic")
    assert warning["@message"] == "Warning: Check block assertion failed"
    again = bench.run("plan", "-json", "-detailed-exitcode")
    assert again.code == 0
    assert "outputs" not in [event["type"] for event in again.events]


def test_a_change_of_outputs_alone_is_asked_about(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    write(bench, WORD)
    assert bench.run("plan", "-detailed-exitcode").code == 2
    refused = bench.run("apply", answer="no\n")
    assert refused.code == 1
    assert read_outputs(bench) == {}
    agreed = bench.run("apply", answer="yes\n")
    assert agreed.code == 0
    assert agreed.out.endswith(
        '\nApply complete! Clusters: 0 created, 0 updated, 0 deleted.\n\nOutputs:\n\nword = "WORD"\n'
    )
    assert bench.run("apply", answer="no\n").out.endswith('\nOutputs:\n\nword = "WORD"\n')


@pytest.mark.parametrize("has_state", [True, False])
def test_a_saved_plan_gives_outputs_their_planned_values(bench: Bench, has_state: bool) -> None:  # noqa: FBT001 - pytest hands it over
    if has_state:
        bench.run("apply", "-auto-approve")
    write(bench, ID, WORD, SECRET)
    assert bench.run("plan", "-out", "plan.json", "-var", "pw=canary-1").code == 0
    assert "canary-1" not in (bench.path / "plan.json").read_text(encoding="utf-8")
    write(bench, ID, WORD.replace("WORD", "LATER"), SECRET)
    other = bench.run("apply", "-var", "pw=canary-2", "plan.json")
    assert other.code == 6
    assert 'The value of the sensitive output "pw" is not the one that was planned' in other.err
    assert bench.run("apply", "-var", "pw=canary-1", "plan.json").code == 0
    values = read_outputs(bench)
    assert values["word"] == "WORD"
    assert values["id"]
    written = (bench.path / "planner.state.json").read_text(encoding="utf-8")
    assert "canary" not in written
    assert bench.run("plan", "-detailed-exitcode", "-var", "pw=canary-1").code == 2  # for the word alone
    write(bench, ID, WORD, SECRET)
    assert bench.run("plan", "-detailed-exitcode", "-var", "pw=canary-1").code == 0
    assert bench.run("plan", "-detailed-exitcode", "-var", "pw=canary-2").code == 2


def test_a_plan_for_some_clusters_leaves_the_outputs_alone(bench: Bench) -> None:
    write(bench, WORD)
    assert "Outputs" not in bench.run("apply", "-auto-approve", "-target", "cluster.web").out
    assert read_outputs(bench) == {}
    assert bench.run("plan", "-detailed-exitcode").code == 2


def test_a_saved_plan_of_plain_outputs_needs_no_configuration(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    write(bench, WORD)
    bench.run("plan", "-out", "plan.json")
    write(bench, "cluster {")
    assert bench.run("apply", "plan.json").code == 0
    assert read_outputs(bench) == {"word": "WORD"}


def test_a_shown_plan_is_the_plan(bench: Bench) -> None:
    write(bench, ID, WORD, CHECK.replace("SIZE", "var.size"), 'variable "size" {\n  default = 1\n}\n')
    planned = bench.run("plan", "-out", "plan.json").out
    shown = bench.run("show", "plan.json").out
    place = (
        '  on outputs.hcl:9:21, in check "size":\n  9:     condition     = var.size > 2\n' + " " * 25 + "^^^^^^^^^^^^\n"
    )
    assert place in planned
    assert shown == planned.replace(place, "  on outputs.hcl\n")


def test_a_precondition_of_an_output_is_an_error(bench: Bench) -> None:
    write(
        bench,
        WORD.replace("\n}", '\n  precondition {\n    condition = var.size == 2\n    error_message = "No."\n  }\n}'),
    )
    write(bench, 'variable "size" {\n  default = 1\n}\n', name="variables")
    ended = bench.run("plan")
    assert ended.code == 3
    assert "No." in ended.err


def test_outputs_alone_need_no_account(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    (bench.path / "web.cluster.json").unlink()
    monkeypatch.delenv("IMPLY_ENDPOINT")
    (bench.path / "main.hcl").write_text('output "a" {\n  value = 1 + 1\n}\n')
    assert bench.run("plan", "-out", "plan.json").code == 0
    assert "Outputs:\n\na = 2\n" in bench.run("apply", "plan.json").out
    (bench.path / "main.hcl").write_text('output "a" {\n  value = 3\n}\n')
    done = bench.run("apply", "-auto-approve")
    assert (done.code, done.err) == (0, "")
    assert bench.run("output", "-raw", "a").out == "3"
    assert bench.run("apply", "-auto-approve").code == 0
    assert bench.run("destroy", "-auto-approve").code == 0
    assert bench.run("output", "-json").out == "{}\n"


def test_what_the_state_still_holds_needs_an_account(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert bench.run("apply", "-auto-approve").code == 0
    (bench.path / "web.cluster.json").unlink()
    (bench.path / "main.hcl").write_text('output "a" {\n  value = 1\n}\n')
    monkeypatch.delenv("IMPLY_ENDPOINT")
    done = bench.run("apply", "-auto-approve")
    assert (done.code, "The endpoint of the Manager API is not set" in done.err) == (1, True)
