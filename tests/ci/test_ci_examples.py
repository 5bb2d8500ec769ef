"""The examples for CI, run step by step as a pipeline would, in a repository with a branch and a merge."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ci.pipelines import ROOT, Checkout, list_runs, load, make_checkout
from tests.cli.fake_forges import FakeForge, serve

TOKEN = "canary-of-a-forge"
PLAN, APPLY, DRIFT = (f"examples/ci/github/{name}.yml" for name in ("plan", "apply", "drift"))
GITLAB = "examples/ci/gitlab/.gitlab-ci.yml"
VALUES = {"github.token": TOKEN, "github.base_ref": "main", "github.repository": "acme/clusters"}


@pytest.fixture
def github(tmp_path: Path) -> Iterator[tuple[Checkout, FakeForge]]:
    with serve(FakeForge(TOKEN)) as forge:
        environment = {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "acme/clusters",
            "GITHUB_API_URL": forge.url,
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
        }
        for name in ("summary", "output"):
            (tmp_path / name).touch()
        yield make_checkout(tmp_path, **environment), forge


def edit(checkout: Checkout, replicas: int) -> None:
    """Make a branch with an edit."""
    checkout.git("checkout", "-q", "-B", "change", "main")
    path = checkout.path / "main.hcl"
    path.write_text(re.sub(r"default     = \d+", f"default     = {replicas}", path.read_text("utf-8")), "utf-8")
    checkout.git("commit", "-q", "-am", "scale")


def merge(checkout: Checkout, forge: FakeForge) -> str:
    """Merge the branch, as the forge's button does, and return the commit."""
    checkout.git("checkout", "-q", "main")
    checkout.git("merge", "-q", "--no-ff", "-m", "merge", "change")
    checkout.git("update-ref", "refs/remotes/origin/main", "main")
    forge.merged = checkout.git("rev-parse", "main")
    return forge.merged


def test_what_was_reviewed_on_github_is_applied_after_the_merge(github: tuple[Checkout, FakeForge]) -> None:
    checkout, forge = github
    edit(checkout, 5)
    checkout.environment["GITHUB_REF"] = "refs/pull/7/merge"
    assert checkout.run_github(load(PLAN)["jobs"]["plan"], VALUES) == 0, checkout.said
    (note,) = forge.notes
    assert "### 0 to create, 1 to update, 0 to delete" in note.body
    assert "1 change from this pull request, 0 already pending there" in "".join(checkout.said)
    assert forge.labels == ["planner:changes"]
    assert all((checkout.path / name).exists() for name in ("plan.html", "plan.xml", "plan.sarif"))

    checkout.environment |= {"GITHUB_REF": "refs/heads/main", "GITHUB_SHA": merge(checkout, forge)}
    assert checkout.run_github(load(APPLY)["jobs"]["apply"], VALUES) == 0, checkout.said
    assert "Apply complete! Clusters: 0 created, 1 updated, 0 deleted." in checkout.said[-1]
    assert checkout.shell("planner plan -detailed-exitcode") == 0
    assert TOKEN not in "".join(checkout.said)


def test_what_has_become_another_plan_since_is_not_applied(github: tuple[Checkout, FakeForge]) -> None:
    checkout, forge = github
    edit(checkout, 5)
    checkout.environment["GITHUB_REF"] = "refs/pull/7/merge"
    assert checkout.run_github(load(PLAN)["jobs"]["plan"], VALUES) == 0, checkout.said
    checkout.environment |= {"GITHUB_REF": "refs/heads/main", "GITHUB_SHA": merge(checkout, forge)}
    patch = """planner emulator patch account.json web '{"spec": {"master": {"replicas": 5}}}'"""
    assert checkout.shell(patch) == 0, checkout.said
    assert checkout.run_github(load(APPLY)["jobs"]["apply"], VALUES) == 6
    assert "This is not the plan that was approved" in checkout.said[-1]


def test_a_plan_that_is_refused_is_commented_and_fails(github: tuple[Checkout, FakeForge]) -> None:
    checkout, forge = github
    checkout.git("checkout", "-q", "-B", "change", "main")
    text = (checkout.path / "main.hcl").read_text("utf-8")
    protect = re.sub(r"prevent_destroy( *)= false", r"prevent_destroy\1= true", text)
    assert protect != text
    (checkout.path / "main.hcl").write_text(protect, "utf-8")
    assert checkout.shell("planner apply -auto-approve") == 0, checkout.said
    (checkout.path / "main.hcl").write_text(text.partition('cluster "web"')[0].rstrip() + "\n", "utf-8")
    checkout.environment["GITHUB_REF"] = "refs/pull/7/merge"
    assert checkout.run_github(load(PLAN)["jobs"]["plan"], VALUES) == 5, checkout.said
    assert "**Apply refuses this plan:**" in forge.notes[0].body
    assert forge.labels == ["planner:deletes"]


