"""`plan -untrusted`: which files a stranger's pull request can have read: those that it commits, and no others."""

import pytest

from tests.cli.test_base import Git, git
from tests.cli.test_untrusted import MAIN, SECRET, plan, secretive, write
from tests.cli.workbench import Bench

__all__ = ["git", "secretive"]

TOKEN = "gho-token-of-the-checkout"


@pytest.mark.parametrize("name", ["planner.vars.json", "a.auto.vars.json", "a.hcl", "a.hcl.json", "a.cluster.json"])
def test_no_file_of_the_configuration_is_a_link_to_elsewhere(secretive: Bench, name: str) -> None:
    outside = secretive.path.parent / f"{secretive.path.name}-outside"
    outside.write_text(f'{{"other": "{TOKEN}", "password": "x"}}', encoding="utf-8")
    (secretive.path / name).symlink_to(outside)
    output = 'variable "other" {\n  default = "x"\n}\noutput "leak" {\n  value = var.other\n}\n'
    write(secretive, MAIN + output)
    ended = plan(secretive)
    assert ended.code == 0, "the link is left out"
    assert TOKEN not in ended.out + ended.err


@pytest.mark.parametrize("name", [".git/config", "g/config", "planner.state.json", "account.json", "live.json"])
def test_what_is_not_committed_cannot_be_read(secretive: Bench, git: Git, name: str) -> None:
    git("config", "http.extraheader", f"AUTHORIZATION: {TOKEN}")
    with (secretive.path / ".gitignore").open("a", encoding="utf-8") as file:
        file.write("live.json\n")
    (secretive.path / "live.json").write_text(TOKEN, encoding="utf-8")
    (secretive.path / "g").symlink_to(".git")
    write(secretive, f'{MAIN}output "leak" {{\n  value = file("{name}")\n}}\n')
    ended = plan(secretive)
    assert ended.code == 3
    assert TOKEN not in ended.out + ended.err
    assert any(why in ended.err for why in ("there is no file", "outside the directory", "belongs to Git"))


def test_git_s_own_files_are_read_by_no_plan(secretive: Bench, git: Git) -> None:
    git("config", "http.extraheader", f"AUTHORIZATION: {TOKEN}")
    (secretive.path / "g").symlink_to(".git")
    for name in (".git/config", "g/config"):
        write(secretive, f'{MAIN}output "leak" {{\n  value = file("{name}")\n}}\n')
        ended = secretive.run("plan")
        assert ended.code == 3
        assert "belongs to Git" in ended.err
        assert TOKEN not in ended.out + ended.err
    write(secretive, f'{MAIN}output "all" {{\n  value = fileset(".", "**")\n}}\n')
    told = secretive.run("plan").out
    assert ".git/" not in told
    assert '"main.hcl"' in told


def test_a_module_lies_in_the_repository(secretive: Bench) -> None:
    outside = secretive.path.parent / f"{secretive.path.name}-module"
    outside.mkdir()
    (outside / "main.hcl").write_text(f'output "told" {{\n  value = "{SECRET}"\n}}\n', encoding="utf-8")
    for source in (f"../{outside.name}", f"../../..{outside}", f"../../../..{outside}"):
        text = f'module "m" {{\n  source = "{source}"\n}}\noutput "leak" {{\n  value = module.m.told\n}}\n'
        write(secretive, MAIN + text)
        ended = plan(secretive)
        assert ended.code == 3
        assert "Module outside of the repository" in ended.err


def test_what_is_not_committed_is_told_and_not_planned(secretive: Bench) -> None:
    write(secretive, MAIN.replace("2021.06", "2021.06.01"))
    ended = secretive.run("plan", "-untrusted", "-base", "main", "-ci", "none")
    assert ended.code == 0
    assert "No changes." in ended.out
    assert "main.hcl differs from the commit, which alone is planned" in ended.err


def test_files_outside_cannot_be_read(secretive: Bench) -> None:
    outside = secretive.path.parent / f"{secretive.path.name}-outside"
    outside.write_text(SECRET, encoding="utf-8")
    (secretive.path / "link").symlink_to(outside)
    for name in (f"../{outside.name}", str(outside), "link"):
        write(secretive, f'{MAIN}output "leak" {{\n  value = file("{name}")\n}}\n')
        assert plan(secretive).code == 3


@pytest.mark.parametrize("name", [".planner/workspace", "planner.state.json", "planner.prod.state.json"])
def test_a_state_that_a_stranger_brings_is_not_used(secretive: Bench, git: Git, name: str) -> None:
    path = secretive.path / name
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.write_text("prod", encoding="utf-8")
    git("add", "-f", name)
    ended = plan(secretive)
    assert ended.code == 5
    assert "brings a state of its own" in ended.err


def test_a_workspace_that_was_selected_in_the_directory_is_not_used(secretive: Bench) -> None:
    (secretive.path / ".planner").mkdir(exist_ok=True)
    (secretive.path / ".planner" / "workspace").write_text("prod\n", encoding="utf-8")
    ended = plan(secretive)
    assert ended.code == 0, ended.err
    assert "No changes." in ended.out


@pytest.mark.parametrize(("by_shell", "target"), [(False, "dev"), (True, "dev"), (False, ".")])
def test_a_link_does_not_make_another_configuration_the_trusted_one(
    secretive: Bench, git: Git, monkeypatch: pytest.MonkeyPatch, *, by_shell: bool, target: str
) -> None:
    """There the same variable may be no secret, and the account another one."""
    git("checkout", "-q", "main")
    for name, text in (("prod", MAIN), ("dev", 'variable "password" {\n  default = "x"\n}\n')):
        (secretive.path / name).mkdir()
        write(secretive, text, f"{name}/main.hcl")
    git("add", "-A")
    git("commit", "-q", "-m", "two")
    git("checkout", "-q", "-B", "change")
    git("rm", "-rq", "prod")
    (secretive.path / "prod").symlink_to(target)
    write(secretive, 'output "leak" {\n  value = "${var.password}."\n}\n', "dev/leak.hcl")
    if by_shell:
        monkeypatch.setenv("PWD", str(secretive.path / "prod"))
        monkeypatch.chdir(secretive.path / "prod")
        git("add", "-A")
        git("commit", "-q", "-m", "link")
        ended = secretive.run("plan", "-untrusted", "-base", "main", "-ci", "none")
    else:
        ended = plan(secretive, "-C", "prod")
    assert ended.code == 5
    assert "prod is a link" in ended.err
    assert SECRET not in ended.out


def test_a_snapshot_that_a_stranger_brings_is_not_trusted(secretive: Bench) -> None:
    assert secretive.run("snapshot", "-out", "taken.json").code == 0
    (secretive.path / "link.json").symlink_to("taken.json")
    for name in ("taken.json", "link.json"):
        ended = plan(secretive, "-live", name)
        assert ended.code == 5
        assert "is a part of the commit" in ended.err
