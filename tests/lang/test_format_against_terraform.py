"""Formatting beside `terraform fmt`, byte for byte, where there is one: on fresh random texts and on our own files."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from random import Random, SystemRandom

import pytest

from planner.lang.format_text import format_hcl
from planner.model.spans import Source
from tests.lang.messy import write_messy

ROOT = Path(__file__).resolve().parents[2]
TERRAFORM = shutil.which("terraform")

pytestmark = pytest.mark.skipif(TERRAFORM is None, reason="there is no terraform on the PATH to compare with")


def run_terraform(texts: list[str], directory: Path) -> list[str | None]:
    """Return what `terraform fmt` makes of each text, None where it refuses."""
    assert TERRAFORM is not None
    directory.mkdir()
    for number, text in enumerate(texts):
        (directory / f"{number}.tf").write_bytes(text.encode())
    settings = directory / "settings"
    settings.touch()
    environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(settings), "CHECKPOINT_DISABLE": "1"}
    command = [TERRAFORM, "fmt", "-no-color", "-list=false", str(directory)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - terraform
    assert done.returncode in {0, 2}, done.stderr
    refused = {int(number) for number in re.findall(r"(\d+)\.tf line", done.stderr)}
    return [
        None if number in refused else (directory / f"{number}.tf").read_bytes().decode()
        for number in range(len(texts))
    ]


@pytest.mark.fresh
def test_messy_texts_are_formatted_as_terraform_does(tmp_path: Path) -> None:
    seed = SystemRandom().getrandbits(64)
    random = Random(seed)  # noqa: S311 - made-up texts are no secrets
    texts = [write_messy(random) for _ in range(300)]
    firsts = run_terraform(texts, tmp_path / "first")
    # What Terraform itself refuses, or writes otherwise, once it has formatted it is what it has broken.
    seconds = run_terraform([first or "" for first in firsts], tmp_path / "second")
    compared = 0
    for text, first, second in zip(texts, firsts, seconds, strict=True):
        formatted, diagnostics = format_hcl(Source("main.hcl", text))
        assert (diagnostics == ()) == (first is not None), f"seed {seed}: {text!r}"
        if first is not None and first == second:
            assert formatted == first, f"seed {seed}: {text!r}"
            compared += 1
    assert compared > 200, f"seed {seed}"


def test_our_own_files_are_formatted_as_terraform_does(tmp_path: Path) -> None:
    files = [path for folder in ("examples", "tests") for path in sorted((ROOT / folder).rglob("*.hcl"))]
    texts = [path.read_bytes().decode() for path in files]
    assert len(texts) > 10
    for path, text, expected in zip(files, texts, run_terraform(texts, tmp_path / "ours"), strict=True):
        formatted, diagnostics = format_hcl(Source("main.hcl", text))
        assert (formatted if diagnostics == () else None) == expected, path