def test_a_plan_that_somebody_committed_is_not_commented(github: tuple[Checkout, FakeForge]) -> None:
    checkout, forge = github
    edit(checkout, 5)
    assert checkout.shell("planner plan -ci none -out plan.json") == 0
    with (checkout.path / "main.hcl").open("a", encoding="utf-8") as file:
        file.write("cluster {\n}\n")
    checkout.environment["GITHUB_REF"] = "refs/pull/7/merge"
    assert checkout.run_github(load(PLAN)["jobs"]["plan"], VALUES) != 0
    (note,) = forge.notes
    assert "the plan failed" in note.body


def test_an_apply_that_was_refused_goes_on_by_hand(github: tuple[Checkout, FakeForge]) -> None:
    checkout, forge = github
    edit(checkout, 5)
    checkout.environment |= {"GITHUB_REF": "refs/heads/main", "GITHUB_SHA": merge(checkout, forge)}
    job = load(APPLY)["jobs"]["apply"]
    assert checkout.run_github(job, VALUES) == 4, "nobody has commented a plan"
    assert checkout.shell("planner plan -ci none") == 0
    (plan_id,) = re.findall(r"^Plan (pl-[0-9a-f]+)", checkout.said[-1], re.MULTILINE)
    assert checkout.run_github(job, {**VALUES, "inputs.plan_id": plan_id}) == 0, checkout.said


def test_drift_without_a_state_is_no_good_news(github: tuple[Checkout, FakeForge]) -> None:
    checkout, _ = github
    (checkout.path / "planner.state.json").unlink()
    assert checkout.run_github(load(DRIFT)["jobs"]["drift"], VALUES) != 0


def test_what_is_planned_on_gitlab_is_the_merge(tmp_path: Path) -> None:
    """The branch was made before main went on."""
    with serve(FakeForge(TOKEN, is_gitlab=True)) as forge:
        checkout = make_checkout(
            tmp_path,
            CI="true",
            GITLAB_CI="true",
            GITLAB_TOKEN=TOKEN,
            CI_PROJECT_ID="acme/clusters",
            CI_API_V4_URL=forge.url,
            CI_MERGE_REQUEST_IID="7",
            CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main",
        )
        edit(checkout, 5)
        checkout.git("checkout", "-q", "main")
        (checkout.path / "second.hcl").write_text(
            'cluster "second" {\n  metadata = { name = "second" }\n  spec     = { version = "2021.06" }\n}\n', "utf-8"
        )
        checkout.git("add", "-A")
        checkout.git("commit", "-q", "-m", "second")
        assert checkout.shell("planner apply -auto-approve") == 0
        checkout.git("checkout", "-q", "change")
        checkout.git("remote", "add", "origin", ".")
        assert checkout.run_gitlab(load(GITLAB)["plan"]) == 0, checkout.said
        assert "0 to create, 1 to update, 0 to delete" in forge.notes[0].body, "what main has is not deleted again"


def test_drift_opens_one_issue_and_closes_it(github: tuple[Checkout, FakeForge], tmp_path: Path) -> None:
    checkout, _ = github
    log, number = tmp_path / "gh.log", tmp_path / "number"
    (tmp_path / "stubs" / "gh").write_text(
        f'#!/bin/sh\necho "$1 $2 $3" >> {log}\n'
        f'case "$1 $2" in "issue list") cat {number} 2> /dev/null || true ;; "issue create") echo 41 > {number} ;;\n'
        f'"issue close") rm {number} ;; esac\n',
        encoding="utf-8",
    )
    (tmp_path / "stubs" / "gh").chmod(0o755)
    job = load(DRIFT)["jobs"]["drift"]

    def look() -> list[str]:
        log.write_text("", "utf-8")
        assert checkout.run_github(job, VALUES) == 0, checkout.said
        return log.read_text("utf-8").splitlines()

    label = "label create drift"
    assert look() == [label, "issue list --label"]
    checkout.shell("""planner emulator patch account.json web '{"spec": {"query": {"replicas": 9}}}'""")
    assert look() == [label, "issue list --label", "issue create --title"]
    assert "spec.query.replicas" in (checkout.path / "drift.md").read_text("utf-8")
    assert look() == [label, "issue list --label", "issue edit 41"]
    assert checkout.shell("planner apply -auto-approve") == 0
    assert look() == [label, "issue list --label", "issue close 41"]


