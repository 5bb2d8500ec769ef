"""The canaries, tried: what planner would have to hide and does not know of is noticed wherever it is written."""

import base64
import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest

from tests.canaries import Watch
from tests.canary_places import list_files
from tests.cli.workbench import Bench

LEAK = {"metadata": {"name": "web"}, "spec": {"version": "2021.06", "awsKeyPair": "canary-nobody-marked"}}


def list_places(watch: Watch) -> set[str]:
    return {leak.partition(":")[0] for leak in watch.take_leaks()}


def test_a_leak_is_noticed_wherever_planner_writes(bench: Bench, canaries: Watch) -> None:
    bench.write(LEAK)
    assert list_places(canaries) == set()
    bench.run("plan")
    assert list_places(canaries) == {"stdout"}
    bench.run("plan", "-json", "-out", "plan.json")
    assert list_places(canaries) == {"saved plan"}
    bench.run("apply", "plan.json")
    assert list_places(canaries) == {"stdout", "journal", "state"}
    bench.run("validate", "-var", "canary")
    assert list_places(canaries) == set()
    bench.run("canary")
    assert list_places(canaries) == {"stderr"}
    bench.run("dump", "-out", "dumped")
    assert {place.split()[0] for place in list_places(canaries)} == {"new"}
    (bench.path / "plan.json").unlink()
    (bench.path / "planner.state.json").unlink()


@pytest.mark.parametrize(
    "spell",
    [
        str,
        quote,
        lambda text: text.encode().hex(),
        lambda text: base64.b64encode(text.encode()).decode(),
        lambda text: base64.b64encode(f"a{text}".encode()).decode(),
        lambda text: base64.urlsafe_b64encode(f"ab{text}".encode()).decode(),
    ],
)
@pytest.mark.parametrize("secret", ["canary-ä 1", "hunter2"])
def test_a_leak_is_noticed_however_it_is_spelled(
    bench: Bench, canaries: Watch, secret: str, spell: Callable[[str], str]
) -> None:
    bench.write({"metadata": {"name": "web"}, "spec": {"version": "2021.06", "awsKeyPair": spell(secret)}})
    bench.run("plan")
    assert list_places(canaries) == {"stdout"}


def test_logs_and_processes_are_noticed(canaries: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    library = logging.getLogger("a.library")
    monkeypatch.setattr(library, "propagate", False)
    library.debug("a canary")
    subprocess.run([sys.executable, "-c", "print('a canary')"], capture_output=True, check=True)
    assert list_places(canaries) == {"log of a.library", "process"}


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_process_is_noticed_while_it_runs(canaries: Watch, stream: str) -> None:
    code = f"import sys; print('a hunter', file=sys.{stream})"
    pipes = {stream: subprocess.PIPE}
    for read in (lambda pipe: pipe.readline(), lambda pipe: pipe.read(), list):
        command = [sys.executable, "-c", code]
        with subprocess.Popen(command, text=True, **pipes) as process:  # type: ignore[call-overload]  # noqa: S603 - as above
            read(getattr(process, stream))
        assert list_places(canaries) == {"process"}


def test_what_lies_in_a_directory_is_noticed_when_it_goes(bench: Bench, canaries: Watch, tmp_path: Path) -> None:
    """What planner was given to read may hold secrets, and the account holds them all."""
    bench.write(LEAK)
    bench.run("apply", "-auto-approve")
    canaries.take_leaks()
    found = {place for place, text in list_files(tmp_path) if "canary" in text}
    assert found == {"file planner.state.json"}
    for name in ("planner.state.json", "planner.state.json.backup"):
        (tmp_path / name).unlink(missing_ok=True)
    with TemporaryDirectory() as directory:
        for name in ("a.log", "account.json", "main.hcl", "b.cluster.json"):
            Path(directory, name).write_text("a canary", encoding="utf-8")
    assert list_places(canaries) == {"file a.log"}
