"""Code Quality: findings as GitLab shows them in a merge request.

https://docs.gitlab.com/ci/testing/code_quality/ describes the report. Each entry needs a place; what has none, as a
cluster that nothing declares any more, stands at the configuration's directory.
"""

import json

from planner.model.review import Broken, Review
from planner.render.findings import Finding, Level, list_findings
from planner.render.sarif import fingerprint
from state.values import Json

__all__ = ["render_code_quality"]

_SEVERITIES = {Level.ERROR: "critical", Level.WARNING: "major", Level.NOTE: "info"}


def render_code_quality(subject: Review | Broken) -> str:
    """Return the report of `subject`, a newline at its end."""
    entries: list[Json] = [_describe(finding, subject.directory) for finding in list_findings(subject)]
    return json.dumps(entries, indent=2) + "\n"


def _describe(finding: Finding, directory: str) -> dict[str, Json]:
    return {
        "check_name": finding.rule,
        "description": f"{finding.title}. {finding.text}",
        "fingerprint": fingerprint(finding),
        "location": {"lines": {"begin": max(finding.line, 1)}, "path": finding.file or directory or "."},
        "severity": _SEVERITIES[finding.level],
    }