def test_what_was_reviewed_on_gitlab_is_applied_after_the_merge(tmp_path: Path) -> None:
    with serve(FakeForge(TOKEN, is_gitlab=True)) as forge:
        checkout = make_checkout(
            tmp_path,
            CI="true",
            GITLAB_CI="true",
            GITLAB_TOKEN=TOKEN,
            CI_PROJECT_ID="acme/clusters",
            CI_API_V4_URL=forge.url,
        )
        edit(checkout, 5)
        jobs = load(GITLAB)
        checkout.git("remote", "add", "origin", ".")
        checkout.environment |= {"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
        assert checkout.run_gitlab(jobs["plan"]) == 0, checkout.said
        assert "1 to update" in forge.notes[0].body
        assert (checkout.path / "quality.json").exists()

        del checkout.environment["CI_MERGE_REQUEST_IID"]
        checkout.environment["CI_COMMIT_SHA"] = merge(checkout, forge)
        assert checkout.run_gitlab(jobs["apply"]) == 0, checkout.said
        assert checkout.run_gitlab(jobs["drift"]) == 0, checkout.said


def test_the_action_plans_and_comments(github: tuple[Checkout, FakeForge], tmp_path: Path) -> None:
    checkout, forge = github
    edit(checkout, 5)
    checkout.environment |= {"GITHUB_REF": "refs/pull/7/merge", "RUNNER_TEMP": str(tmp_path)}
    inputs = {"inputs.directory": ".", "inputs.base": "origin/main", "inputs.key": "prod", "github.token": TOKEN}
    assert checkout.run_github(load("action.yml")["runs"], inputs) == 0, checkout.said
    assert "key=prod" in forge.notes[0].body
    output = (tmp_path / "output").read_text("utf-8")
    for name in load("action.yml")["outputs"]:
        assert f"{name}<<" in output


@pytest.mark.parametrize("name", [PLAN, APPLY, DRIFT, GITLAB, "action.yml"])
def test_no_expression_becomes_a_part_of_a_script(name: str) -> None:
    """What somebody else writes, as the name of a branch, would be run."""
    runs = list_runs(load(name))
    assert runs
    assert not any("${{" in run for run in runs)


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        *((name, ("vendor.github-workflows",)) for name in (PLAN, APPLY, DRIFT)),
        ("action.yml", ("vendor.github-actions",)),
        (GITLAB, ("vendor.gitlab-ci", "--data-transform", "gitlab-ci")),
    ],
)
def test_each_is_what_its_host_reads(name: str, schema: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema, str(ROOT / name)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("name", [PLAN, APPLY, DRIFT])
def test_a_workflow_may_do_no_more_than_it_needs(name: str) -> None:
    permissions = load(name)["permissions"]
    assert permissions["contents"] == "read"
    assert sum(value == "write" for value in permissions.values()) <= 1


def test_the_hooks_format_and_validate(tmp_path: Path) -> None:
    checkout = make_checkout(tmp_path)
    hooks = {hook["id"]: hook for hook in load(".pre-commit-hooks.yaml")}
    (checkout.path / "main.hcl").write_text('cluster "web" {\nspec { version="1" }\n}\n', "utf-8")
    assert re.search(hooks["planner-fmt"]["files"], "prod/main.hcl")
    assert checkout.shell(f"{hooks['planner-fmt']['entry']} main.hcl") == 0
    assert '  spec { version = "1" }' in (checkout.path / "main.hcl").read_text("utf-8")
    assert hooks["planner-validate"]["pass_filenames"] is False
    assert checkout.shell(hooks["planner-validate"]["entry"]) == 3


def test_the_image_runs_as_nobody_in_particular() -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    words = [line.split()[0] for line in lines if re.match("[A-Z]+ ", line)]
    assert set(words) <= {"FROM", "COPY", "RUN", "USER", "WORKDIR", "ENTRYPOINT", "CMD"}
    assert words.index("USER") < words.index("ENTRYPOINT")
    assert "USER root" not in lines
    assert 'ENTRYPOINT ["planner"]' in lines
