"""What the account already has as the configuration newly asks for it: the plan shows the values, and no flood."""

import json
import re

from tests.cli.workbench import CLUSTER, Bench


def test_an_adopted_value_is_shown_as_it_was_applied_and_as_it_is_live(bench: Bench) -> None:
    bench.scale(4)
    assert bench.run("apply", "-auto-approve").code == 0
    bench.run("emulator", "patch", "account.json", "web", json.dumps({"spec": {"query": {"replicas": 9}}}))
    bench.scale(9)
    lines = bench.run("plan").out.splitlines()
    start = lines.index("Note: The live clusters already have what the configuration newly asks for")
    assert [line.split() for line in lines[start + 2 : start + 5]] == [
        ["LAST", "APPLIED", "LIVE", "AND", "WANTED"],
        ["cluster.web"],
        ["spec.query.replicas", "4", "9", "#", "adopt"],
    ]


def test_many_adopted_values_are_counted(bench: Bench) -> None:
    names = [f"c{number:02}" for number in range(14)]
    for replicas in (4, 9):
        for name in names:
            pairs = [{"name": f"druid.p{number:02}", "value": str(replicas)} for number in range(20)]
            document = {"metadata": {"name": name}, "spec": {**CLUSTER["spec"], "commonRuntimeProperties": pairs}}
            bench.write(document, name)
            if replicas == 9:
                spec = json.dumps({"spec": {"commonRuntimeProperties": pairs}})
                assert bench.run("emulator", "patch", "account.json", name, spec).code == 0
        if replicas == 4:
            assert bench.run("apply", "-auto-approve").code == 0
    out = bench.run("plan").out
    note = out.partition("newly asks for")[2].partition("\n\n  # ")[0]
    assert len(re.findall(r"# adopt$", note, re.MULTILINE)) == 10 * 12
    assert note.count("and 8 more values") == 10
    assert "and 4 more clusters: 80 adopt" in note


def test_of_many_imported_clusters_some_are_named(bench: Bench) -> None:
    names = [f"c{number:02}" for number in range(14)]
    for name in names:
        bench.write({**CLUSTER, "metadata": {"name": name}}, name)
    assert bench.run("apply", "-auto-approve").code == 0
    for state in bench.path.glob("planner.state.json*"):
        state.unlink()
    blocks = "".join(f'import {{\n  to = cluster.{name}\n  id = "{name}"\n}}\n' for name in [*names, "web"])
    (bench.path / "imports.hcl").write_text(blocks, encoding="utf-8")
    out = bench.run("plan").out
    assert "15 to import" in out
    assert out.count("(adopt: nothing is sent)") == 10
    assert "\n  and 5 more clusters\n" in out
