"""The generator makes what it promises, and the figures are computed as they say."""

import json
import os
import statistics
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bench.cases import Bench, measure_life
from bench.clusters import count_leaves, make_cluster, make_label
from bench.figures import TERRAFORM
from bench.fuzz_language import try_text
from bench.hands import HAND_EDIT
from bench.language import make_text, measure_language, render_language
from bench.layouts import LAYOUTS, count_changed, write_layout
from bench.measure import CommandFailedError, Cost, measure_command
from bench.report import Findings, fit_exponent, render_findings
from planner.config.configuration import VariableInputs
from planner.config.read import read_configuration
from schemas import check_cluster

NUMBERS = (0, 1, 42, 4999)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("changed", [False, True])
def test_cluster_is_valid(number: int, *, changed: bool) -> None:
    assert check_cluster(make_cluster(number, changed=changed)) == ()


@pytest.mark.parametrize("number", NUMBERS)
def test_cluster_has_about_sixty_values(number: int) -> None:
    assert 55 <= count_leaves(make_cluster(number)) <= 65


def test_each_cluster_is_its_own() -> None:
    assert len({json.dumps(make_cluster(number)) for number in range(500)}) == 500
    assert make_cluster(7)["metadata"] == {"name": make_label(7)}


def test_leaves_are_counted() -> None:
    assert count_leaves({"a": [1, "x", None], "b": {"c": True, "d": {}}}) == 4


@pytest.mark.parametrize("layout", LAYOUTS)
def test_same_bytes_each_time(tmp_path: Path, layout: str) -> None:
    for name in ("one", "other"):
        write_layout(layout, 12, tmp_path / name)
    assert _read_all(tmp_path / "one") == _read_all(tmp_path / "other") != {}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_one_per_cent_is_changed(tmp_path: Path, layout: str) -> None:
    write_layout(layout, 300, tmp_path / "before")
    write_layout(layout, 300, tmp_path / "after", changed=count_changed(300))
    before, after = _read_all(tmp_path / "before"), _read_all(tmp_path / "after")
    assert before.keys() == after.keys()
    pairs = [
        (one, other)
        for file in before
        for one, other in zip(before[file].splitlines(), after[file].splitlines(), strict=True)
    ]
    assert sum(one != other for one, other in pairs) == 3 * 2


def test_documents_and_blocks_say_the_same(tmp_path: Path) -> None:
    clusters = {}
    for layout in ("documents", "blocks"):
        write_layout(layout, 3, tmp_path / layout)
        desired = read_configuration(str(tmp_path / layout), VariableInputs()).desired
        assert desired is not None
        clusters[layout] = [(str(cluster.address), cluster.document) for cluster in desired.clusters]
    assert clusters["documents"] == clusters["blocks"]
    assert clusters["documents"] == [(f"cluster.{make_label(number)}", make_cluster(number)) for number in range(3)]


def test_exponent_is_the_slope() -> None:
    assert fit_exponent({10: 99.0, 100: 1.0, 1000: 10.0, 5000: 50.0}) == pytest.approx(1.0)
    assert fit_exponent({100: 1.0, 1000: 100.0}) == pytest.approx(2.0)
    assert fit_exponent({10: 1.0, 100: 1.0}) is None


def test_a_missed_target_is_said() -> None:
    slow = Cost(seconds=0.9, cpu_seconds=0.9, peak_bytes=50_000_000)
    quick = Cost(seconds=0.4, cpu_seconds=0.4, peak_bytes=50_000_000)
    text = render_findings(Findings(life={"documents": {"plan (no changes)": {1000: [slow, quick, slow]}}}))
    assert "plan (no changes), N=1000: under 0.8 s and 120 MB: MISSED (0.90 / 50)" in text
    assert "apply (create), N=1000: under 6.0 s: not measured" in text
    assert f"{TERRAFORM['plan (no changes)'][1000][0]:.2f} / 530" in text


def test_a_failed_command_has_no_figure(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('so it goes'); raise SystemExit(3)"]
    with pytest.raises(CommandFailedError, match=r"exit code 3\nso it goes"):
        measure_command(command, directory=tmp_path, environment=dict(os.environ))


def test_an_endless_command_is_stopped(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "while True: pass"]
    with pytest.raises(CommandFailedError, match="stopped after 0 s"):
        measure_command(command, directory=tmp_path, environment=dict(os.environ), timeout=0.2)


def test_memory_of_the_child_is_seen(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "x = bytearray(300_000_000)"]
    cost = measure_command(command, directory=tmp_path, environment=dict(os.environ))
    assert 300e6 < cost.peak_bytes < 600e6


def _read_all(directory: Path) -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in directory.iterdir()}


TEXTS = (b"a = 1 + var.x\nb {\n c = max(1, 2)\n}\n", b'{"a": "${1}"}', b'"%{ if true }a%{ endif }"', b"\xff${", b"")


@pytest.mark.parametrize("choice", range(4))
def test_what_the_fuzzer_tries_ends_well(choice: int) -> None:
    for text in TEXTS:
        try_text(bytes([choice]) + text)


def test_reading_is_measured_cold_and_warm(tmp_path: Path) -> None:
    text = make_text(2)
    assert text.count("\n") > 100
    found = measure_language(text, 2, tmp_path, peer=False)
    assert list(found) == ["first of all", "start", "cold", "warm", "one block changed"]
    assert all(second > 0 for seconds in found.values() for second in seconds)
    assert statistics.median(found["warm"]) < statistics.median(found["first of all"])


def test_reading_is_told_for_a_thousand_lines_and_beside_the_peer() -> None:
    printed = render_language({"cold": [3.0, 1.0, 2.0], "warm": [0.01], "hcl2.loads": [8.0]}, 2000).splitlines()
    assert printed[3].split() == ["cold", "2.000", "1.0000", "1,000", "4.0", "0.1509", "per", "1,000:", "MISSED"]
    assert printed[4].split()[-1] == "met"


def test_a_hand_makes_every_cluster_drift(tmp_path: Path) -> None:
    """So that the case of drift on every cluster measures what it says: as a server, and through the command."""
    write_layout("documents", 3, tmp_path / "configuration")
    planner = Path(sys.executable).with_name("planner")
    bench = Bench(planner=str(planner), environment={"PATH": os.environ["PATH"], "HOME": str(tmp_path)}, timeout=120)
    costs = dict(measure_life(bench, "documents", 3, ["plan (all drifted)", "drift (all drifted)"]))
    assert costs.keys() == {"plan (all drifted)", "drift (all drifted)"}
    assert edit_changes(make_cluster(0)) == edit_changes(make_cluster(7, changed=True)) == 2


def edit_changes(cluster: Mapping[str, Any]) -> int:
    """Return how many values of a cluster the hand's edit changes."""
    spec, hand = cluster["spec"], HAND_EDIT["spec"]
    assert isinstance(hand, dict)
    return sum(
        spec[name] != value if not isinstance(value, dict) else sum(spec[name][at] != to for at, to in value.items())
        for name, value in hand.items()
    )
