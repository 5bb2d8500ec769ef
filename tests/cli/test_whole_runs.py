"""Whole runs whose plans and outcomes a person would check twice."""

import pytest

from tests.cli.workbench import CLUSTER, Bench


def test_a_replacement_shows_what_differs_and_no_order(bench: Bench) -> None:
    properties = [{"name": name, "value": "1"} for name in ("c", "a", "b")]
    spec = {**CLUSTER["spec"], "commonRuntimeProperties": properties, "druidExtensions": ["x", "y", "z"]}
    bench.write({**CLUSTER, "spec": spec})
    bench.run("apply", "-auto-approve")
    shown = bench.run("plan", "-replace=cluster.web").out
    assert "1 to replace" in shown
    assert '"a"' not in shown
    assert "druidExtensions" not in shown


def test_nothing_is_built_on_a_cluster_that_has_failed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPLY_ENDPOINT", "emulator:account.json?failing_names=web")
    (bench.path / "main.hcl").write_text(
        'cluster "reports" {\n  depends_on = [cluster.web]\n  spec { version = "2021.06" }\n}\n'
    )
    assert bench.run("apply", "-auto-approve").code == 8
    again = bench.run("apply", "-auto-approve")
    assert again.code == 8
    assert "cluster.reports was skipped" in again.out
    assert bench.run("state", "list").out == "cluster.web\n"


def test_what_made_a_saved_plan_stale_is_named(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    bench.scale(4)
    bench.run("plan", "-out", "plan.json")
    bench.run("emulator", "patch", "account.json", "web", '{"spec": {"query": {"replicas": 9}}}')
    ended = bench.run("apply", "plan.json")
    assert ended.code == 6
    assert "spec.query.replicas was 2 and is 9" in " ".join(ended.err.split())


def test_a_data_tier_that_leaves_the_configuration_leaves_the_cluster(bench: Bench) -> None:
    tiers = {f"tier{number}": {"replicas": 2, "instanceType": "i3.large"} for number in (1, 2)}
    bench.write({**CLUSTER, "spec": {**CLUSTER["spec"], "data": tiers}})
    bench.run("apply", "-auto-approve")
    bench.write({**CLUSTER, "spec": {**CLUSTER["spec"], "data": {"tier1": tiers["tier1"]}}})
    planned = bench.run("plan", "-show-requests")
    assert '"tier2": null' in planned.out
    assert bench.run("apply", "-auto-approve").code == 0
    assert "tier2" not in bench.run("state", "show", "cluster.web").out
    assert "No changes." in bench.run("plan").out


def test_what_somebody_else_set_inside_a_block_outlives_the_block(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    tags = '[{"name": "druid.router.http.numConnections", "value": "7"}]'
    bench.run(
        "emulator", "patch", "account.json", "web", f'{{"spec": {{"query": {{"routerRuntimeProperties": {tags}}}}}}}'
    )
    bench.write({**CLUSTER, "spec": {"version": "2021.06"}})
    planned = bench.run("plan", "-show-requests").out
    assert '"query": null' not in planned
    assert '"replicas": null' in planned
    bench.run("apply", "-auto-approve")
    assert "druid.router.http.numConnections" in bench.run("state", "show", "cluster.web").out
