"""Run links: the address of the CI run that we are in, so that whoever waits for a lock can look at it."""

from collections.abc import Mapping
from pathlib import Path

__all__ = ["find_commit", "find_place", "find_run_link"]

_WHOLE = ("CI_JOB_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL", "BUILD_URL")
"""GitLab, Buildkite, CircleCI, Jenkins: a variable that holds the address."""


_COMMITS = (
    "GITHUB_SHA",
    "CI_COMMIT_SHA",
    "BUILDKITE_COMMIT",
    "CIRCLE_SHA1",
    "BITBUCKET_COMMIT",
    "BUILD_SOURCEVERSION",
    "GIT_COMMIT",
)


def find_commit(environment: Mapping[str, str]) -> str:
    """Return the commit that is applied, as the CI says it; empty where it does not."""
    return next((environment[name] for name in _COMMITS if environment.get(name)), "")


_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR", "BUILD_SOURCESDIRECTORY", "BITBUCKET_CLONE_DIR", "WORKSPACE")
"""Where the repository is: GitHub, GitLab, Azure, Bitbucket, Jenkins."""


def find_place(directory: str, environment: Mapping[str, str]) -> str:
    """Return where in the repository `directory` is, empty for its root or where it is in none.

    The root is what the CI says, or else the nearest directory above that Git knows as one.
    """
    here = Path(directory).resolve()
    named = [Path(environment[name]).resolve() for name in _ROOTS if environment.get(name)]
    roots = [root for root in named if here.is_relative_to(root)]
    roots += [root for root in (here, *here.parents) if (root / ".git").exists()]
    relative = here.relative_to(roots[0]).as_posix() if roots else "."
    return "" if relative == "." else relative


def find_run_link(environment: Mapping[str, str]) -> str | None:
    """Return the address of the run, or None where we are in none that says so."""
    parts = [environment.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID")]
    if all(parts):
        return "{}/{}/actions/runs/{}".format(*parts)
    parts = [environment.get(name) for name in ("SYSTEM_COLLECTIONURI", "SYSTEM_TEAMPROJECT", "BUILD_BUILDID")]
    if all(parts):
        return "{}{}/_build/results?buildId={}".format(*parts)
    parts = [environment.get(f"BITBUCKET_{name}") for name in ("GIT_HTTP_ORIGIN", "BUILD_NUMBER")]
    if all(parts):
        return "{}/pipelines/results/{}".format(*parts)
    return next((environment[name] for name in _WHOLE if environment.get(name)), None)
