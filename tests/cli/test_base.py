"""`plan -base`: what a pull request changes, and what was pending anyway, in a scratch repository."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.workflow.git_files import write_tree
from tests.cli.workbench import CLUSTER, Bench, Ended
from tests.render.plan_schema import list_faults

Git = Callable[..., None]


@pytest.fixture
def git(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Return a command in a repository whose main branch holds the configuration that is applied."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")

    def run(*words: str) -> None:
        names = ("-c", "user.name=a", "-c", "user.email=a@b.c")
        subprocess.run(["git", *names, *words], cwd=bench.path, check=True, capture_output=True)  # noqa: S603, S607

    for name in ("shop", "logs"):
        bench.write({**CLUSTER, "metadata": {"name": name}}, name)
    assert bench.run("apply", "-auto-approve").code == 0
    (bench.path / ".gitignore").write_text("planner.state*\naccount.json\n.planner*\n*.md\n", encoding="utf-8")
    run("init", "-q", "-b", "main")
    run("add", "-A")
    run("commit", "-q", "-m", "first")
    run("checkout", "-q", "-b", "change")
    return run


def scale(bench: Bench, name: str, replicas: int) -> None:
    spec = {**CLUSTER["spec"], "query": {"replicas": replicas, "instanceType": "c5.large"}}
    bench.write({"metadata": {"name": name}, "spec": spec}, name)


def pend_on_main(bench: Bench, git: Git) -> None:
    """Merge an edit of logs that was never applied."""
    git("checkout", "-q", "main")
    scale(bench, "logs", 5)
    git("commit", "-q", "-am", "pending")
    git("checkout", "-q", "change")
    git("rebase", "-q", "main")


def tell(ended: Ended) -> str:
    assert ended.code == 0, ended.err
    return ended.out.partition("Compared with ")[2]


def test_each_change_says_where_it_comes_from(bench: Bench, git: Git) -> None:
    pend_on_main(bench, git)
    assert bench.run("emulator", "patch", "account.json", "shop", '{"spec": {"query": {"replicas": 7}}}').code == 0
    scale(bench, "web", 3)

    told = tell(bench.run("plan", "-base", "main"))
    first, *rest = told.splitlines()
    assert first.startswith("main (")
    assert first.endswith("): 1 change from this pull request, 1 already pending there, 1 drift.")
    assert rest == ["  already pending: cluster.logs", "  drift: cluster.shop"]


def test_a_pending_change_that_is_edited_again_is_the_pull_requests(bench: Bench, git: Git) -> None:
    pend_on_main(bench, git)
    scale(bench, "logs", 6)
    assert "1 change from this pull request, 0 already pending there" in tell(bench.run("plan", "-base", "main"))


def test_a_change_of_which_a_part_is_pending_counts_as_both(bench: Bench, git: Git) -> None:
    pend_on_main(bench, git)
    document = {**CLUSTER["spec"], "query": {"replicas": 5, "instanceType": "c5.xlarge"}}
    bench.write({"metadata": {"name": "logs"}, "spec": document}, "logs")
    told = tell(bench.run("plan", "-base", "main", "-markdown", "plan.md"))
    assert "1 change from this pull request, 1 already pending there" in told
    assert "  already pending in part: cluster.logs\n" in told
    assert "partly pending on the base" in (bench.path / "plan.md").read_text(encoding="utf-8")


def test_a_saved_plan_keeps_the_comparison(bench: Bench, git: Git) -> None:
    """`planner comment` has nothing else to go by."""
    pend_on_main(bench, git)
    scale(bench, "web", 3)
    planned = bench.run("plan", "-base", "main", "-out", "plan.json", "-markdown", "first.md")
    alone = bench.run("plan")
    assert planned.out.splitlines()[0] == alone.out.splitlines()[0], "it is no part of the id"
    assert list_faults(json.loads((bench.path / "plan.json").read_text(encoding="utf-8"))) == []
    shown = bench.run("show", "plan.json", "-markdown", "second.md")
    assert tell(shown) == tell(planned)
    first, second = ((bench.path / f"{name}.md").read_text(encoding="utf-8") for name in ("first", "second"))
    assert first == second
    assert "already pending on `main`" in bench.run("comment", "-plan", "plan.json", "-dry-run").out
    assert bench.run("apply", "-auto-approve", "plan.json").code == 0


@pytest.mark.parametrize("ref", ["nothing", "", "-x"])
def test_a_base_that_is_none_is_told_before_anything_is_planned(bench: Bench, git: Git, ref: str) -> None:
    git("status")
    ended = bench.run("plan", "-base", ref, "-out", "plan.json")
    assert (ended.code, ended.out) == (1, "")
    assert not (bench.path / "plan.json").exists()


def test_a_repository_of_somebody_else_is_told_as_such(bench: Bench, git: Git, monkeypatch: pytest.MonkeyPatch) -> None:
    git("status")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    ended = bench.run("plan", "-base", "main")
    assert ended.code == 1
    assert "belongs to another user" in " ".join(ended.err.split())
    assert "safe.directory" in ended.err


def test_a_base_that_went_on_is_told(bench: Bench, git: Git) -> None:
    """What it has and the branch has not would seem to be deleted by the pull request."""
    assert "has commits that" not in bench.run("plan", "-base", "main").err
    git("checkout", "-q", "main")
    scale(bench, "new", 3)
    git("add", "-A")
    git("commit", "-q", "-m", "new")
    git("checkout", "-q", "change")
    assert "main has commits that this configuration does not have" in bench.run("plan", "-base", "main").err


def test_a_file_that_is_too_large_is_not_left_out_silently(bench: Bench, git: Git) -> None:
    """Its clusters would seem to be deleted."""
    git("checkout", "-q", "main")
    (bench.path / "large.hcl").write_text("# " + "x" * (11 * 2**20) + "\n", encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "large")
    git("checkout", "-q", "change")
    ended = bench.run("plan", "-base", "main")
    assert ended.code == 1
    assert "large.hcl at main is larger than 10 MB" in ended.err


def test_what_is_not_planned_any_more_is_told(bench: Bench, git: Git) -> None:
    pend_on_main(bench, git)
    scale(bench, "logs", 2)
    assert "  no longer planned: cluster.logs\n" in tell(bench.run("plan", "-base", "main"))


def test_a_delete_that_its_file_does_not_explain_is_marked(bench: Bench, git: Git) -> None:
    git("checkout", "-q", "main")
    (bench.path / "fleet.hcl").write_text(
        'cluster "fleet" {\n  for_each = toset(var.names)\n  metadata = { name = each.key }\n'
        '  spec = { version = "2021.06" }\n}\n',
        encoding="utf-8",
    )
    (bench.path / "names.hcl").write_text('variable "names" {\n  default = ["eu", "us"]\n}\n', encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "fleet")
    assert bench.run("apply", "-auto-approve").code == 0
    git("checkout", "-q", "-B", "change")
    (bench.path / "names.hcl").write_text('variable "names" {\n  default = ["eu"]\n}\n', encoding="utf-8")
    scale(bench, "shop", 3)

    told = tell(bench.run("plan", "-base", "main", "-markdown", "plan.md"))
    assert told.endswith('  The file that declares it did not change, and it is lost:\n    cluster.fleet["us"]\n')
    markdown = (bench.path / "plan.md").read_text(encoding="utf-8")
    (line,) = (line for line in markdown.splitlines() if "the file that declares it did not change" in line)
    assert 'cluster.fleet["us"]' in line
    assert "**2 from this pull request**" in markdown


@pytest.mark.usefixtures("git")
def test_machines_are_told_too(bench: Bench) -> None:
    scale(bench, "web", 3)
    events = bench.run("plan", "-base", "main", "-json").events
    (event,) = (event for event in events if event["type"] == "base_comparison")
    assert event["base"]["changes"] == [{"address": "cluster.web", "origin": "head"}]
    assert event["base"]["ref"] == "main"


def test_modules_beside_the_directory_are_those_of_the_base(bench: Bench, git: Git) -> None:
    git("checkout", "-q", "main")
    module, root = bench.path / "modules" / "one", bench.path / "live"
    module.mkdir(parents=True)
    root.mkdir()
    text = (
        'cluster "db" {\n  metadata = { name = "db" }\n  spec = { version = "2021.06", query = { replicas = 1 } }\n}\n'
    )
    (module / "main.hcl").write_text(text, encoding="utf-8")
    (root / "main.hcl").write_text('module "one" {\n  source = "../modules/one"\n}\n', encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "module")
    git("checkout", "-q", "-B", "change")
    assert "0 changes from this pull request, 1 already" in tell(bench.run("plan", "-C", "live", "-base", "main"))
    (module / "main.hcl").write_text(text.replace("replicas = 1", "replicas = 2"), encoding="utf-8")
    assert "1 change from this pull request, 0 already" in tell(bench.run("plan", "-C", "live", "-base", "main"))


def test_a_base_that_is_not_valid_is_a_warning(bench: Bench, git: Git) -> None:
    git("checkout", "-q", "main")
    bench.write({"spec": {"qurey": 1}}, "web")
    git("commit", "-q", "-am", "broken")
    git("checkout", "-q", "change")
    scale(bench, "web", 3)
    ended = bench.run("plan", "-base", "main")
    assert ended.code == 0
    assert "The configuration of main cannot be planned" in ended.err
    assert "Compared with" not in ended.out


@pytest.mark.usefixtures("git")
@pytest.mark.parametrize(
    ("ref", "told"),
    [
        ("nowhere", "There is no commit nowhere"),
        ("--upload-pack=touch x", "is no name of a commit"),
        ("", "is no name of a commit"),
        ("main\x1b[2J", "is no name of a commit"),
        ("main:web.cluster.json", "There is no commit"),
    ],
)
def test_what_is_no_commit_is_refused(bench: Bench, ref: str, told: str) -> None:
    ended = bench.run("plan", f"-base={ref}")
    assert ended.code == 1
    assert told in ended.err
    assert "\x1b" not in ended.err


def test_outside_of_a_repository_it_says_so(bench: Bench) -> None:
    assert "is in no Git repository" in bench.run("plan", "-base", "main").err
    assert "leave out -base or -destroy" in bench.run("plan", "-base", "main", "-destroy").err


def test_links_of_a_hostile_base_lead_nowhere(bench: Bench, git: Git, tmp_path: Path) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-secret"
    secret.write_text(json.dumps({**CLUSTER, "metadata": {"name": "canary"}}), encoding="utf-8")
    git("checkout", "-q", "main")
    (bench.path / "stolen.cluster.json").symlink_to(f"../{secret.name}")
    (bench.path / "dir").symlink_to("..")
    git("add", "-A")
    git("commit", "-q", "-m", "links")
    git("checkout", "-q", "change")
    ended = bench.run("plan", "-base", "main")
    assert "canary" not in ended.out + ended.err


def test_a_link_through_a_link_leads_nowhere_either(bench: Bench, git: Git, tmp_path: Path) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-secret"
    secret.mkdir()
    (bench.path / "a" / "b").mkdir(parents=True)
    (bench.path / "a" / "b" / "up").symlink_to("../..")
    (bench.path / "out").symlink_to(f"a/b/up/../{secret.name}")
    git("add", "-A")
    git("commit", "-q", "-m", "links")
    target = tmp_path.parent / f"{tmp_path.name}-written"
    target.mkdir()
    write_tree(str(bench.path), "change", target)
    assert (target / "a" / "b" / "up").is_symlink()
    assert not (target / "out").is_symlink()


def test_files_of_variables_are_those_of_the_base(bench: Bench, git: Git) -> None:
    git("checkout", "-q", "main")
    (bench.path / "main.hcl").write_text(
        'variable "n" {\n  type = number\n}\ncluster "db" {\n  metadata = { name = "db" }\n'
        '  spec = { version = "2021.06", query = { replicas = var.n } }\n}\n',
        encoding="utf-8",
    )
    (bench.path / "ci.vars.hcl").write_text("n = 1\n", encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "variables")
    git("checkout", "-q", "-B", "change")
    (bench.path / "ci.vars.hcl").write_text("n = 2\n", encoding="utf-8")
    told = tell(bench.run("plan", "-base", "main", "-var-file", "ci.vars.hcl"))
    assert "1 change from this pull request, 0 already pending" in told


@pytest.mark.usefixtures("git")
def test_a_repository_that_lacks_a_file_is_told_of(bench: Bench) -> None:
    name = subprocess.run(
        ["git", "rev-parse", "main:shop.cluster.json"],  # noqa: S607
        cwd=bench.path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    (bench.path / ".git" / "objects" / name[:2] / name[2:]).unlink()
    ended = bench.run("plan", "-base", "main")
    assert ended.code == 1
    assert "The repository lacks a file of the base" in ended.err
