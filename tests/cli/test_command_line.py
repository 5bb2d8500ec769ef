"""The command line as people and pipelines use it: options, exit codes, questions, and which stream says what."""

import json
import re
from dataclasses import fields
from typing import get_args

import pytest

from planner.emulator.behaviour import Behaviour
from planner.emulator.endpoint import change_behaviour
from planner.emulator.scripting import parse_trouble
from planner.emulator.trouble import Action
from tests.cli.workbench import Bench

COMMANDS = [
    "validate",
    "fmt",
    "plan",
    "apply",
    "wait",
    "destroy",
    "show",
    "comment",
    "dump",
    "import",
    "state list",
    "state show",
    "state mv",
    "state rm",
    "state set-account",
    "workspace",
    "workspace list",
    "workspace delete",
    "emulator",
    "emulator patch",
    "snapshot",
    "schema",
    "completion",
    "man",
    "version",
]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("spelling", ["--help", "-help", "-h"])
def test_every_command_explains_itself(bench: Bench, command: str, spelling: str) -> None:
    ended = bench.run(*command.split(), spelling)
    assert ended.code == 0
    assert ended.out.startswith(f"Usage: planner {command}")


def test_the_help_lists_every_command_in_the_order_of_use(bench: Bench) -> None:
    listed = re.findall(r"^  ([\w-]+) {2,}\S", bench.run("--help").out.partition("Commands:")[2], re.MULTILINE)
    first = "init validate fmt plan apply wait drift destroy why history rollback"
    then = "show comment console output dump import state workspace force-unlock emulator snapshot"
    last = "schema completion man version"
    assert listed == f"{first} {then} {last}".split()


def test_each_command_says_in_which_direction_a_target_takes_others_along(bench: Bench) -> None:
    helped = {command: " ".join(bench.run(command, "--help").out.split()) for command in ("plan", "apply", "destroy")}
    assert "Only this cluster and what depends on it." in helped["destroy"]
    for command in ("plan", "apply"):
        assert "what it depends on; with -destroy, what depends on it." in helped[command]
    assert all("-input=false never asks" in text for text in helped.values())


@pytest.mark.parametrize("group", ["state", "emulator"])
def test_the_commands_of_a_group_are_listed_with_whole_sentences(bench: Bench, group: str) -> None:
    listed = bench.run(group, "--help").out.partition("Commands:\n")[2].partition("\n\n")[0]
    assert "..." not in listed
    assert all(sentence.endswith(".") for sentence in re.split(r"\n(?=  \w)", listed.rstrip()))


def test_the_help_of_the_emulator_lists_every_behaviour_as_it_can_be_set(bench: Bench) -> None:
    listed = bench.run("emulator", "--help").out.partition("Behaviours, with their defaults:\n")[2].partition("\n\n")[0]
    defaults = {name: "" if text == "(nothing)" else text for name, text in map(str.split, listed.splitlines())}
    assert defaults.keys() == {field.name for field in fields(Behaviour)}
    assert change_behaviour(Behaviour(), defaults) == Behaviour()


def test_the_help_of_the_emulator_lists_every_kind_of_trouble_as_it_can_be_made(bench: Bench) -> None:
    listed = bench.run("emulator", "--help").out.partition("Troubles:\n")[2]
    scripts = re.findall(r"(?<=  )(?:[a-z-]+|\d{3})(?:=\S+?)?(?:, \S+)*(?= {2,})", listed)
    said = [script for words in scripts for script in words.split(", ")]
    actions = [parse_trouble(script.replace("NAME:PATCH", "web:{}")).action for script in said]
    assert {type(action) for action in actions} == set(get_args(Action))


@pytest.mark.parametrize("spelling", ["--version", "-version", "-v", "version"])
def test_the_version_is_told(bench: Bench, spelling: str) -> None:
    assert re.fullmatch(r"planner \d+\.\d+\.\d+\n", bench.run(spelling).out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "-detailed-exitcode"],
        ["plan", "--detailed-exitcode"],
        ["plan", "-detailed-exitcode=true"],
        ["plan", "-detailed-exitcode", "-input=false", "-lock=false", "-parallelism=3", "-no-color"],
        ["plan", "-detailed-exitcode", "-lock-timeout=60s", "-parallelism", "3", "-input", "-lock"],
        ["-C", ".", "plan", "-detailed-exitcode"],
        ["-chdir=.", "plan", "-detailed-exitcode"],
        ["plan", "-chdir=.", "-detailed-exitcode"],
        ["plan", "-C.", "-detailed-exitcode"],
    ],
)
def test_terraforms_spellings_are_taken(bench: Bench, arguments: list[str]) -> None:
    ended = bench.run(*arguments)
    assert (ended.code, ended.err.count("Error")) == (2, 0)


