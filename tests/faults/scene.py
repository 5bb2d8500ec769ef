"""The scene: an account over HTTP, a state, and a configuration that creates, updates and deletes one cluster each.

The account lives in the process that looks on, so that it outlives whatever becomes of the command. It looks into the
journal at each request: none that changes something may come without an intent that names it.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planner.emulator.account import Account, copy_account
from planner.emulator.app import EmulatorApp, make_app
from planner.emulator.behaviour import Behaviour
from planner.emulator.server import run_server
from planner.emulator.store import MemoryStore
from state.backends.local import LocalBackend
from state.snapshot import Snapshot
from state.store import StateStore

__all__ = ["APPLY", "TOKEN", "Ended", "Stage", "open_stage"]

TOKEN = "canary-token-of-the-sweep"
APPLY = ("apply", "-auto-approve")
_BEHAVIOUR = Behaviour(static_tokens=(TOKEN,))
_STATE = "planner.state.json"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: its exit code, negative for a signal, and all that it said."""

    code: int
    said: str


@dataclass
class Stage:
    """One account, one directory; `reset` puts both back to how they were before the apply."""

    place: Path
    url: str = ""
    app: EmulatorApp = field(default_factory=lambda: make_app(behaviour=_BEHAVIOUR))
    without_intent: list[str] = field(default_factory=list)
    account: Account = field(default_factory=Account)

    @property
    def directory(self) -> Path:
        """Where the configuration and the state are."""
        return self.place / "run"

    @property
    def environment(self) -> dict[str, str]:
        """What the command is given; the same on each run, so that each makes the same calls."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT") if name in os.environ}
        return {
            **kept,
            "IMPLY_ENDPOINT": self.url,
            "IMPLY_TOKEN": TOKEN,
            "PLANNER_CACHE_DIR": str(self.place / "cache"),
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONPYCACHEPREFIX": str(self.place / "compiled"),
        }

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
        if scope["type"] != "http" or scope["method"] == "GET":
            await self.app(scope, receive, send)
            return
        messages = [await receive()]
        while messages[-1]["type"] == "http.request" and messages[-1].get("more_body", False):
            messages.append(await receive())
        if messages[-1]["type"] == "http.request":  # else it broke off, and the account has nothing to do
            self._look(scope["method"], scope["path"], b"".join(message["body"] for message in messages))
        waiting = iter(messages)

        async def replay() -> Any:  # noqa: ANN401 - as ASGI has it
            return next(waiting, None) or await receive()

        await self.app(scope, replay, send)

    def _look(self, method: str, path: str, body: bytes) -> None:
        named = json.loads(body)["metadata"]["name"] if method == "POST" else path.rpartition("/")[2]
        journal = self.directory / f"{_STATE}.journal"
        entries = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
        if not any('"intent' in line and f'"{named}"' in line for line in entries):
            self.without_intent.append(f"{method} {path}")

    def run(self, *arguments: str, under: Sequence[str] = ()) -> Ended:
        """Run the command, `under` another one if asked, and return how it ended."""
        done = subprocess.run(  # noqa: S603 - the command under test
            [*under, sys.executable, "-P", "-m", "planner", *arguments],
            cwd=self.directory,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=180,
            check=False,
        )
        return Ended(done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace"))

    def prepare(self) -> None:
        """Apply a first configuration, lay down the second one, and remember all of it."""
        self.directory.mkdir(parents=True)
        self._declare(edit=2, drop=2)
        first = self.run(*APPLY)
        assert first.code == 0, first.said
        self._declare(edit=3, new=2)
        warm = self.run("plan")
        assert "1 to create, 1 to update, 1 to delete" in warm.said, warm.said
        self.account = self.app.account
        shutil.copytree(self.directory, self.place / "before")

    def reset(self) -> None:
        """Put account and directory back."""
        shutil.rmtree(self.directory)
        shutil.copytree(self.place / "before", self.directory)
        self.app = make_app(behaviour=_BEHAVIOUR, store=MemoryStore(copy_account(self.account)))
        self.without_intent.clear()

    def _declare(self, **replicas: int) -> None:
        blocks = [
            f'cluster "{name}" {{\n  spec {{\n    version = "2021.06"\n    query {{\n      replicas     = {number}\n'
            '      instanceType = "c5.large"\n    }\n  }\n}\n'
            for name, number in replicas.items()
        ]
        (self.directory / "main.hcl").write_text("\n".join(blocks), encoding="utf-8")

    def list_live(self) -> dict[str, tuple[str, int]]:
        """Return id and number of replicas of each live cluster by its name; no two may share one."""
        live: list[Any] = self.app.describe_clusters()
        found = {one["metadata"]["name"]: (one["metadata"]["uid"], one["spec"]["query"]["replicas"]) for one in live}
        assert len(found) == len(live), f"twins: {live}"
        return found

    def load_state(self) -> Snapshot:
        """Return the state, with its journal folded in."""
        snapshot = asyncio.run(StateStore(LocalBackend(self.directory / _STATE)).load())
        assert snapshot is not None
        return snapshot


@contextmanager
def open_stage(place: Path) -> Iterator[Stage]:
    """Open a stage below `place`, prepared, while the block runs."""
    # Who runs in the background ignores it, and whoever he starts does so too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    stage = Stage(place)
    with run_server(stage) as url:
        stage.url = re.sub(r"/$", "", url)
        stage.prepare()
        stage.reset()
        yield stage
