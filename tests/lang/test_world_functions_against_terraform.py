"""Random calls of functions for files, dates, networks and encodings, here and by the `terraform` on the PATH.

The seed is printed; `PLANNER_SEED` sets it, `PLANNER_EXPRESSIONS` how many there are.
"""

import json
import os
import random
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.lang.world_functions import Row, describe, write_files

pytestmark = [
    pytest.mark.skipif(shutil.which("terraform") is None, reason="no terraform on the PATH"),
    pytest.mark.fresh,
]

TIMES = ["2018-01-02T23:12:01Z", "2016-02-29T00:00:00.5-08:00", "9999-12-31T23:59:59Z", "0000-01-01T9:00:00Z"]
TIMES += ["2018-02-30T00:00:00Z", "2018-01-01T23:59:60Z", "1900-01-01T00:00:00+23:59", "2018-01-01t00:00:00Z"]
DURATION = ["1", "1.5", "-", ".5", "5.", "0", "100", "h", "m", "s", "ms", "us", "ns", "d", "2562047"]
FORMAT = [
    *"YMDEhHAamsZ'- ",
    "YYYY",
    "YY",
    "MMMM",
    "DD",
    "EEEE",
    "hh",
    "HH",
    "AA",
    "aa",
    "mm",
    "ss",
    "ZZZ",
    "ZZZZZ",
    "''",
]
NETWORKS = ["10.0.0.0/8", "10.1.2.3/20", "255.255.255.0/24", "192.168.0.0/31", "0.0.0.0/0", "10.0.0.0/33", "1.2.3/8"]
NETWORKS += ["fd00::/8", "2001:db8::1/64", "::/0", "1:2:3:4:5:6:7:8/120", "::1/128", "fd00::/129", "010.0.0.0/08"]
CSV = ["a", "b", ",", ",", "\n", "\r\n", '"', '""', '"x"', '"y\nz"', " ", "é", "\r"]
BASE64 = ["A", "SGVs", "bG8=", "=", "==", "\n", " ", "YQ==", "/", "+", "_", "4p8="]
PATTERN = ["*", "**", "?", "/", "a", "b", ".txt", "[ab]", "[^a]", "{a,b}", "data", "deep", "..", ".", "{.txt,.json}"]
TEXT = ["a", " ", "  ", "\n", "é", "😀", ":", "#", "-", '"', "\\", "\t", "\u2028", "0", "true", "word " * 9, "\u00a0"]
PATH = ["a", "/", "..", ".", "b/", "//"]


