"""Hostile surroundings at the command line: files that are none, accounts and texts that somebody made up."""

import os
import pty
import select
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.workbench import Bench


def is_pipe(path: Path) -> bool:
    return stat.S_ISFIFO(path.lstat().st_mode)


def test_a_plan_never_takes_the_place_of_what_is_no_file(bench: Bench) -> None:
    os.mkfifo(bench.path / "device")
    ended = bench.run("plan", "-out", "device")
    assert ended.code == 1
    assert "not a regular file" in ended.err
    assert is_pipe(bench.path / "device")
    assert [path.name for path in bench.path.iterdir() if path.name.startswith(".")] == []


def test_a_plan_is_saved_where_a_link_points_to(bench: Bench) -> None:
    (bench.path / "plans").mkdir()
    (bench.path / "plan.json").symlink_to("plans/today.json")
    assert bench.run("plan", "-out", "plan.json").code == 0
    assert (bench.path / "plan.json").is_symlink()
    assert bench.run("show", "plans/today.json").code == 0


@pytest.mark.parametrize("command", [["plan"], ["apply", "-auto-approve"]])
def test_an_account_never_takes_the_place_of_what_is_no_file(bench: Bench, command: list[str]) -> None:
    os.mkfifo(bench.path / "account.json")
    ended = bench.run(*command)
    assert ended.code == 1
    assert "not a regular file" in ended.err
    assert is_pipe(bench.path / "account.json")


def test_an_account_that_is_a_circle_of_links_is_an_error(bench: Bench) -> None:
    (bench.path / "account.json").symlink_to("account.json")
    ended = bench.run("plan")
    assert ended.code == 1
    assert "The emulated account cannot be used" in ended.err


@pytest.mark.parametrize("name", ["planner.state.json", "web.cluster.json", "notes.txt"])
def test_a_plan_never_takes_the_place_of_another_file(bench: Bench, name: str) -> None:
    (bench.path / "notes.txt").write_text("mine")
    bench.run("apply", "-auto-approve")
    before = (bench.path / name).read_bytes()
    ended = bench.run("plan", "-out", name)
    assert ended.code == 1
    assert "not a saved plan" in ended.err
    assert (bench.path / name).read_bytes() == before


def test_a_plan_takes_the_place_of_an_older_one_and_of_an_empty_file(bench: Bench) -> None:
    (bench.path / "plan.json").touch()
    assert [bench.run("plan", "-out", "plan.json").code for _ in range(2)] == [0, 0]
    assert bench.run("apply", "plan.json").code == 0


@pytest.mark.parametrize("name", ["x" * 255, "nowhere/plan.json", "circle"])
def test_a_plan_that_cannot_be_saved_is_an_error_and_no_bug(bench: Bench, name: str) -> None:
    (bench.path / "circle").symlink_to("circle")
    ended = bench.run("plan", "-out", name)
    assert ended.code in {0, 1}
    assert ended.code == 0 or "The plan cannot be saved" in ended.err
    assert "bug" not in ended.err


@pytest.mark.parametrize("command", [["plan"], ["state", "list"], ["show"], ["validate"]])
@pytest.mark.parametrize("directory", ["nowhere", "", "web.cluster.json"])
def test_a_directory_that_is_none_is_an_error_before_and_after_the_command(
    bench: Bench, command: list[str], directory: str
) -> None:
    for arguments in (["-C", directory, *command], [*command, "-C", directory]):
        ended = bench.run(*arguments)
        assert (ended.code, ended.out) == (1, "")
        assert "Invalid value for '-C'" in ended.err


def test_the_name_of_a_plan_that_is_empty_is_not_taken_for_no_plan(bench: Bench) -> None:
    ended = bench.run("apply", "-auto-approve", "")
    assert ended.code == 1
    assert "no saved plan" in ended.err
    assert not (bench.path / "planner.state.json").exists()
    ended = bench.run("plan", "-out", "")
    assert ended.code == 1
    assert "cannot be saved" in ended.err


@pytest.mark.parametrize("command", [["plan", "-destroy"], ["apply", "-destroy", "-auto-approve"]])
def test_what_is_destroyed_is_not_replaced(bench: Bench, command: list[str]) -> None:
    bench.run("apply", "-auto-approve")
    ended = bench.run(*command, "-replace=cluster.web")
    assert (ended.code, ended.out) == (1, "")
    assert "-destroy or -replace" in ended.err


def test_destroy_has_no_replace(bench: Bench) -> None:
    assert "--replace" not in bench.run("destroy", "-help").out
    assert bench.run("destroy", "-auto-approve", "-replace=cluster.web").code == 1


@pytest.mark.parametrize("option", ["-var", "-var-file", "--var", "-target", "-out", "-C"])
def test_an_option_without_its_value_is_named_as_it_was_written(bench: Bench, option: str) -> None:
    ended = bench.run("plan", option)
    assert ended.code == 1
    assert f"Option '{option}' requires an argument." in ended.err


