"""Annotations: findings on the lines of a pull request, as commands in the log of a pipeline.

GitHub shows ten errors, ten warnings and ten notices of a step, and says nothing of the others: they are counted here.
"""

from collections import Counter
from collections.abc import Callable

from planner.model.review import Broken, Review
from planner.render.findings import Finding, Level, list_findings

__all__ = ["render_azure_annotations", "render_github_annotations"]

_MOST = 10
_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice"}


def render_github_annotations(subject: Review | Broken) -> str:
    """Return the workflow commands for GitHub Actions, a line each."""
    return _render(subject, _write_github)


def render_azure_annotations(subject: Review | Broken) -> str:
    """Return the logging commands for Azure Pipelines, a line each; it knows errors and warnings."""
    return _render(subject, _write_azure)


def _render(subject: Review | Broken, write: Callable[[Finding], str]) -> str:
    findings = list(list_findings(subject))
    totals = Counter(finding.level for finding in findings)
    seen: Counter[Level] = Counter()
    lines = []
    for finding in findings:
        seen[finding.level] += 1
        if totals[finding.level] <= _MOST or seen[finding.level] < _MOST:
            lines.append(write(finding))
    for level, total in totals.items():
        if total > _MOST:
            text = (
                f"{total - _MOST + 1} more {_COMMANDS[level]}s of the plan have no room here. The run's output has all."
            )
            lines.append(write(Finding(rule="planner", level=level, title="More of this plan", text=text, key="")))
    return "".join(f"{line}\n" for line in lines)


def _write_github(finding: Finding) -> str:
    properties = [("file", finding.file), ("line", str(finding.line)), ("col", str(finding.column))]
    told = [(name, value) for name, value in properties if finding.file]
    told.append(("title", finding.title))
    written = ",".join(f"{name}={_escape_property(value)}" for name, value in told)
    return f"::{_COMMANDS[finding.level]} {written}::{_escape_text(finding.text)}"


def _escape_text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_text(text).replace(":", "%3A").replace(",", "%2C")


def _write_azure(finding: Finding) -> str:
    kind = "error" if finding.level is Level.ERROR else "warning"
    places = [("sourcepath", finding.file), ("linenumber", str(finding.line)), ("columnnumber", str(finding.column))]
    told = [("type", kind), *((name, value) for name, value in places if finding.file)]
    written = ";".join(f"{name}={_escape_azure(value)}" for name, value in told)
    return f"##vso[task.logissue {written}]{_escape_azure(f'{finding.title}. {finding.text}')}"


def _escape_azure(text: str) -> str:
    """Return `text` as Azure takes it in a command: the percent sign first, as `%AZP25`."""
    text = text.replace("%", "%AZP25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace("]", "%5D").replace(";", "%3B")
