"""What a command is allowed to do: guards that refuse a plan, the id of the approved plan, and files with a key."""

import json
from hashlib import sha256

import pytest

from planner.emulator.embedded import open_account_file
from planner.model.diagnostics import ExitCode
from tests.cli.workbench import CLUSTER, Bench

NAMES = ("a", "b", "c")


@pytest.fixture
def fleet(bench: Bench) -> Bench:
    """Three clusters, all of which have left the configuration."""
    (bench.path / "web.cluster.json").unlink()
    for name in NAMES:
        bench.write({**CLUSTER, "metadata": {"name": name}}, name)
    assert bench.run("apply", "-auto-approve").code == 0
    for name in NAMES:
        (bench.path / f"{name}.cluster.json").unlink()
    (bench.path / "main.hcl").write_text("# Nothing is left.\n")
    return bench


def list_clusters(bench: Bench) -> list[str]:
    path = bench.path / "account.json"
    return sorted(cluster.name for cluster in open_account_file(path).account.clusters.values())


def read_plan_id(out: str) -> str:
    """Return the id on the first line, where it always stands."""
    word, plan_id = out.splitlines()[0].split()
    assert word == "Plan"
    return plan_id


def find_flags(err: str) -> list[str]:
    (line,) = [line for line in err.splitlines() if line.startswith("  --allow")]
    return line.split()


def test_an_empty_configuration_deletes_no_fleet(fleet: Bench) -> None:
    planned, applied = fleet.run("plan", "-out", "plan.json"), fleet.run("apply", "-auto-approve")
    saved = fleet.run("apply", "plan.json")
    assert "Saved the plan as plan.json; planner apply plan.json needs the same -allow." in planned.err
    for ended in (planned, applied, saved):
        assert ended.code == ExitCode.REFUSED
        assert "Plan: 0 to create, 0 to update, 3 to delete." in ended.out
        assert "The guard refuses to delete 3 of 3 clusters" in ended.err
    assert list_clusters(fleet) == ["a", "b", "c"]


@pytest.mark.parametrize("saved", [True, False])
def test_the_flag_that_a_refusal_shows_lets_this_plan_pass(fleet: Bench, saved: bool) -> None:  # noqa: FBT001 - a parameter
    planned = fleet.run("plan", "-out", "plan.json")
    flags = find_flags(planned.err)
    assert len(flags) == 2 * len(NAMES)

    assert fleet.run("plan", "-detailed-exitcode", *flags).code == ExitCode.CHANGES_PRESENT
    done = fleet.run("apply", *flags, *(["plan.json"] if saved else ["-auto-approve"]))

    assert done.code == 0, done.err
    assert list_clusters(fleet) == []


def test_a_flag_for_another_plan_is_worth_nothing(fleet: Bench) -> None:
    flags = find_flags(fleet.run("plan").err)
    fleet.write({**CLUSTER, "metadata": {"name": "a"}}, "a")
    done = fleet.run("apply", "-auto-approve", *flags)
    assert done.code == ExitCode.REFUSED
    assert "What was allowed is for pl-" in done.err
    assert list_clusters(fleet) == ["a", "b", "c"]


@pytest.mark.parametrize("command", [("destroy",), ("apply", "-destroy")])
def test_a_destroy_needs_no_flag(fleet: Bench, command: tuple[str, ...]) -> None:
    assert fleet.run(*command, "-auto-approve").code == 0
    assert list_clusters(fleet) == []


def test_the_configuration_sets_the_limits(fleet: Bench) -> None:
    (fleet.path / "main.hcl").write_text("planner {\n  guard {\n    max_delete_percent = null\n  }\n}\n")
    assert fleet.run("plan").code == 0
    (fleet.path / "main.hcl").write_text("planner {\n  guard {\n    max_delete = 2\n  }\n}\n")
    assert fleet.run("plan").code == ExitCode.REFUSED


def test_a_saved_plan_is_judged_by_the_limits_at_its_apply(fleet: Bench) -> None:
    (fleet.path / "main.hcl").write_text("planner {\n  guard {\n    max_delete_percent = null\n  }\n}\n")
    assert fleet.run("plan", "-out", "plan.json").code == 0
    (fleet.path / "main.hcl").write_text("")
    assert fleet.run("apply", "plan.json").code == ExitCode.REFUSED
    assert list_clusters(fleet) == ["a", "b", "c"]


