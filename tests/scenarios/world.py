"""The world of a page: an empty directory, an account of the emulator, and a command line to work on both with.

The command runs in this process, from its own door down to the emulator. Waiting takes no time. What no two runs share
is written in words: the id of the cluster "web" is `{web}`, that of the next one with this name `{web-2}`. `pl-…` in a
command is the id of the plan that was shown last.
"""

import asyncio
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any, TextIO, TypeVar

import httpx
import pytest

import planner.emulator.embedded
import planner.workflow.stopping
from planner.cli.main import main
from planner.emulator.app import EmulatorApp, Exchange
from planner.emulator.embedded import open_account_file
from planner.emulator.endpoint import parse_emulator_endpoint
from state.backends.local import LocalBackend
from state.lock import decode_lock_info
from state.values import Json
from tests.api.doubles import VirtualLoop
from tests.canaries import TOKEN
from tests.emulator.emulated import Api

__all__ = ["Done", "World"]

T = TypeVar("T")

_ACCOUNT = "account.json"
_BEGIN = 1_700_000_000.0
_ECHOED = re.compile(r"echo (?P<line>\S+) \| (?P<command>.*)")
_FOREIGN = re.compile(r"(IMPLY|PLANNER|TF_VAR)_.*|NO_COLOR|COLUMNS")
_PLAN_ID = re.compile(r"\bpl-[0-9a-f]{10}\b")
_SEED = "scenarios"
_STATE = "planner.state.json"
_SETTING = re.compile(r"(?P<name>[A-Z]\w*)=(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a command; `requests` are those that change something, in the order in which they came in."""

    exit_code: int
    stdout: str
    stderr: str
    requests: tuple[Exchange, ...] = ()


@dataclass
class World:
    """A directory and an account; `options` are those of the emulator, as its endpoint takes them."""

    directory: Path
    options: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    passed: float = 0.0
    plan_id: str = "pl-…"

    def __post_init__(self) -> None:
        self._other = LocalBackend(self.directory / _STATE)

    def write_file(self, name: str, text: str) -> None:
        """Write a file into the directory."""
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.spell_out(text), encoding="utf-8")

    def run(self, command: str) -> Done:
        """Run a command as a user types it."""
        echoed = _ECHOED.fullmatch(command)
        words = shlex.split(self.spell_out(echoed["command"] if echoed else command))
        settings = {"IMPLY_ENDPOINT": self._endpoint}
        while words and (match := _SETTING.fullmatch(words[0])):
            settings[match["name"]] = match["value"]
            del words[0]
        if words[0] != "planner":
            return self._run_shell(command)
        with pytest.MonkeyPatch.context() as patch, self._type(f"{echoed['line']}\n" if echoed else "") as typed:
            _isolate(patch, self.directory, settings)
            patch.setattr(sys, "stdin", typed)
            return self._run_planner(words[1:], patch)

    def evaluate(self, expression: str) -> Done:
        """Type an expression into a console on the configuration."""
        with pytest.MonkeyPatch.context() as patch, self._type(f"{self.spell_out(expression)}\n") as typed:
            _isolate(patch, self.directory, {"IMPLY_ENDPOINT": self._endpoint})
            patch.setattr(sys, "stdin", typed)
            return self._run_planner(["console"], patch)

    def send(self, method: str, path: str, body: Json) -> None:
        """Send a request to the account, as somebody else does.

        Raises:
            AssertionError: it is refused.
        """
        behaviour = parse_emulator_endpoint(self._endpoint).behaviour
        app = open_account_file(self.directory / _ACCOUNT, behaviour=behaviour, seed=_SEED, clock=self._tell_time)
        answer = Api(transport=httpx.ASGITransport(app)).call(method, self.spell_out(path), body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        self._learn_labels()

    def label(self, text: str) -> str:
        """Return `text` with words for what no two runs share."""
        for uid, label in self.labels.items():
            text = text.replace(uid, label)
        return _PLAN_ID.sub("pl-…", text)

    def spell_out(self, text: str) -> str:
        """Return `text` with ids for their words."""
        for uid, label in self.labels.items():
            text = text.replace(label, uid)
        return text.replace("pl-…", self.plan_id)

    def hold_lock(self, info: str) -> None:
        """Hold the state's lock as somebody else, of whom `info` tells; let go of it where that is empty."""
        holder = decode_lock_info(info.encode())
        asyncio.run(self._other.lock(holder) if holder else self._other.unlock())

    def close(self) -> None:
        """Let go of what is held."""
        asyncio.run(self._other.unlock())

    @property
    def _endpoint(self) -> str:
        return f"emulator:{_ACCOUNT}?{self.options}"

    def _run_shell(self, command: str) -> Done:
        done = subprocess.run(  # noqa: S602 - the commands stand in our own pages
            self.spell_out(command), shell=True, cwd=self.directory, capture_output=True, text=True, check=False
        )
        return Done(exit_code=done.returncode, stdout=self.label(done.stdout), stderr=self.label(done.stderr))

    def _run_planner(self, arguments: list[str], patch: pytest.MonkeyPatch) -> Done:
        apps: list[EmulatorApp] = []
        stdout, stderr = TextIOWrapper(BytesIO(), encoding="utf-8", newline=""), StringIO()
        self._bend_time(patch)
        patch.setattr(planner.emulator.embedded, "open_account_file", self._watch(apps))
        with redirect_stdout(stdout), redirect_stderr(stderr), pytest.raises(SystemExit) as left:
            main(arguments)
        self._learn_labels()
        written = _read_back(stdout)
        self.plan_id = next(iter(_PLAN_ID.findall(written)), self.plan_id)
        return Done(
            exit_code=int(left.value.code or 0),
            stdout=self.label(written),
            stderr=self.label(stderr.getvalue()),
            requests=tuple(request for app in apps for request in app.requests if request.method != "GET"),
        )

    def _watch(self, apps: list[EmulatorApp]) -> Callable[..., EmulatorApp]:
        """Return what opens the account as ever, and notes what is asked of it."""

        def open_watched(path: Path, **settings: Any) -> EmulatorApp:  # noqa: ANN401 - those of `open_account_file`
            own = {"seed": _SEED, "clock": self._tell_time, "keeps_requests": True}
            apps.append(open_account_file(path, **{**settings, **own}))
            return apps[-1]

        return open_watched

    def _bend_time(self, patch: pytest.MonkeyPatch) -> None:
        """Let pauses take no time, and every clock show that they passed."""

        def run(work: Coroutine[Any, Any, T]) -> T:
            with asyncio.Runner(loop_factory=VirtualLoop) as runner:
                try:
                    return runner.run(work)
                finally:
                    self.passed += runner.get_loop().time()

        patch.setattr(asyncio, "run", run)
        patch.setattr(planner.workflow.stopping, "monotonic", self._tell_time)

    def _tell_time(self) -> float:
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return _BEGIN + self.passed
        return _BEGIN + self.passed + (loop.time() if isinstance(loop, VirtualLoop) else 0.0)

    @contextmanager
    def _type(self, text: str) -> Iterator[TextIO]:
        """Give a file that a person's answers are read from; without any, there is nobody."""
        typed = self.directory.with_name("typed") if text else Path(os.devnull)
        if text:
            typed.write_text(text, encoding="utf-8")
        with typed.open(encoding="utf-8") as file:
            yield file

    def _learn_labels(self) -> None:
        if not (self.directory / _ACCOUNT).exists():
            return
        for uid, cluster in open_account_file(self.directory / _ACCOUNT).account.clusters.items():
            if uid not in self.labels:
                self.names[uid] = cluster.name
                twins = [*self.names.values()].count(cluster.name)
                self.labels[uid] = f"{{{cluster.name}-{twins}}}" if twins > 1 else f"{{{cluster.name}}}"


def _isolate(patch: pytest.MonkeyPatch, directory: Path, settings: Mapping[str, str]) -> None:
    """Let a command see `directory` and `settings`, and nothing of the machine that the tests run on."""
    patch.chdir(directory)
    for name in [name for name in os.environ if _FOREIGN.fullmatch(name)]:
        patch.delenv(name)
    for name, value in {"IMPLY_TOKEN": TOKEN, **settings}.items():
        patch.setenv(name, value)


def _read_back(stream: TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
