"""`plan -untrusted`: a stranger's pull request, as the stranger would write it to get at the token and the secrets."""

import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.cli.test_base import Git, git
from tests.cli.workbench import Bench, Ended

__all__ = ["MAIN", "SECRET", "commit", "evil", "git", "plan", "secretive", "write"]

SECRET = "canary-of-a-database"
MAIN = """\
variable "password" {
  type      = string
  sensitive = true
}

cluster "db" {
  metadata = { name = "db" }
  spec = {
    version                 = "2021.06"
    commonRuntimeProperties = { "druid.metadata.storage.connector.password" = var.password }
  }
}
"""


@pytest.fixture
def evil() -> Iterator[tuple[str, list[str]]]:
    """Return the address of a server of the stranger's, and what it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(str(self.headers))
            self.send_error(404)

        do_POST = do_GET  # noqa: N815 - likewise

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def secretive(bench: Bench, git: Git, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Return a repository whose main branch has a secret, which is applied."""
    monkeypatch.setenv("PLANNER_VAR_password", SECRET)
    git("checkout", "-q", "main")
    (bench.path / "main.hcl").write_text(MAIN, encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "secret")
    assert bench.run("apply", "-auto-approve").code == 0
    git("checkout", "-q", "-B", "change")
    return bench


def commit(bench: Bench) -> None:
    who = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-C", str(bench.path)]
    for words in (["add", "-A"], ["commit", "-q", "--allow-empty", "-m", "change"]):
        subprocess.run([*who, *words], check=True)  # noqa: S603 - the words are ours


def plan(bench: Bench, *options: str) -> Ended:
    commit(bench)
    ended = bench.run("plan", "-untrusted", "-base", "main", "-ci", "none", "-markdown", "plan.md", *options)
    told = ended.out + ended.err
    told += (bench.path / "plan.md").read_text(encoding="utf-8") if (bench.path / "plan.md").exists() else ""
    assert SECRET not in told
    assert "-".join(SECRET) not in told, "not letter by letter either"
    return ended


def write(bench: Bench, text: str, name: str = "main.hcl") -> None:
    (bench.path / name).write_text(text, encoding="utf-8")


def test_a_harmless_change_is_planned(secretive: Bench) -> None:
    write(secretive, MAIN.replace("2021.06", "2021.06.01"))
    ended = plan(secretive)
    assert ended.code == 0, ended.err
    assert "1 change from this pull request" in ended.out


def test_another_account_is_not_asked_and_gets_no_token(secretive: Bench, evil: tuple[str, list[str]]) -> None:
    address, asked = evil
    write(
        secretive, f'provider "imply" {{\n  endpoint  = "{address}"\n  token_url = "{address}/token"\n}}\n', "evil.hcl"
    )
    ended = plan(secretive)
    assert ended.code == 0, ended.err
    assert asked == []
    assert "The planner and provider blocks are taken from main" in ended.err
    assert "(endpoint, token url)" in " ".join(ended.err.split())


def test_another_backend_and_another_guard_are_not_used(secretive: Bench, evil: tuple[str, list[str]]) -> None:
    address, asked = evil
    write(
        secretive,
        f'planner {{\n  backend "http" {{\n    address = "{address}/state"\n  }}\n  guard {{\n    max_delete = null\n'
        "    max_delete_percent = null\n  }\n}\n",
        "evil.hcl",
    )
    for path in secretive.path.glob("*.cluster.json"):
        path.unlink()
    write(secretive, MAIN.partition("cluster")[0])
    ended = plan(secretive)
    assert ended.code == 5, "the limits of the base hold"
    assert asked == []


