"""The README tells the truth: its commands are run in order, and print what it shows."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from planner.config.configuration import VariableInputs
from planner.config.read import read_configuration
from planner.model.diagnostics import ExitCode
from planner.model.guard import Guard

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def read_section(title: str) -> str:
    """Return the text under a heading of the second level."""
    return README.split(f"\n## {title}\n")[1].split("\n## ")[0]


def read_sessions(text: str) -> list[tuple[str, str]]:
    """Return the commands of the `console` blocks in `text`, each with what is shown to come of it."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [
        (command, shown)
        for block in blocks
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)
    ]


def as_pattern(shown: str) -> str:
    """Return the regular expression of output in which `...` stands for anything."""
    return "(?s)" + re.escape(shown.strip("\n")).replace(re.escape("..."), ".*")


def type_into_shell(command: str, directory: Path) -> subprocess.CompletedProcess[str]:
    """Run what a reader would type, with `planner` on the path and nothing else in the environment."""
    environment = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return subprocess.run(  # noqa: S602 - a reader types it into a shell, and so do we
        command, shell=True, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )


def test_commands_print_what_is_shown(tmp_path: Path) -> None:
    sessions = read_sessions(read_section("By hand"))
    assert len(sessions) > 5
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    directory = tmp_path
    for command, shown in sessions:
        done = type_into_shell(command, directory)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        assert re.fullmatch(as_pattern(shown), done.stdout.strip("\n")), f"{command}\n{done.stdout}"
        directory = tmp_path / "try"


def test_the_command_is_where_make_puts_it() -> None:
    (environment,) = re.findall(r"^VENV \?= (\S+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert f"```sh\n. {environment}/bin/activate\n```" in read_section("Set up")


def test_environment_variables_are_those_that_are_read() -> None:
    named = set(re.findall(r"`([A-Z_0-9]+)[=`]", read_section("Environment")))
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "planner").rglob("*.py"))
    assert named == {
        "IMPLY_CLIENT_ID",
        "IMPLY_CLIENT_SECRET",
        "IMPLY_ENDPOINT",
        "IMPLY_TOKEN",
        "IMPLY_TOKEN_COMMAND",
        "IMPLY_TOKEN_FILE",
        "IMPLY_TOKEN_URL",
        "PLANNER_HTTP_PASSWORD",
        "PLANNER_HTTP_USERNAME",
        "PLANNER_LOG",
        "PLANNER_LOG_FILE",
        "PLANNER_PG_CONN_STR",
        "PLANNER_WORKSPACE",
        "PLANNER_AGE_IDENTITY",
        "PLANNER_AGE_IDENTITY_FILE",
        "PLANNER_CACHE_DIR",
        "PLANNER_PLAN_KEY",
        "BITBUCKET_BUILD_NUMBER",
        "CI_API_V4_URL",
        "CI_MERGE_REQUEST_IID",
        "CI_MERGE_REQUEST_PROJECT_ID",
        "CI_PROJECT_ID",
        "GITHUB_API_URL",
        "GITHUB_EVENT_PATH",
        "GITHUB_REF",
        "GITHUB_REPOSITORY",
        "GITHUB_TOKEN",
        "GITLAB_TOKEN",
        "GITHUB_ACTIONS",
        "GITHUB_OUTPUT",
        "GITHUB_STEP_SUMMARY",
        "GITLAB_CI",
        "TF_BUILD",
        "NO_COLOR",
    }
    assert all(f'environ.get("{name}"' in code or f'environment.get("{name}"' in code for name in named)


def test_configuration_is_valid(tmp_path: Path) -> None:
    (block,) = re.findall(r"```hcl\n(.*?)```", read_section("Configuration"), re.DOTALL)
    (tmp_path / "main.hcl").write_text(block, encoding="utf-8")
    configuration = read_configuration(str(tmp_path), VariableInputs())
    assert configuration.diagnostics == ()
    assert configuration.desired is not None
    assert [str(cluster.address) for cluster in configuration.desired.clusters] == ["cluster.web"]


def test_pipeline_runs(tmp_path: Path) -> None:
    shutil.copy(ROOT / "examples" / "quickstart" / "main.hcl", tmp_path)
    lines = [
        line
        for block in re.findall(r"```sh\n(.*?)```", read_section("In CI"), re.DOTALL)
        for line in block.splitlines()
    ]
    codes = [type_into_shell(line, tmp_path).returncode for line in lines]
    assert codes == [0, ExitCode.CHANGES_PRESENT, 0, 0, ExitCode.STALE_PLAN]  # the last one names another plan


def test_guard_shows_the_defaults(tmp_path: Path) -> None:
    (block,) = re.findall(r"```hcl\n(.*?)```", read_section("Guards"), re.DOTALL)
    (tmp_path / "main.hcl").write_text(block, encoding="utf-8")
    configuration = read_configuration(str(tmp_path), VariableInputs())
    assert configuration.diagnostics == ()
    assert configuration.settings.guard == Guard()
    assert all(text in block for text in ("= 3 ", "= 30 ", "= 1 ", "= 50 "))


def test_exit_codes_are_all_there() -> None:
    codes = re.findall(r"^\| ([\d, ]+) \|", read_section("Exit codes"), re.MULTILINE)
    assert sorted(int(code) for row in codes for code in row.split(",")) == sorted(ExitCode)