def test_machines_are_told_of_a_refusal_after_the_plan(fleet: Bench) -> None:
    events = fleet.run("plan", "-json").events
    kinds = [event["type"] for event in events]
    assert kinds == ["version", *["planned_change"] * 3, "change_summary", "diagnostic", "outcome"]
    assert events[-2]["diagnostic"]["code"] == "guard"
    assert events[-1]["outcome"]["exit_code"] == ExitCode.REFUSED
    assert events[-1]["outcome"]["plan_id"] == events[-3]["plan_id"]


def test_a_mistyped_allowance_is_told(bench: Bench) -> None:
    done = bench.run("apply", "-allow", "delete:cluster.x")
    assert done.code == ExitCode.ERROR
    assert "KIND[:ADDRESS]@PLAN" in done.err


def test_the_approved_plan_is_applied_without_a_question(bench: Bench) -> None:
    plan_id = read_plan_id(bench.run("plan").out)
    done = bench.run("apply", "-plan-id", plan_id)
    assert done.code == 0, done.err
    assert read_plan_id(done.out) == plan_id
    assert list_clusters(bench) == ["web"]


def test_a_whole_id_is_taken_too(bench: Bench) -> None:
    (summary,) = [event for event in bench.run("plan", "-json").events if event["type"] == "change_summary"]
    assert bench.run("apply", "-plan-id", summary["plan_id"]).code == 0


def test_an_approved_plan_that_was_applied_already_is_another_one(bench: Bench) -> None:
    plan_id = read_plan_id(bench.run("plan").out)
    bench.run("apply", "-plan-id", plan_id)
    done = bench.run("apply", "-plan-id", plan_id)
    assert done.code == ExitCode.STALE_PLAN
    assert "there is nothing to do. Nothing was sent. Perhaps the approved plan was applied already." in " ".join(
        done.err.split()
    )


def test_another_plan_than_the_approved_one_is_shown_and_not_applied(bench: Bench) -> None:
    plan_id = read_plan_id(bench.run("plan").out)
    bench.scale(3)
    done = bench.run("apply", "-plan-id", plan_id)
    assert done.code == ExitCode.STALE_PLAN
    assert read_plan_id(done.out) != plan_id
    assert f"This is not the plan that was approved, {plan_id}" in done.err
    assert list_clusters(bench) == []


def test_another_plan_is_compared_with_the_approved_one_where_that_is_at_hand(bench: Bench) -> None:
    bench.run("plan", "-out", "approved.json")
    bench.scale(3)
    done = bench.run("apply", "-plan-id", "approved.json")
    assert done.code == ExitCode.STALE_PLAN
    assert "spec.query.replicas: 2 -> 3 # wanted" in done.out
    assert list_clusters(bench) == []


def test_an_approved_file_need_not_be_of_this_state(bench: Bench) -> None:
    """What counts is the plan, and not at which serial it was made."""
    bench.run("plan", "-out", "approved.json")
    assert bench.run("apply", "-plan-id", "approved.json").code == 0


def test_the_id_of_a_destroy_is_asked_for_as_well(bench: Bench) -> None:
    bench.run("apply", "-auto-approve")
    plan_id = read_plan_id(bench.run("plan", "-destroy").out)
    assert bench.run("destroy", "-plan-id", "pl-0123456789").code == ExitCode.STALE_PLAN
    assert list_clusters(bench) == ["web"]
    assert bench.run("destroy", "-plan-id", plan_id).code == 0
    assert list_clusters(bench) == []


def test_a_saved_plan_of_another_id_is_refused(bench: Bench) -> None:
    bench.run("plan", "-out", "plan.json")
    assert bench.run("apply", "-plan-id", "pl-0123456789", "plan.json").code == ExitCode.STALE_PLAN
    assert not (bench.path / "planner.state.json").exists()


@pytest.mark.parametrize("text", ["pl-12", "latest", "PL-0123456789"])
def test_what_is_no_id_is_told(bench: Bench, text: str) -> None:
    done = bench.run("apply", "-plan-id", text)
    assert done.code == ExitCode.ERROR
    assert "is not the id of a plan, such as pl-7f3a9c0123" in done.err


