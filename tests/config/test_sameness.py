"""Law 5 where it begins: the same files ask for the same, whatever their directory and the order they are listed in."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from planner.config.configuration import Configuration, VariableInputs
from planner.config.read import read_configuration

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
DIRECTORIES = (EXAMPLES / "fleet", HERE / "broken")


def describe(configuration: Configuration) -> object:
    return (configuration.desired, configuration.diagnostics, dict(configuration.sources))


@pytest.mark.parametrize("directory", DIRECTORIES, ids=["valid", "broken"])
def test_order_and_place_of_the_files_do_not_matter(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read_configuration(str(directory), VariableInputs())
    chance = random.Random(7)  # noqa: S311 - a shuffle, no secret
    real_scandir = os.scandir

    @contextmanager
    def scan_shuffled(path: str) -> Iterator[list[os.DirEntry[str]]]:
        with real_scandir(path) as entries:
            listed = list(entries)
        chance.shuffle(listed)
        yield listed

    for attempt in range(3):
        elsewhere = tmp_path / f"{attempt} elsewhere"
        elsewhere.mkdir()
        for file in directory.iterdir():
            (elsewhere / file.name).write_bytes(file.read_bytes())
        with monkeypatch.context() as patch:
            patch.setattr(os, "scandir", scan_shuffled)
            again = read_configuration(str(elsewhere), VariableInputs())
        assert describe(again) == describe(first)


def test_hash_seed_does_not_matter() -> None:
    script = """
import sys
from planner.config.configuration import VariableInputs
from planner.config.read import read_configuration

for directory in sys.argv[1:]:
    reading = read_configuration(directory, VariableInputs())
    print(reading.diagnostics)
    for one in reading.desired.clusters if reading.desired else ():
        print(one.address, one.document, one.depends_on, sorted(map(str, one.sensitive)))
"""
    printed = {
        subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-c", script, *map(str, DIRECTORIES)],
            env={"PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1")
    }
    assert len(printed) == 1
    assert b"cluster.sandbox" in printed.pop()
