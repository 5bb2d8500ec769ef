"""Which texts are HCL: every answer in `acceptance.jsonl` is that of `terraform fmt`, version 1.11.4.

A line holds a text and the summary of Terraform's first error, null where there is none. Its `place`, by the offsets of
`terraform validate`, is left out where we point at the cause instead, such as the bracket that is never closed. Where
the command is there, a part of the answers is asked for again.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from planner.lang.parse import parse_hcl
from planner.model.spans import Source

LINES = list(map(json.loads, Path(__file__).with_name("acceptance.jsonl").read_text(encoding="utf-8").splitlines()))
CORPUS: list[tuple[str, str | None]] = [(line["text"], line["summary"]) for line in LINES]
PLACES: list[tuple[str, tuple[int, int]]] = [(line["text"], tuple(line["place"])) for line in LINES if "place" in line]
TERRAFORM = shutil.which("terraform")
SAID_BETTER = {
    # Terraform misses the value behind the end of the file; the bracket that was never closed is the cause.
    "x = {a = 1\n": "Unterminated object constructor expression",
    "x = var.l[\n": "Missing close bracket on index",
}


@pytest.mark.parametrize("first", range(0, len(CORPUS), 50))
def test_texts_are_accepted_or_refused_as_terraform_does(first: int) -> None:
    part = CORPUS[first : first + 50]
    assert [(text, _read(text)) for text, _ in part] == [
        (text, SAID_BETTER.get(text, summary)) for text, summary in part
    ]


def _read(text: str) -> str | None:
    """Return the summary of the first mistake in `text`."""
    _, diagnostics = parse_hcl(Source("x", text))
    return diagnostics[0].summary if diagnostics else None


@pytest.mark.parametrize("first", range(0, len(PLACES), 50))
def test_mistakes_are_shown_where_terraform_shows_them(first: int) -> None:
    part = PLACES[first : first + 50]
    spans = [(text, parse_hcl(Source("x", text))[1][0].span) for text, _ in part]
    assert [(text, span and (span.start, span.end)) for text, span in spans] == part


@pytest.mark.skipif(TERRAFORM is None, reason="there is no terraform command to ask")
@pytest.mark.parametrize(("text", "summary"), CORPUS[::100])
def test_answer_is_still_terraforms(text: str, summary: str | None) -> None:
    command = [str(TERRAFORM), "fmt", "-no-color", "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=False)  # noqa: S603 - no shell
    found = re.search(r"Error: (.*)", done.stderr.decode())
    assert (found[1] if found else None) == summary
