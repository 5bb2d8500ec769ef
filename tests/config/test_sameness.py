"""Law 5 where it begins: the same files ask for the same, whatever their directory and the order they are listed in."""

import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from shutil import copytree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.config.configuration import Configuration, VariableInputs
from planner.config.read import read_configuration

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
DIRECTORIES = (EXAMPLES / "forms", EXAMPLES / "fleet", EXAMPLES / "modules", HERE / "broken")


def describe(configuration: Configuration) -> object:
    return (configuration.desired, configuration.diagnostics, dict(configuration.sources))


@pytest.mark.parametrize("directory", DIRECTORIES, ids=lambda directory: directory.name)
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
        copytree(directory, elsewhere)
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


SPEC = 'spec = { version = "2021.06", awsInstanceRole = %s }'
BLOCKS = (
    'variable "a" {\n  default = 2\n  validation {\n    condition = var.a < local.b\n    error_message = "n"\n  }\n}\n',
    "locals {\n  b = var.a + length(local.c)\n}\n",
    "locals {\n  c = cluster.one[*].metadata.name\n}\n",
    f'cluster "one" {{\n  count = 2\n  metadata {{ name = "one-${{count.index}}" }}\n  {SPEC % "var.d"}\n}}\n',
    f'cluster "two" {{\n  {SPEC % "cluster.one[1].metadata.uid"}\n  depends_on = [module.m]\n}}\n',
    'variable "d" {\n  default = "role"\n  sensitive = true\n}\n',
    'module "m" {\n  source = "./m"\n  names = local.c\n}\n',
    'output "e" {\n  value = [module.m.names, cluster.two.spec.version, local.b]\n}\n',
    'check "f" {\n  assert {\n    condition = local.b > 100\n    error_message = "few"\n  }\n}\n',
    "moved {\n  from = cluster.old\n  to   = cluster.two\n}\n",
    "removed {\n  from = cluster.gone\n  lifecycle {\n    destroy = false\n  }\n}\n",
    'import {\n  to = cluster.one[1]\n  id = "i-${var.a}"\n}\n',
)
MODULE = (
    'variable "names" {}\noutput "names" {\n  value = join(",", var.names)\n}\n'
    f'cluster "in" {{\n  {SPEC % "module.n.role"}\n}}\nmodule "n" {{\n  source = "./n"\n}}\n'
)


@given(order=st.permutations(range(len(BLOCKS))), cuts=st.sets(st.integers(1, len(BLOCKS) - 1), max_size=3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_order_of_blocks_and_how_they_are_put_into_files_do_not_matter(
    read: Callable[..., Configuration], tmp_path: Path, order: list[int], cuts: set[int]
) -> None:
    files = {"m/main.hcl": MODULE, "m/n/main.hcl": 'output "role" {\n  value = "r"\n}\n'}
    for old in tmp_path.glob("*.hcl"):
        old.unlink()
    bounds = [0, *sorted(cuts), len(BLOCKS)]
    for number, (start, end) in enumerate(pairwise(bounds)):
        files[f"{number}.hcl"] = "".join(BLOCKS[at] for at in order[start:end])
    desired = read(files).desired
    assert desired is not None
    assert [(str(one.address), one.document["spec"], *map(str, one.depends_on)) for one in desired.clusters] == [
        ("cluster.one[0]", {"version": "2021.06", "awsInstanceRole": "role"}),
        ("cluster.one[1]", {"version": "2021.06", "awsInstanceRole": "role"}),
        ("cluster.two", {"version": "2021.06", "awsInstanceRole": None}, "cluster.one[0]", "cluster.one[1]",
         "module.m.cluster.in"),
        ("module.m.cluster.in", {"version": "2021.06", "awsInstanceRole": "r"}),
    ]  # fmt: skip
    assert [one.value for one in desired.outputs] == [["one-0,one-1", "2021.06", 4]]
    assert [(one.label, one.passed) for one in desired.checks] == [("check.f", False)]
    assert [(one.source.name, one.target.name) for one in desired.moves] == [("old", "two")]
    assert [(one.endpoint.name, one.destroy) for one in desired.removals] == [("gone", False)]
    assert [(str(one.address), one.id) for one in desired.imports] == [("cluster.one[1]", "i-2")]