def test_every_output_begins_with_the_id(bench: Bench) -> None:
    plan_id = read_plan_id(bench.run("plan", "-out", "plan.json").out)
    assert read_plan_id(bench.run("show", "plan.json").out) == plan_id
    assert read_plan_id(bench.run("apply", "plan.json").out) == plan_id
    destroyed = read_plan_id(bench.run("plan", "-destroy").out)
    assert read_plan_id(bench.run("destroy", "-auto-approve").out) == destroyed != plan_id


@pytest.mark.parametrize("key", ["k1", None])
def test_a_plan_with_a_forged_digest_is_found_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    """Without a key anybody can make a digest; but what the plan does is in its id too."""
    if key:
        monkeypatch.setenv("PLANNER_PLAN_KEY", key)
    bench.run("plan", "-out", "plan.json")
    document = json.loads((bench.path / "plan.json").read_text().replace('"replicas":2', '"replicas":20'))
    document.pop("digest")
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    digest = f"sha256:{sha256(text.encode()).hexdigest()}"
    (bench.path / "plan.json").write_text(json.dumps({**document, "digest": digest}))
    done = bench.run("apply", "plan.json")
    assert done.code == ExitCode.STALE_PLAN
    assert ("`digest` is made without a key" if key else "`plan_id` is not the id of what the plan does") in done.err
    assert not (bench.path / "planner.state.json").exists()


@pytest.mark.parametrize(
    ("made_with", "read_with", "told"),
    [
        ("k1", "k1", None),
        (None, None, None),
        ("", None, None),
        ("k1", None, "`digest` is made with a key, and PLANNER_PLAN_KEY is not set"),
        ("k1", "", "`digest` is made with a key, and PLANNER_PLAN_KEY is not set"),
        (None, "k1", "`digest` is made without a key, and PLANNER_PLAN_KEY is set"),
        ("k1", "k2", "or PLANNER_PLAN_KEY is not what it was"),
    ],
)
def test_a_saved_plan_is_bound_to_its_key(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, made_with: str | None, read_with: str | None, told: str | None
) -> None:
    def set_key(key: str | None) -> None:
        monkeypatch.delenv("PLANNER_PLAN_KEY", raising=False)
        if key is not None:
            monkeypatch.setenv("PLANNER_PLAN_KEY", key)

    set_key(made_with)
    bench.run("plan", "-out", "plan.json")
    text = (bench.path / "plan.json").read_text()
    set_key(read_with)
    shown, done = bench.run("show", "plan.json"), bench.run("apply", "plan.json")
    if told is None:
        assert bench.run("show", "-json", "plan.json").out == text
        assert done.code == 0
    else:
        for ended in (shown, done):
            assert ended.code == ExitCode.STALE_PLAN
            assert told in " ".join(ended.err.split())


def test_the_key_is_written_nowhere(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_PLAN_KEY", "canary-0815")
    ended = [bench.run("plan", "-out", "plan.json"), bench.run("show", "-json", "plan.json")]
    ended += [bench.run("apply", "plan.json"), bench.run("apply", "plan.json")]
    files = [path.read_text() for path in bench.path.iterdir() if path.is_file()]
    assert not any("canary-0815" in text for text in (*files, *(one.out + one.err for one in ended)))


def test_two_saved_plans_are_compared(bench: Bench) -> None:
    first = read_plan_id(bench.run("plan", "-out", "a.json").out)
    bench.scale(3)
    second = read_plan_id(bench.run("plan", "-out", "b.json").out)

    done = bench.run("plan", "diff", "a.json", "b.json")

    assert done.code == 0
    assert done.out.splitlines()[0] == f"Plan {first} -> {second}"
    assert bench.run("plan", "diff", "-detailed-exitcode", "a.json", "b.json").code == ExitCode.CHANGES_PRESENT
    same = bench.run("plan", "diff", "-detailed-exitcode", "a.json", "a.json")
    assert (same.code, same.out.splitlines()[0]) == (0, f"Plan {first}")
    event = bench.run("plan", "diff", "-json", "a.json", "b.json").events[1]
    assert event["type"] == "plan_comparison"
    assert event["comparison"]["changes"] == [
        {
            "addr": "cluster.web",
            "former": ["create"],
            "latter": ["create"],
            "live": [],
            "wanted": [{"path": "spec.query.replicas", "former": 2, "latter": 3}],
            "sends_other": True,
        }
    ]
    assert bench.run("plan", "diff", "a.json", "gone.json").code == ExitCode.ERROR
