"""Running a pipeline's steps by hand: the commands of a workflow file, in order, as its runner would."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

__all__ = ["Checkout", "list_runs", "load", "make_checkout"]

ROOT = Path(__file__).resolve().parents[2]
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def load(name: str) -> Any:  # noqa: ANN401 - a document
    """Return a document of YAML by its name below the root."""
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def list_runs(document: object) -> list[str]:
    """Return every `run` and `script` in a document, wherever it is."""
    match document:
        case dict():
            own = [document[name] for name in ("run", "script", "before_script") if name in document]
            flat = [line for one in own for line in (one if isinstance(one, list) else [one])]
            return flat + [line for member in document.values() for line in list_runs(member)]
        case list():
            return [line for member in document for line in list_runs(member)]
        case _:
            return []


@dataclass
class Checkout:
    """A scratch repository with what its pipelines find around them; `said` is what their steps printed."""

    path: Path
    environment: dict[str, str]
    said: list[str] = field(default_factory=list)

    def git(self, *words: str) -> str:
        names = ("-c", "user.name=a", "-c", "user.email=a@b.c")
        ended = subprocess.run(  # noqa: S603 - our own words
            ["git", *names, *words],  # noqa: S607 - whichever there is
            cwd=self.path,
            check=True,
            capture_output=True,
            text=True,
        )
        return ended.stdout.strip()

    def shell(self, script: str, environment: Mapping[str, str] | None = None) -> int:
        """Run a script as GitHub and GitLab do, and return its exit code."""
        ended = subprocess.run(  # noqa: S603 - the steps under test
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],  # noqa: S607 - likewise
            cwd=self.path,
            env={**self.environment, **(environment or {})},
            capture_output=True,
            text=True,
            check=False,
        )
        self.said.append(ended.stdout + ended.stderr)
        return ended.returncode

    def run_github(self, job: Any, values: Mapping[str, str]) -> int:  # noqa: ANN401 - a job of a workflow
        """Run the steps of a job; one that fails is the last, but for those that run in any case."""
        code = 0
        environment = expand(job.get("env", {}), values)
        for step in job["steps"]:
            condition = str(step.get("if", ""))
            if "run" not in step or step.get("name") == "Install":
                continue
            if code and "failure()" not in condition and "!cancelled()" not in condition:
                continue
            if "failure()" in condition and not code:
                continue
            if "steps.plan.outputs.plan_id == ''" in condition and self._has_output("plan_id"):
                continue
            if "steps.plan.outputs.plan_id != ''" in condition and not self._has_output("plan_id"):
                continue
            code = self.shell(step["run"], {**environment, **expand(step.get("env", {}), values)}) or code
        return code

    def _has_output(self, name: str) -> bool:
        return f"{name}<<" in Path(self.environment["GITHUB_OUTPUT"]).read_text(encoding="utf-8")

    def run_gitlab(self, job: Any) -> int:  # noqa: ANN401 - a job of a pipeline
        variables = {name: str(value) for name, value in job.get("variables", {}).items()}
        return self.shell("\n".join(job["script"]), variables)


def expand(environment: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, str]:
    """Return the variables with each expression as `values` say it; one that is unknown there is empty."""
    return {
        name: _EXPRESSION.sub(lambda found: values.get(found[1], ""), str(value)) for name, value in environment.items()
    }


def make_checkout(path: Path, **environment: str) -> Checkout:
    """Make a repository with the quickstart on its main branch, applied once."""
    stubs = path / "stubs"
    stubs.mkdir(parents=True)
    binary = stubs / "planner"
    binary.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m planner "$@"\n', encoding="utf-8")
    binary.chmod(0o755)
    checkout = Checkout(
        path / "checkout",
        {
            "PATH": f"{stubs}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "HOME": str(path),
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "PLANNER_CACHE_DIR": str(path / "cache"),
            **environment,
        },
    )
    checkout.path.mkdir()
    (checkout.path / "main.hcl").write_bytes((ROOT / "examples" / "quickstart" / "main.hcl").read_bytes())
    (checkout.path / ".gitignore").write_text(
        "*.state.json*\naccount.json*\nplan.*\n*.md\nquality.json\n.planner*\n", encoding="utf-8"
    )
    checkout.git("init", "-q", "-b", "main")
    checkout.git("add", "-A")
    checkout.git("commit", "-q", "-m", "first")
    checkout.git("update-ref", "refs/remotes/origin/main", "main")
    assert checkout.shell("planner apply -auto-approve") == 0, checkout.said
    return checkout
