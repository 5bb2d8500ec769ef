"""How long reading HCL takes: `python -m bench.language`, cold and with what was read before, beside `hcl2.loads`.

Parsing and conversion alone, in seconds of processor time, with the collector paused as the commands have it; each run
starts with nothing in memory but the parser's tables. The peer runs as anybody would call it, and makes dictionaries.
"""

import argparse
import gc
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from bench.clusters import make_cluster, make_label
from bench.layouts import format_block
from planner.lang import parser
from planner.lang.parse import parse_hcl
from planner.lang.tables import TABLES
from planner.lang.tree_cache import TREES, TreeCache
from planner.model.spans import Source
from planner.workflow.collecting import paused_collector
from planner.workflow.table_cache import FileTables

__all__ = ["TARGETS", "make_text", "measure_language", "render_language"]

TARGETS = {"cold": 0.8 / 5.3, "warm": 0.1 / 5.3}
"""Seconds for 1,000 lines: 100 explicit blocks of 53 lines shall take 0.8 s, and 0.1 s when they were read before."""
_PEER = "hcl2.loads"


def make_text(count: int) -> str:
    """Return the configuration of `count` made-up clusters, a block each."""
    blocks = []
    for number in range(count):
        spec = make_cluster(number)["spec"]
        if isinstance(spec, dict):
            blocks.append(format_block(make_label(number), spec))
    return "\n".join(blocks)


def measure_language(text: str, runs: int, directory: Path, *, peer: bool = True) -> dict[str, list[float]]:
    """Return the seconds that each run of each case took; `directory` is where things are kept between runs."""
    tables, trees = FileTables(directory), FileTables(directory, "trees")
    changed = text.replace("false", "true", 1)
    token = TABLES.set(tables)
    try:
        found = {"first of all": _repeat(1, lambda: _read(text, None), parser._load_tables.cache_clear)}  # noqa: SLF001 - as a new process has it
        found["start"] = _repeat(runs, lambda: _read("a = 1\n", None), parser._load_tables.cache_clear)  # noqa: SLF001 - as above
        found["cold"] = _repeat(runs, lambda: _read(text, trees), lambda: _forget(directory))
        found["warm"] = _repeat(runs, lambda: _read(text, trees))
        found["one block changed"] = _repeat(runs, lambda: _read(changed, trees), lambda: _remember(text, directory))
    finally:
        TABLES.reset(token)
    if peer:
        found[_PEER] = _repeat(max(1, runs // 2), _prepare_peer(text), collector=nullcontext())
    return found


def _read(text: str, store: FileTables | None) -> None:
    cache = TreeCache(store, "bench", lambda: "bench") if store is not None else None
    token = TREES.set(cache)
    try:
        _, diagnostics = parse_hcl(Source("bench.hcl", text))
    finally:
        TREES.reset(token)
    if diagnostics:
        raise ValueError(diagnostics[0].summary)
    if cache is not None:
        cache.save()


def _forget(directory: Path) -> None:
    for kept in directory.glob("trees-*"):
        kept.unlink()


def _remember(text: str, directory: Path) -> None:
    _forget(directory)
    _read(text, FileTables(directory, "trees"))


def _prepare_peer(text: str) -> Callable[[], object]:
    import hcl2  # noqa: PLC0415 - its import is not what is measured

    hcl2.loads("a = 1\n")
    return lambda: hcl2.loads(text)


def _repeat(
    runs: int,
    run: Callable[[], object],
    prepare: Callable[[], object] = lambda: None,
    collector: AbstractContextManager[None] | None = None,
) -> list[float]:
    seconds = []
    for _ in range(runs):
        prepare()
        gc.collect()
        with collector or paused_collector():
            started = time.process_time()
            run()
            seconds.append(time.process_time() - started)
    return seconds


def render_language(found: Mapping[str, Sequence[float]], lines: int) -> str:
    """Return the figures as a table: the median, for 1,000 lines, and how many times as fast as the peer that is."""
    peer = statistics.median(found[_PEER]) if _PEER in found else None
    rows = [["", "seconds", "per 1,000 lines", "lines/s", "times the peer's speed", "target"]]
    for case, seconds in found.items():
        median = statistics.median(seconds)
        speed = [f"{1000 * median / lines:.4f}", f"{lines / median:,.0f}"] if case != "start" else ["", ""]
        times = f"{peer / median:.1f}" if peer is not None and case != "start" else ""
        rows.append([case, f"{median:.3f}", *speed, times, _judge(case, 1000 * median / lines)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join([f"Reading {lines:,} lines of HCL, parsing and conversion, medians", "", *table])


def _judge(case: str, seconds: float) -> str:
    bound = TARGETS.get(case)
    return "" if bound is None else f"{bound:.4f} per 1,000: {'met' if seconds < bound else 'MISSED'}"


def _main() -> None:
    options = argparse.ArgumentParser(prog="python -m bench.language", description=__doc__)
    options.add_argument("--clusters", type=int, default=100, help="how many blocks (100)")
    options.add_argument("--runs", type=int, default=7, help="runs of each case (7)")
    options.add_argument("--no-peer", action="store_true", help="leave hcl2.loads out")
    options.add_argument("--json", action="store_true", help="print a JSON document, with every run")
    chosen = options.parse_args()
    text = make_text(chosen.clusters)
    lines = text.count("\n")
    with tempfile.TemporaryDirectory() as directory:
        found = measure_language(text, chosen.runs, Path(directory), peer=not chosen.no_peer)
    document: dict[str, Any] = {"lines": lines, "seconds": found}
    print(json.dumps(document, indent=2) if chosen.json else render_language(found, lines))


if __name__ == "__main__":
    _main()