@pytest.mark.parametrize("time", ["soon", "-1s", "", "1d", "\u0663s"])
@pytest.mark.parametrize("command", ["plan", "apply"])
def test_what_is_no_length_of_time_is_an_error(bench: Bench, command: str, time: str) -> None:
    ended = bench.run(command, f"-lock-timeout={time}")
    assert ended.code == 1
    assert "not a length of time" in ended.err


def run_in_shell(
    bench: Bench, redirection: str, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    command = f'exec "$0" -m planner "$@" {redirection}'
    return subprocess.run(  # noqa: S603 - the command under test
        ["/bin/sh", "-c", command, sys.executable, *arguments],
        cwd=bench.path,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="latin-1",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_a_letter_that_the_output_does_not_know_stops_nothing(bench: Bench, encoding: str) -> None:
    bench.write({"metadata": {"name": "wéb 😀"}, "spec": {"version": "2021.06"}})
    ended = run_in_shell(bench, "", "apply", "-auto-approve", PYTHONIOENCODING=encoding)
    assert (ended.returncode, ended.stderr.count("Error")) == (0, 0)
    assert "\\U0001f600" in ended.stdout
    assert bench.run("state", "list").out == "cluster.web\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_stops_nothing(bench: Bench, closed: str) -> None:
    ended = run_in_shell(bench, closed, "apply", "-auto-approve")
    assert ended.returncode == 0
    assert "bug" not in ended.stderr
    assert bench.run("state", "list").out == "cluster.web\n"
    assert bench.run("plan", "-detailed-exitcode").code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("arguments", [["plan"], ["plan", "-json"], ["apply", "-auto-approve"], ["show"], ["validate"]])
def test_an_output_that_is_full_is_an_error_and_no_bug(bench: Bench, arguments: list[str]) -> None:
    ended = run_in_shell(bench, ">/dev/full", *arguments)
    assert ended.returncode == 1
    assert ended.stderr.endswith("Error: The output cannot be written: No space left on device.\n")
    assert not (bench.path / "planner.state.json").exists()


def test_an_interrupt_before_any_work_is_no_traceback(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.cli.main._planner.main", interrupt)
    assert bench.run("plan").code == 130


def press_ctrl_c(bench: Bench, question: bytes, *arguments: str) -> tuple[int, bytes]:
    """Run a command in a terminal, press Ctrl-C once it asks, and return its exit code and what it wrote."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(bench.path)
        os.execv(sys.executable, [sys.executable, "-m", "planner", *arguments])  # noqa: S606 - the command under test
    written = b""
    try:
        while select.select([terminal], [], [], 30)[0] and (part := os.read(terminal, 65536)):
            written += part
            if question in written:
                os.write(terminal, b"\x03")
                question = b"\0"
    except OSError:  # Linux's way to say that the other end is closed
        pass
    os.close(terminal)
    os.kill(process, signal.SIGKILL)  # of use where the command did not end; otherwise it is only waited for
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), written


@pytest.mark.parametrize("command", ["apply", "destroy"])
def test_ctrl_c_at_the_question_ends_the_command_at_once(bench: Bench, command: str) -> None:
    bench.run("apply", "-auto-approve")
    bench.scale(5)
    code, written = press_ctrl_c(bench, b"Enter a value: ", command)
    assert code == 130
    assert b"Cancelled; nothing was sent." in written
    assert b"Traceback" not in written
    assert not (bench.path / "planner.state.json.lock").exists()
    assert "cluster.web" in bench.run("state", "list").out
    assert bench.run("apply", "-auto-approve").code == 0


def test_ctrl_c_ends_the_question_for_a_variable_too(bench: Bench) -> None:
    (bench.path / "main.hcl").write_text('variable "secret" {\n  sensitive = true\n}\n')
    code, written = press_ctrl_c(bench, b"Enter a value", "plan")
    assert code == 130
    assert b"Cancelled; nothing was sent." in written
    assert b"Traceback" not in written


@pytest.mark.parametrize("command", [["plan"], ["apply", "-auto-approve"]])
@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_the_json_of_what_nobody_expected_ends_with_its_outcome_too(
    bench: Bench, command: list[str], error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("planner.workflow.late.make_plan", fail)
    ended = bench.run(*command, "-json")
    assert ended.events[-1]["type"] == "outcome"
    assert ended.events[-1]["outcome"]["exit_code"] == ended.code


@pytest.mark.parametrize("text", ['{"pw": hunter2}', '{"pw":\n  hunter2}', '{"pw": ["hunter2"], "pw": 1}'])
def test_no_value_of_a_variable_is_quoted_from_its_file(bench: Bench, text: str) -> None:
    (bench.path / "main.hcl").write_text('variable "pw" {\n  type      = string\n  sensitive = true\n}\n')
    (bench.path / "v.tfvars.json").write_text(text)
    ended = bench.run("plan", "-var-file=v.tfvars.json")
    assert ended.code == 3
    assert "v.tfvars.json:" in ended.err
    assert "hunter2" not in ended.err
