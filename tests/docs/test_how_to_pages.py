"""The how-to pages: every command is run, in order, and what is shown is what it prints.

`PICTURES=write pytest tests/docs/test_how_to_pages.py` takes the pictures anew, with a browser; look at them then.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs" / "how-to").glob("*.md"))


def read_steps(page: Path) -> list[tuple[str, str]]:
    """Return the commands of a page, each with what it shows."""
    steps = []
    for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            steps.append((command, shown))
    return steps


def fits(shown: str, printed: str) -> bool:
    """Tell whether `printed` is what is shown, in which `...` stands for anything."""
    pattern = ".*?".join(re.escape(part) for part in shown.split("..."))
    return re.fullmatch(pattern if shown else ".*", printed, re.DOTALL) is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_does_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "quickstart" / "main.hcl", tmp_path)
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path / "home"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        **{f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }
    steps = read_steps(page)
    assert len(steps) > 5
    for command, shown in steps:
        ended = subprocess.run(  # noqa: S602 - what a reader would type
            command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, f"{command}\n{ended.stdout}{ended.stderr}"
        assert fits(shown, ended.stdout), f"{command}\n{ended.stdout}"
    for picture in re.findall(r"!\[[^]]*\]\(([^)]+\.png)\)", page.read_text(encoding="utf-8")):
        if os.environ.get("PICTURES") == "write":
            take_picture(tmp_path / "plan.html", page.parent / picture)
        assert (page.parent / picture).read_bytes().startswith(b"\x89PNG")


def take_picture(page: Path, picture: Path) -> None:
    """Let a browser show a page, and keep what it shows."""
    chromium = shutil.which("chromium")
    assert chromium, "pictures are taken with chromium"
    flags = "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    subprocess.run(  # noqa: S603 - our own page
        [
            chromium,
            *flags.split(),
            f"--user-data-dir={page.parent / 'profile'}",
            "--window-size=1100,900",
            "--virtual-time-budget=2000",
            f"--screenshot={picture}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
    )
