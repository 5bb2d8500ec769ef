"""Directories of configuration, written for one test and read through the public face."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from planner.config.configuration import Assignment, Configuration, VariableFile, VariableInputs
from planner.config.read import read_configuration
from planner.model.spans import find_position

Read: TypeAlias = Callable[..., Configuration]
ListProblems: TypeAlias = Callable[[Configuration], list[str]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write the files into a directory of its own, and into those below it, and read it."""

    def write_and_read(
        files: Mapping[str, str | bytes],
        *command: Assignment | VariableFile,
        environment: Mapping[str, str] | None = None,
    ) -> Configuration:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_configuration(str(tmp_path), VariableInputs(environment=environment or {}, command=command))

    return write_and_read


@pytest.fixture
def list_problems() -> ListProblems:
    """Return each diagnostic as `file:line:column severity code`."""

    def describe(configuration: Configuration) -> list[str]:
        lines = []
        for diagnostic in configuration.diagnostics:
            place = "-"
            if diagnostic.span is not None:
                position = find_position(configuration.sources.get(diagnostic.span.file, ""), diagnostic.span.start)
                place = f"{diagnostic.span.file}:{position.line}:{position.column}"
            lines.append(f"{place} {diagnostic.severity.value} {diagnostic.code}")
        return lines

    return describe