def test_a_switch_that_is_false_is_off(bench: Bench) -> None:
    assert bench.run("plan", "-detailed-exitcode=false").code == 0


def test_a_mistyped_option_is_an_error_and_never_the_code_for_changes(bench: Bench) -> None:
    ended = bench.run("plan", "-detailled-exitcode")
    assert ended.code == 1
    assert "--detailed-exitcode" in ended.err


def test_a_mistyped_command_is_guessed(bench: Bench) -> None:
    ended = bench.run("aply")
    assert (ended.code, ended.out) == (1, "")
    assert "Did you mean apply?" in ended.err


@pytest.mark.parametrize(
    "value", ["-lock=maybe", "-parallelism=0", "-lock-timeout=soon", "-settle-timeout=1d", "-var=x"]
)
def test_a_value_that_makes_no_sense_is_an_error(bench: Bench, value: str) -> None:
    ended = bench.run("apply", "-auto-approve", value)
    assert ended.code == 1
    assert "Error" in ended.err
    assert not (bench.path / "planner.state.json").exists()


def test_a_directory_that_is_not_there_is_an_error(bench: Bench) -> None:
    ended = bench.run("plan", "-C", "nowhere")
    assert ended.code == 1
    assert "nowhere" in ended.err


def test_variables_count_in_the_order_of_the_command(bench: Bench) -> None:
    (bench.path / "main.hcl").write_text(
        'variable "n" { type = number }\n'
        'cluster "sized" {\n  spec {\n    version = "2021.06"\n    query { replicas = var.n }\n  }\n}\n'
    )
    (bench.path / "seven.json").write_text('{"n": 7}')
    last_file = bench.run("plan", "-var", "n=5", "-var-file", "seven.json").out
    last_flag = bench.run("plan", "-var-file=seven.json", "-var=n=5").out
    assert "replicas = 7" in last_file
    assert "replicas = 5" in last_flag


def test_a_plan_exits_with_0_unless_asked_for_details(bench: Bench) -> None:
    codes = [bench.run("plan").code, bench.run("plan", "-detailed-exitcode").code]
    bench.run("apply", "-auto-approve")
    codes.append(bench.run("plan", "-detailed-exitcode").code)
    assert codes == [0, 2, 0]


def test_a_plan_writes_nothing(bench: Bench) -> None:
    bench.run("plan")
    assert {path.name for path in bench.path.iterdir()} <= {"web.cluster.json", "account.json"}


def test_only_the_word_yes_is_consent(bench: Bench) -> None:
    for answer in ("y\n", "YES\n", "no\n", "\n", ""):
        ended = bench.run("apply", answer=answer)
        assert ended.code == 1
        assert "Apply cancelled" in ended.err
    assert bench.run("state", "list").out == ""
    assert bench.run("apply", answer="yes\n").code == 0
    assert bench.run("state", "list").out == "cluster.web\n"


