"""A bench for the command line: a directory, a configuration, and the command in process."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLUSTER: dict[str, Any] = {
    "metadata": {"name": "web"},
    "spec": {"version": "2021.06", "query": {"replicas": 2, "instanceType": "c5.large"}},
}


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


class Answers(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Bench:
    """A directory with a configuration of one cluster, over an emulated account in a file, and the command."""

    path: Path
    run: Callable[..., Ended]

    def write(self, document: object, name: str = "web") -> None:
        (self.path / f"{name}.cluster.json").write_text(json.dumps(document), encoding="utf-8")

    def scale(self, replicas: int) -> None:
        spec = {**CLUSTER["spec"], "query": {"replicas": replicas, "instanceType": "c5.large"}}
        self.write({**CLUSTER, "spec": spec})
