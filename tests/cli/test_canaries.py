"""The canaries, tried: what planner would have to hide and does not know of is noticed wherever it is written."""

import base64
import logging
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.canaries import Watch
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


@pytest.mark.parametrize(
    "spell",
    [
        str,
        quote,
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


def test_logs_and_processes_are_noticed(canaries: Watch) -> None:
    logging.getLogger("a.library").debug("a canary")
    subprocess.run([sys.executable, "-c", "print('a canary')"], capture_output=True, check=True)
    assert list_places(canaries) == {"log of a.library", "process"}