def test_nobody_is_asked_when_there_is_nothing_to_do(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    ended = bench.run("apply", answer="")
    assert ended.code == 0
    assert "No changes." in ended.out
    assert "Enter a value" not in ended.err


@pytest.mark.parametrize("arguments", [["apply"], ["destroy"], ["apply", "-input=false"], ["apply", "-json"]])
def test_an_apply_that_nobody_can_agree_to_does_no_work(bench: Bench, arguments: list[str]) -> None:
    ended = bench.run(*arguments, answer="yes\n" if len(arguments) > 1 else None)
    assert ended.code == 1
    assert "Nobody can be asked" in ended.err + ended.out
    assert not (bench.path / "account.json").exists()


def test_destroy_asks_in_words_that_say_what_is_lost(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    ended = bench.run("destroy", answer="yes\n")
    assert ended.code == 0
    assert "with all their data" in ended.err
    assert bench.run("state", "list").out == ""


def test_the_plan_is_on_stdout_and_everything_about_it_on_stderr(bench: Bench) -> None:
    ended = bench.run("apply", "-auto-approve")
    assert ended.out.startswith("Plan pl-")
    assert "cluster.web: Creating..." in ended.err
    assert "cluster.web: Creating..." not in ended.out
    assert ended.out.rstrip().endswith("Apply complete! Clusters: 1 created, 0 updated, 0 deleted.")


def test_colour_is_for_terminals_unless_insisted_on(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in bench.run("plan").out
    assert "\x1b[" in bench.run("plan", "-color=always").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" in bench.run("plan", "-color", "always").out
    assert "\x1b[" not in bench.run("plan", "-color=always", "-no-color").out


def test_the_json_of_a_plan_is_a_stream_that_ends_with_its_outcome(bench: Bench) -> None:
    ended = bench.run("plan", "-json", "-detailed-exitcode")
    assert (ended.code, ended.err) == (2, "")
    assert [event["type"] for event in ended.events] == ["version", "planned_change", "change_summary", "outcome"]
    assert ended.events[-1]["outcome"]["exit_code"] == 2


def test_the_json_of_an_apply_tells_what_happened(bench: Bench) -> None:
    ended = bench.run("apply", "-json", "-auto-approve")
    assert (ended.code, ended.err) == (0, "")
    types = [event["type"] for event in ended.events]
    assert types[:3] == ["version", "planned_change", "change_summary"]
    assert {"apply_start", "apply_complete"} < set(types)
    assert types[-1] == "outcome"
    assert ended.events[-1]["outcome"]["exit_code"] == 0
    counts = ended.events[-1]["outcome"]["changes"]
    assert (counts["operation"], counts["create"], counts["failed"]) == ("apply", 1, 0)


@pytest.mark.parametrize("arguments", [["plan"], ["apply", "-auto-approve"], ["destroy", "-auto-approve"]])
def test_the_json_of_a_failure_ends_with_its_outcome_too(bench: Bench, arguments: list[str]) -> None:
    bench.write({"metadata": {}, "spec": {}})
    ended = bench.run(*arguments, "-json")
    assert (ended.code, ended.err) == (3, "")
    assert "diagnostic" in {event["type"] for event in ended.events}
    assert ended.events[-1]["type"] == "outcome"
    assert ended.events[-1]["outcome"]["exit_code"] == 3


def test_the_json_of_a_failure_says_how_many_mistakes_there_are(bench: Bench) -> None:
    bench.write({"metadata": {"name": "web"}, "spec": {"version": "2021.06", "query": {"replicas": "three"}}})
    one = bench.run("plan", "-json").events
    bench.write({"metadata": {"name": "web"}, "spec": {"version": 1, "query": {"replicas": "three"}, "x": 0}})
    three = bench.run("plan", "-json").events
    assert one[-1]["outcome"]["reason"] == one[-2]["diagnostic"]["summary"]
    assert [event["type"] for event in three] == ["version", *["diagnostic"] * 3, "outcome"]
    assert three[-1]["outcome"]["reason"].endswith(", and 2 more")


@pytest.mark.parametrize("arguments", [["show", "nowhere.json"], ["show"], ["state", "show", "cluster.web"]])
def test_what_cannot_be_shown_as_json_is_told_as_json(bench: Bench, arguments: list[str]) -> None:
    (bench.path / "planner.state.json").write_text("damaged")
    ended = bench.run(*arguments, "-json")
    assert (ended.code, ended.err) == (1, "")
    assert [event["type"] for event in ended.events] == ["version", "diagnostic", "outcome"]
    assert ended.events[-1]["outcome"]["exit_code"] == 1


def test_validate_needs_no_account_and_says_3_for_what_is_wrong(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMPLY_ENDPOINT")
    assert bench.run("validate").out == "Success! The configuration is valid: 1 cluster.\n"
    bench.write({"metadata": {"name": "web"}, "spec": {"version": "2021.06", "query": {"replicas": "three"}}})
    ended = bench.run("validate")
    assert (ended.code, ended.out) == (3, "")
    assert "web.cluster.json" in ended.err
    document = json.loads(bench.run("validate", "-json").out)
    assert (document["valid"], document["error_count"]) == (False, 1)


def test_validate_finds_blocks_about_the_past_that_contradict_the_configuration(bench: Bench) -> None:
    (bench.path / "past.hcl").write_text("moved {\n  from = cluster.web\n  to   = cluster.site\n}\n")
    ended = bench.run("validate")
    assert (ended.code, ended.out) == (3, "")
    assert "Error: Moved object still exists" in ended.err


def test_without_an_endpoint_the_way_to_set_one_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMPLY_ENDPOINT")
    ended = bench.run("plan")
    assert ended.code == 1
    assert "IMPLY_ENDPOINT" in ended.err


def test_an_api_that_is_not_there_is_exit_code_4(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPLY_ENDPOINT", "https://user:pw@acme.example")
    ended = bench.run("plan")
    assert ended.code == 4
    assert "pw" not in ended.err


def test_a_saved_plan_shows_as_it_was_printed_and_is_applied_without_a_question(bench: Bench) -> None:
    printed = bench.run("plan", "-out", "plan.json").out
    assert bench.run("show", "plan.json").out == printed
    assert (bench.path / "plan.json").stat().st_mode & 0o777 == 0o600
    assert bench.run("apply", "plan.json").code == 0
    assert bench.run("plan", "-detailed-exitcode").code == 0
    stale = bench.run("apply", "plan.json")
    assert stale.code == 6
    assert "  - cluster.web: create\n" in stale.out  # what it held is done


def test_a_saved_plan_is_whole_by_itself(bench: Bench) -> None:
    bench.run("plan", "-out", "plan.json")
    ended = bench.run("apply", "-target=cluster.web", "plan.json")
    assert ended.code == 1
    assert "leave out -target" in ended.err


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format_version": "9.0"}', "\x00\xff"])
def test_what_is_not_a_saved_plan_is_refused(bench: Bench, text: str) -> None:
    (bench.path / "plan.json").write_text(text, encoding="latin-1")
    for command in ("show", "apply"):
        ended = bench.run(command, "plan.json")
        assert (ended.code, ended.out) == (1, "")
        assert "Error:" in ended.err


def test_an_edited_plan_is_refused(bench: Bench) -> None:
    bench.run("plan", "-out", "plan.json")
    text = (bench.path / "plan.json").read_text()
    (bench.path / "plan.json").write_text(
        text.replace('"replicas":2', '"replicas":20').replace('"replicas": 2', '"replicas": 20')
    )
    assert bench.run("apply", "plan.json").code == 6
    assert not (bench.path / "planner.state.json").exists()


def test_a_bug_is_told_without_a_traceback(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret may stand here")

    monkeypatch.setattr("planner.workflow.late.make_plan", fail)
    ended = bench.run("plan")
    assert ended.code == 1
    assert "This is a bug in planner" in ended.err
    assert "Traceback" not in ended.err
    assert "a secret may stand here" not in ended.err


def test_debugging_shows_where_a_bug_is_and_not_what_it_says(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        secret = "hunter2"
        raise ZeroDivisionError(secret)

    monkeypatch.setattr("planner.workflow.late.make_plan", fail)
    monkeypatch.setenv("PLANNER_LOG", "debug")
    ended = bench.run("plan")
    assert ended.code == 1
    assert ", in fail\n" in ended.err
    assert "ZeroDivisionError: hunter2" not in ended.err


def test_a_missing_variable_is_asked_for_where_somebody_answers(bench: Bench) -> None:
    (bench.path / "main.hcl").write_text(
        'variable "n" {\n  type        = number\n  description = "How many."\n}\n'
        'cluster "sized" {\n  spec {\n    version = "2021.06"\n    query { replicas = var.n }\n  }\n}\n'
    )
    asked = bench.run("plan", answer="4\n")
    assert asked.code == 0
    assert "How many." in asked.err
    assert "replicas = 4" in asked.out
    for ended in (bench.run("plan"), bench.run("plan", "-input=false", answer="4\n")):
        assert (ended.code, ended.out) == (3, "")
        assert "n" in ended.err
        assert "Enter a value" not in ended.err


def test_a_conflict_is_warned_of(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    bench.run("emulator", "patch", "account.json", "web", '{"spec": {"query": {"replicas": 9}}}')
    bench.scale(4)
    ended = bench.run("plan")
    assert "9 -> 4" in ended.out
    assert "Warning: cluster.web was changed outside of planner" in ended.out


def test_a_cluster_that_is_on_its_way_is_told_of(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:account.json?settle_seconds=3600")
    ended = bench.run("apply", "-auto-approve", "-settle-timeout=0s")
    assert ended.code == 8
    assert "did not settle" in ended.out
    assert "Warning: cluster.web is in the state CREATING" in bench.run("plan").out
