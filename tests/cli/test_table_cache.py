"""The cache of the parser's tables and of trees: it may be deleted, spoiled or shared, and is never in the way."""

import os
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

    parser._load_tables.cache_clear()


def forget_trees(cache: Path) -> None:
    """Make the next command read HCL as if it never had."""
    for kept in cache.glob("trees-*"):
        kept.unlink()


def test_tables_are_kept_for_this_user_alone(bench: Bench, cache: Path) -> None:
    assert bench.run("validate").code == 0
    (kept,) = cache.glob("grammar-*")
    assert (cache.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o700, 0o600)


@pytest.mark.parametrize("damage", [b"", b"{}", b"0" * 64 + b"\n[]"])
def test_spoiled_tables_are_made_anew(bench: Bench, cache: Path, damage: bytes) -> None:
    bench.run("validate")
    (kept,) = cache.glob("grammar-*")
    kept.write_bytes(damage)
    forget_parser()
    forget_trees(cache)
    assert bench.run("validate").code == 0
    assert len(kept.read_bytes()) > 50_000, "the tables are some 100 KB"


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
    (kept,) = cache.glob("grammar-*")
    elsewhere = tmp_path / "elsewhere"
    kept.rename(elsewhere)
    kept.symlink_to(elsewhere)
    forget_parser()
    forget_trees(cache)
    assert bench.run("validate").code == 0
    assert not kept.is_symlink()


def test_trees_are_kept_for_this_user_alone_and_used_again(bench: Bench, cache: Path) -> None:
    assert bench.run("validate").code == 0
    (kept,) = cache.glob("trees-*")
    assert kept.stat().st_mode & 0o777 == 0o600
    content, time = kept.read_bytes(), kept.stat().st_mtime_ns
    forget_parser()
    (grammar,) = cache.glob("grammar-*")
    grammar.unlink()
    assert bench.run("validate").code == 0
    assert list(cache.glob("grammar-*")) == [], "nothing was left to parse"
    assert (kept.read_bytes(), kept.stat().st_mtime_ns) == (content, time)


def test_trees_of_other_configurations_are_kept_apart(bench: Bench, cache: Path, tmp_path: Path) -> None:
    bench.run("validate")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "main.hcl").write_text(HCL)
    bench.run("-chdir=" + str(tmp_path / "other"), "validate")
    assert len(list(cache.glob("trees-*"))) == 2


@pytest.mark.parametrize("damage", [b"", b"garbage", b"\xff\n\n \n"])
def test_spoiled_trees_are_made_anew(bench: Bench, cache: Path, damage: bytes) -> None:
    bench.run("validate")
    (kept,) = cache.glob("trees-*")
    content = kept.read_bytes()
    kept.write_bytes(damage)
    assert bench.run("validate").code == 0
    assert kept.read_bytes().startswith(content)


def test_the_oldest_trees_go(bench: Bench, cache: Path) -> None:
    cache.mkdir(mode=0o700)
    for number in range(40):
        old = cache / f"trees-{number:032}.json"
        old.touch()
        os.utime(old, (number, number))
    bench.run("validate")
    left = sorted(file.name for file in cache.glob("trees-*"))
    assert len(left) == 32
    assert "trees-00000000000000000000000000000008.json" not in left
    assert "trees-00000000000000000000000000000009.json" in left
