"""The cache of the parser's tables: it may be deleted, spoiled or shared, and is never in the way."""

from pathlib import Path

import pytest

from tests.cli.workbench import Bench

HCL = 'cluster "small" {\n  spec { version = "2021.06" }\n}\n'


@pytest.fixture
def cache(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (bench.path / "main.hcl").write_text(HCL)
    monkeypatch.setenv("PLANNER_CACHE_DIR", str(tmp_path / "cache"))
    forget_parser()
    return tmp_path / "cache"


def forget_parser() -> None:
    """Make the next command read HCL as a new process would."""
    from planner.lang import parser  # noqa: PLC0415 - its memory is what is emptied

    parser._load_parser.cache_clear()


def test_tables_are_kept_for_this_user_alone(bench: Bench, cache: Path) -> None:
    assert bench.run("validate").code == 0
    (kept,) = cache.iterdir()
    assert (cache.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o700, 0o600)


@pytest.mark.parametrize("damage", [b"", b"{}", b"0" * 64 + b"\n[]"])
def test_spoiled_tables_are_made_anew(bench: Bench, cache: Path, damage: bytes) -> None:
    bench.run("validate")
    (kept,) = cache.iterdir()
    kept.write_bytes(damage)
    forget_parser()
    assert bench.run("validate").code == 0
    assert len(kept.read_bytes()) > 100_000, "lark's tables are some 200 KB; their exact form varies"


def test_a_directory_that_others_can_write_to_is_not_used(bench: Bench, cache: Path) -> None:
    cache.mkdir()
    cache.chmod(0o777)
    assert bench.run("validate").code == 0
    assert list(cache.iterdir()) == []


def test_a_cache_that_cannot_be_had_is_done_without(bench: Bench, cache: Path) -> None:
    cache.write_text("a file in its place")
    assert bench.run("validate").code == 0
    assert cache.read_text() == "a file in its place"


def test_tables_behind_a_link_are_not_read(bench: Bench, cache: Path, tmp_path: Path) -> None:
    bench.run("validate")
    (kept,) = cache.iterdir()
    elsewhere = tmp_path / "elsewhere"
    kept.rename(elsewhere)
    kept.symlink_to(elsewhere)
    forget_parser()
    assert bench.run("validate").code == 0
    assert not kept.is_symlink()
