"""A value that only is spelled otherwise is counted, in whatever company, and nothing is sent for it."""

import json
from typing import Any

from tests.cli.workbench import CLUSTER, Bench


def size(value: str, **spec: object) -> dict[str, Any]:
    pairs = [{"name": "druid.server.maxSize", "value": value}, {"name": "druid.a", "value": "1"}]
    return {**CLUSTER, "spec": {**CLUSTER["spec"], "commonRuntimeProperties": pairs, **spec}}


def count_echoes(bench: Bench) -> int:
    (summary,) = (event for event in bench.run("plan", "-json").events if event["type"] == "change_summary")
    count: int = summary["changes"]["causes"]["echo"]
    return count


def test_an_echo_alone_is_counted_and_there_is_nothing_to_do(bench: Bench) -> None:
    bench.write(size("500MiB"))
    assert bench.run("apply", "-auto-approve").code == 0
    assert count_echoes(bench) == 0
    bench.write(size("524288000"))
    for _ in range(2):  # an apply in between changes nothing
        ended = bench.run("plan", "-detailed-exitcode", "-out", "plan.json")
        assert (ended.code, count_echoes(bench)) == (0, 1)
        assert "No changes. The clusters match the configuration." in ended.out
        assert "Values left as they are: 1 that it spells its own way (echo)." in ended.out
        assert "ignore" not in ended.out
        saved = json.loads((bench.path / "plan.json").read_text(encoding="utf-8"))
        assert (saved["operations"], saved["resource_changes"], saved["applyable"]) == ([], [], False)
        assert "1 that it spells its own way (echo)" in bench.run("show", "plan.json").out
        assert bench.run("apply", "-auto-approve").code == 0
    bench.write(size("524288000", awsKeyPair="b"))
    assert count_echoes(bench) == 1, "as beside an edit"
