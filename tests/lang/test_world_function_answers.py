"""What Terraform 1.11.4 said of a thousand calls of functions for files, dates, networks, hashes and encodings.

They were asked in a directory with the files of `world_function_files.json`, where `locals` were as in
`world_functions.py`.
"""

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

from planner.lang.functions.table import GROUPS
from tests.lang.world_functions import Row, describe, write_files

MODULES = ("encoding", "yaml_text", "hashing", "dates", "networks", "identifiers", "file_functions")
VOLATILE = {"plantimestamp", "timestamp", "uuid"}

REFUSED = {
    **dict.fromkeys(
        (
            'textencodebase64("漢字", "EUC-JP")',
            'textencodebase64("漢字", "ISO-2022-JP")',
            'textencodebase64("漢字", "Big5")',
            'textdecodebase64("GyRCNEE7ehsoQg==", "ISO-2022-JP")',
        ),
        "Python has these character sets in another form",
    ),
    **dict.fromkeys(
        (
            'cidrhost("::ffff:10.0.0.0/104", 5)',
            'cidrhost("::ffff:10.0.0.0/8", 5)',
            'cidrnetmask("::ffff:10.0.0.0/104")',
            'cidrsubnet("::ffff:10.0.0.0/104", 8, 5)',
        ),
        "Terraform takes such an address for IPv4 in one place and for IPv6 in another",
    ),
    'cidrsubnet("10.1.2.0/24", -30, 0)': "Terraform gives the text <nil>",
}
"""Expressions that are refused here though Terraform gives something, and why."""


def _read_rows() -> dict[str, list[Row]]:
    """Return the rows by the function that each calls first."""
    groups = defaultdict(list)
    for line in Path(__file__).with_name("world_function_answers.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = re.match(r"(?:core::)?(\w+)\(", row["expr"])
        groups[name[1] if name else "others"].append(row)
    return dict(groups)


ROWS = _read_rows()


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("files")
    write_files(root)
    return root


@pytest.mark.parametrize("name", ROWS)
def test_terraform_says_the_same(name: str, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    rows = [row for row in ROWS[name] if row["expr"] not in REFUSED]
    assert [describe(row["expr"], directory) for row in rows] == rows


def test_what_is_refused_here_alone_is_told(directory: Path) -> None:
    refused = [row for rows in ROWS.values() for row in rows if row["expr"] in REFUSED]
    assert len(refused) == len(REFUSED)
    assert all("result" in row for row in refused)
    assert all("summary" in describe(row["expr"], directory) for row in refused)


def test_there_are_rows_for_each_function() -> None:
    assert ROWS.keys() | VOLATILE >= {name for module in MODULES for name in GROUPS[module]}
    assert sum(map(len, ROWS.values())) > 1200