class Generator:
    """Makes calls."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - to choose tests by

    def make(self) -> str:
        """Return a call."""
        make = self.random.choice([self._tell_time, self._divide, self._decode, self._encode, self._find, self._cut])
        return make()

    def _join(self, pieces: list[str], most: int = 8) -> str:
        text = "".join(self.random.choice(pieces) for _ in range(self.random.randint(0, most)))
        return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")

    def _one(self, texts: list[str]) -> str:
        return json.dumps(self.random.choice(texts))

    def _tell_time(self) -> str:
        calls = [f"formatdate({self._join(FORMAT, 5)}, {self._one(TIMES)})"]
        calls += [f"timeadd({self._one(TIMES)}, {self._join(DURATION, 4)})"]
        calls += [f"timecmp({self._one(TIMES)}, {self._one(TIMES)})"]
        return self.random.choice(calls)

    def _divide(self) -> str:
        network, number = self._one(NETWORKS), self.random.choice([0, 1, 2, 15, 255, 256, 65536])
        steps = ", ".join(str(self.random.choice([0, 1, 2, 4, 8, 16, 33])) for _ in range(self.random.randint(0, 4)))
        calls = [f"cidrhost({network}, {number})", f"cidrsubnet({network}, {number % 40}, {number})"]
        return self.random.choice([*calls, f"cidrnetmask({network})", f"cidrsubnets({network}, {steps})"])

    def _decode(self) -> str:
        return self.random.choice([f"csvdecode({self._join(CSV, 14)})", f"base64decode({self._join(BASE64, 4)})"])

    def _encode(self) -> str:
        text = self._join(TEXT)
        return self.random.choice([f"yamlencode({self._value(3)})", f"urlencode({text})", f"sha256({text})"])

    def _find(self) -> str:
        return f"fileset({self._one(['.', 'data', 'data/deep', 'abc', 'nope'])}, {self._join(PATTERN, 5)})"

    def _cut(self) -> str:
        return f"[dirname({self._join(PATH)}), basename({self._join(PATH)})]"

    def _value(self, depth: int) -> str:
        kind = self.random.random()
        if depth == 0 or kind < 0.4:
            return self.random.choice([self._join(TEXT), "1", "-1.5", "true", "null", "[]", "{}"])
        inner = [self._value(depth - 1) for _ in range(self.random.randint(0, 3))]
        if kind < 0.7:
            return f"[{', '.join(inner)}]"
        return f"{{{', '.join(f'{self._join(TEXT, 3)} = {one}' for one in inner)}}}"


def _run(directory: Path, *arguments: str) -> str:
    command = ["terraform", *arguments]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False).stdout  # noqa: S603 - ours


def _write(expressions: Mapping[int, str], directory: Path) -> None:
    for at, expression in expressions.items():
        shown = "".join(
            f'output "{name}{at}" {{\n  value = {value}\n}}\n'
            for name, value in (("v", f"local.l{at}"), ("j", f"jsonencode(local.l{at})"))
        )
        (directory / f"asked{at}.tf").write_text(f"locals {{\n  l{at} = {expression}\n}}\n{shown}", encoding="utf-8")


def _list_mistakes(directory: Path) -> dict[int, str]:
    """Return the summary of the mistake in each file that has one."""
    found: dict[int, str] = {}
    for line in _run(directory, "plan", "-json", "-input=false", "-lock=false").splitlines():
        diagnostic = json.loads(line).get("diagnostic")
        if diagnostic and diagnostic["severity"] == "error":
            name = diagnostic["range"]["filename"]
            found.setdefault(int(name.removeprefix("asked").removesuffix(".tf")), diagnostic["summary"])
    return found


def _ask(expressions: Mapping[int, str], directory: Path) -> dict[int, Row]:
    """Return what Terraform says of each expression; those with mistakes are taken out until none has any."""
    rows: dict[int, Row] = {}
    _write(expressions, directory)
    while found := _list_mistakes(directory):
        for at, summary in found.items():
            rows[at] = {"expr": expressions[at], "summary": summary}
            (directory / f"asked{at}.tf").unlink()
    _run(directory, "plan", "-input=false", "-lock=false", "-out=plan")
    shown: dict[str, Any] = json.loads(_run(directory, "show", "-json", "plan"))["planned_values"].get("outputs", {})
    for at, expression in expressions.items():
        if at not in rows:
            type_ = shown.get(f"v{at}", {}).get("type", "dynamic")
            rows[at] = {"expr": expression, "type": type_, "result": _leave_out_ours(shown[f"j{at}"]["value"])}
    return rows


def _leave_out_ours(result: str) -> str:
    """Leave out of a set of files those in which the questions stand: they are there for Terraform alone."""
    return re.sub(r'"asked\d+\.tf",?', "", result).replace(",]", "]")


def test_terraform_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seed = int(os.environ.get("PLANNER_SEED", random.SystemRandom().randrange(10**9)))
    with capsys.disabled():
        print(f"\nseed {seed}")  # noqa: T201 - to try it again
    generator = Generator(seed)
    expressions = {at: generator.make() for at in range(int(os.environ.get("PLANNER_EXPRESSIONS", "100")))}
    write_files(tmp_path)
    (tmp_path / "dangling").unlink()
    ours = {at: describe(expression, tmp_path) for at, expression in expressions.items()}
    assert ours == _ask(expressions, tmp_path)