@pytest.mark.parametrize(
    "text",
    [
        MAIN.replace("  sensitive = true\n", "") + 'output "leak" {\n  value = join("-", split("", var.password))\n}\n',
        MAIN.replace("  sensitive = true\n", "") + 'check "leak" {\n  assert {\n    condition     = false\n'
        '    error_message = join("-", split("", var.password))\n  }\n}\n',
        MAIN.replace("  sensitive = true\n", "")
        + 'locals {\n  leak = tonumber(join("-", split("", var.password)))\n}\noutput "x" {\n  value = local.leak\n}\n',
        MAIN.replace(
            "  sensitive = true\n",
            '  validation {\n    condition     = false\n    error_message = join("-", split("", var.password))\n  }\n',
        ),
    ],
)
def test_a_secret_cannot_be_told(secretive: Bench, text: str) -> None:
    write(secretive, text)
    ended = plan(secretive)
    assert ended.code == 5
    assert "secret" in ended.err
    assert ended.out == ""


def test_a_variable_that_the_base_lacks_gets_no_value_from_the_environment(
    secretive: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for prefix in ("TF_VAR_", "PLANNER_VAR_"):
        monkeypatch.setenv(f"{prefix}other", "from-outside")
    output = 'variable "other" {\n  default = "nothing"\n}\noutput "leak" {\n  value = var.other\n}\n'
    write(secretive, MAIN + output)
    ended = plan(secretive)
    assert ended.code == 0, ended.err
    assert '"nothing"' in ended.out
    assert "from-outside" not in ended.out


def test_a_file_of_variables_outside_sets_only_what_the_base_has(secretive: Bench) -> None:
    outside = secretive.path.parent / f"{secretive.path.name}-values.vars.hcl"
    outside.write_text('other = "from-outside"\n', encoding="utf-8")
    write(secretive, MAIN + 'variable "other" {\n  default = "x"\n}\noutput "leak" {\n  value = var.other\n}\n')
    ended = plan(secretive, "-var-file", str(outside))
    assert ended.code == 0, ended.err
    assert "from-outside" not in ended.out


def test_a_file_of_variables_of_the_repository_sets_a_new_one(secretive: Bench, git: Git) -> None:
    git("checkout", "-q", "main")
    write(secretive, "", "ci.vars.hcl")
    git("add", "-A")
    git("commit", "-q", "-m", "values")
    git("checkout", "-q", "-B", "change")
    write(secretive, 'other = "of the pull request"\n', "ci.vars.hcl")
    write(secretive, 'variable "other" {}\noutput "told" {\n  value = var.other\n}\n', "more.hcl")
    ended = plan(secretive, "-var-file", "ci.vars.hcl")
    assert ended.code == 0, ended.err
    assert "of the pull request" in ended.out


def test_what_costs_too_much_is_cut_off(secretive: Bench) -> None:
    doubling = "".join(f'  a{at} = "${{local.a{at - 1}}}${{local.a{at - 1}}}"\n' for at in range(1, 40))
    write(secretive, f'{MAIN}locals {{\n  a0 = "xxxxxxxx"\n{doubling}}}\noutput "o" {{\n  value = local.a39\n}}\n')
    assert plan(secretive).code in {3, 5}


def test_what_is_trusted_must_be_said(secretive: Bench) -> None:
    ended = secretive.run("plan", "-untrusted")
    assert ended.code == 1
    assert "-untrusted needs to know what is trusted" in ended.err


def test_no_command_is_run_for_a_token(secretive: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be a script that the pull request changes."""
    script = secretive.path / "token.sh"
    script.write_text(f"#!/bin/sh\ntouch {secretive.path}/ran\necho token\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.delenv("IMPLY_TOKEN")
    monkeypatch.setenv("IMPLY_TOKEN_COMMAND", "./token.sh")
    ended = plan(secretive)
    assert ended.code == 5
    assert "runs no command for a token" in ended.err
    assert not (secretive.path / "ran").exists()


def test_blocks_are_not_generated_by_asking_whom_the_stranger_names(
    secretive: Bench, evil: tuple[str, list[str]]
) -> None:
    address, asked = evil
    write(
        secretive,
        f'provider "imply" {{\n  endpoint = "{address}"\n}}\nimport {{\n  to = cluster.x\n  id = "x"\n}}\n',
        "evil.hcl",
    )
    ended = secretive.run("plan", "-untrusted", "-base", "main", "-generate-config-out", "new.hcl")
    assert ended.code == 1
    assert "-generate-config-out asks the account" in ended.err
    assert asked == []


def test_a_directory_that_looks_like_a_repository_is_none(secretive: Bench, evil: tuple[str, list[str]]) -> None:
    """Its commits and its settings would be those of the stranger, also that which is called main."""
    address, asked = evil
    inner = secretive.path / "inner"
    (inner / "refs").mkdir(parents=True)
    (inner / "objects").mkdir()
    (inner / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    (inner / "config").write_text("[core]\n\tbare = false\n\tworktree = .\n", encoding="utf-8")
    made = ["git", "--git-dir", str(inner), "--work-tree", str(inner)]
    write(secretive, f'provider "imply" {{\n  endpoint = "{address}"\n}}\n', "inner/main.hcl")
    for words in (
        ["add", "main.hcl"],
        ["-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "x"],
    ):
        subprocess.run([*made, *words], check=True, cwd=inner)  # noqa: S603 - the words are ours
    ended = secretive.run("-chdir=inner", "plan", "-untrusted", "-base", "main")
    assert asked == []
    assert ended.code == 1
    assert "no Git repository" in ended.err


@pytest.mark.parametrize("by_link", [False, True])
def test_a_file_of_variables_names_no_endpoint(
    bench: Bench, git: Git, evil: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch, *, by_link: bool
) -> None:
    monkeypatch.setenv("IMPLY_TOKEN", "canary-token")
    git("checkout", "-q", "main")
    (bench.path / "where.hcl").write_text(
        'variable "where" {\n  type = string\n}\nprovider "imply" {\n  endpoint = var.where\n}\n', encoding="utf-8"
    )
    file = bench.path / "vars" / "ci.vars.hcl"
    file.parent.mkdir()
    file.write_text('where = "emulator:account.json"\n', encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "where")
    git("checkout", "-q", "-B", "change")
    if by_link:
        file.parent.rename(bench.path / "others")
        (bench.path / "vars").symlink_to("others")
    file.write_text(f'where = "{evil[0]}"\n', encoding="utf-8")
    for state in bench.path.glob("planner.state*"):
        state.unlink()
    commit(bench)
    ended = bench.run("plan", "-untrusted", "-base", "main", "-ci", "none", "-var-file", "vars/ci.vars.hcl")
    assert 'The name "shop" is taken' in ended.err, "the account that the base names was asked"
    assert evil[1] == []


def test_a_submodule_does_not_say_what_is_trusted(secretive: Bench, git: Git, evil: tuple[str, list[str]]) -> None:
    """The pull request names its repository, and so whose `main` is meant."""
    address, asked = evil
    strange = secretive.path.parent / f"{secretive.path.name}-strange"
    strange.mkdir()
    (strange / "main.hcl").write_text(f'provider "imply" {{\n  endpoint = "{address}"\n}}\n', encoding="utf-8")
    who = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "-C", str(strange)]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*who, *words], check=True)  # noqa: S603 - the words are ours
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(strange), "infra")
    ended = secretive.run("-chdir=infra", "plan", "-untrusted", "-base", "main")
    assert ended.code == 5
    assert "does not trust a submodule" in ended.err
    assert asked == []


def test_a_plan_from_a_snapshot_needs_no_token_and_so_runs_no_command(
    secretive: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert secretive.run("snapshot", "-out", "live.json").code == 0
    monkeypatch.delenv("IMPLY_TOKEN")
    monkeypatch.setenv("IMPLY_TOKEN_COMMAND", f"touch {secretive.path}/ran")
    ended = secretive.run("plan", "-untrusted", "-base", "main", "-live", "live.json")
    assert ended.code == 0, ended.err
    assert not (secretive.path / "ran").exists()


def test_a_file_of_variables_that_the_base_lacks_is_refused(secretive: Bench) -> None:
    write(secretive, 'unused = "x"\n', "new.tfvars")
    ended = secretive.run("plan", "-untrusted", "-base", "main", "-ci", "none", "-var-file", "new.tfvars")
    assert ended.code == 5
    assert "new.tfvars is not in main" in ended.err
