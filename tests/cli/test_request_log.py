"""The log of requests: a line each, never a secret, and never in the way."""

import re
import stat

import pytest

from planner.emulator.app import make_app
from planner.emulator.behaviour import Behaviour
from planner.emulator.server import run_server
from tests.cli.workbench import Bench

LINE = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (GET|POST|PATCH|PUT|DELETE) [\w.:-]+(/[\w./-]+) (\d{3}|lost|not-sent) "
    r"\d+\.\d{3}s( attempt=\d+)?( request_id=\"[\w-]+\")?( reason=\".*\")?"
)


def read_lines(bench: Bench) -> list[str]:
    return (bench.path / "log").read_text().splitlines()


def test_each_request_is_a_line_in_the_file(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_LOG_FILE", "log")
    assert bench.run("apply", "-auto-approve").code == 0
    assert bench.run("plan").code == 0
    lines = read_lines(bench)
    assert all(LINE.fullmatch(line) for line in lines), lines
    assert sum(" POST " in line for line in lines) == 1
    assert stat.S_IMODE((bench.path / "log").stat().st_mode) == 0o600


def test_without_a_file_the_lines_go_to_stderr(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_LOG", "debug")
    ended = bench.run("plan", "-json")
    assert any(LINE.fullmatch(line) for line in ended.err.splitlines())
    assert ended.events  # stdout is JSON all the same


def test_tokens_and_secrets_are_in_no_line(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IMPLY_TOKEN")
    monkeypatch.setenv("PLANNER_LOG_FILE", "log")
    with run_server(make_app(behaviour=Behaviour(static_tokens=()))) as url:
        monkeypatch.setenv("IMPLY_ENDPOINT", url)
        monkeypatch.setenv("IMPLY_CLIENT_ID", "planner")
        monkeypatch.setenv("IMPLY_CLIENT_SECRET", "emulator-secret")
        monkeypatch.setenv("IMPLY_TOKEN_URL", f"{url}/oauth/token")
        assert bench.run("apply", "-auto-approve").code == 0
    lines = read_lines(bench)
    assert any("/oauth/token 200" in line for line in lines)
    assert all(LINE.fullmatch(line) for line in lines), lines
    assert "emulator-secret" not in "".join(lines)


def test_attempts_that_fail_are_lines_too(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_LOG_FILE", "log")
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:account.json?trouble=503@GET%231")
    assert bench.run("plan").code == 0
    first, second = read_lines(bench)[:2]
    assert " 503 " in first
    assert " 200 " in second
    assert "attempt=2" in second


@pytest.mark.parametrize("path", ["no/such/directory/log", ".", "link"])
def test_a_file_that_cannot_be_written_is_told_of_at_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    (bench.path / "link").symlink_to("elsewhere")
    monkeypatch.setenv("PLANNER_LOG_FILE", path)
    ended = bench.run("plan")
    assert ended.code == 1
    assert "PLANNER_LOG_FILE cannot be written" in ended.err
    assert not (bench.path / "elsewhere").exists()
