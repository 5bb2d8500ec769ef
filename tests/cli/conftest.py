"""The command line in process: arguments in; exit code, stdout and stderr out."""

import io
import sys
from pathlib import Path

import pytest

from planner.cli.main import run_command
from tests.canaries import TOKEN
from tests.cli.workbench import CLUSTER, Answers, Bench, Ended


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Bench:
    for name in ("NO_COLOR", "TERM", "CI", "PLANNER_LOG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:account.json")
    monkeypatch.setenv("IMPLY_TOKEN", TOKEN)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, answer: str | None = None, piped: str = "") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.StringIO(piped) if answer is None else Answers(answer))
        code = run_command(arguments)
        captured = capsys.readouterr()
        return Ended(code, captured.out, captured.err)

    bench = Bench(tmp_path, run)
    bench.write(CLUSTER)
    return bench
