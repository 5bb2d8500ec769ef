"""Findings: what a review comes to, one by one, for formats that list results with a place: SARIF and annotations.

Each is a change, or a diagnostic. Texts are escaped as for a terminal: one line, and nothing that cannot be seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from planner.model.checks import find_failures
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.paths import format_path
from planner.model.plan import Action, Cause, Change, Difference, Reason
from planner.model.review import Broken, Review
from planner.model.spans import Anchor, find_position
from planner.model.summary import is_news
from planner.render.changes import is_shown
from planner.render.escaping import escape
from planner.render.outside_text import format_sides

__all__ = ["Finding", "Level", "list_findings"]


class Level(Enum):
    """How much a finding matters, in SARIF's words."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One result: `rule` is its kind, `key` tells it from others of its kind, `file` is relative to the repository."""

    rule: str
    level: Level
    title: str
    text: str
    key: str
    file: str = ""
    line: int = 0
    column: int = 0


def list_findings(subject: Review | Broken) -> Iterator[Finding]:
    """Yield what `subject` comes to: what refuses it or went wrong, then its changes."""
    if isinstance(subject, Broken):
        for diagnostic in subject.diagnostics:
            yield _find_diagnostic(diagnostic, subject.sources, subject.directory)
        return
    warnings = (*subject.plan.warnings, *find_failures(subject.plan.checks))
    for diagnostic in (*subject.refusals, *subject.diagnostics, *warnings):
        yield _find_diagnostic(diagnostic, subject.sources, subject.directory)
    for change in subject.plan.changes:
        if is_news(change):
            yield from _find_change(change, subject)


def _find_diagnostic(diagnostic: Diagnostic, sources: Mapping[str, str], directory: str) -> Finding:
    anchor = None
    if diagnostic.span is not None and diagnostic.span.file in sources:
        position = find_position(sources[diagnostic.span.file], diagnostic.span.start)
        anchor = Anchor(diagnostic.span.file, position.line, position.column)
    return _place(
        Finding(
            rule=diagnostic.code,
            level=Level.ERROR if diagnostic.severity is Severity.ERROR else Level.WARNING,
            title=escape(diagnostic.summary),
            text=escape(" ".join(diagnostic.detail.split())) or escape(diagnostic.summary),
            key=escape(str(diagnostic.address or (diagnostic.span.file if diagnostic.span else ""))),
        ),
        anchor,
        directory,
    )


def _find_change(change: Change, review: Review) -> Iterator[Finding]:
    address = escape(str(change.address))
    told_pending = review.base.tell_pending(change.address) if review.base is not None else ""
    pending = f" It is {told_pending} already." if told_pending else ""
    match change.action:
        case Action.DELETE:
            told = Level.WARNING, f"{address} will be deleted", "The cluster and all of its data will be deleted."
        case Action.REPLACE:
            told = Level.WARNING, f"{address} will be replaced", "It is deleted with its data, then created, empty."
        case Action.CREATE if change.reason is Reason.GONE:
            told = Level.WARNING, f"{address} will be created again, empty", "Somebody deleted it outside of planner."
        case Action.CREATE:
            told = Level.NOTE, f"{address} will be created", "A new cluster."
        case Action.FORGET:
            told = Level.NOTE, f"{address} will no longer be managed", "The cluster itself stays."
        case Action.NO_OP:
            told = Level.NOTE, f"{address} is brought up to date in the state", "Nothing is sent."
        case Action.UPDATE:
            yield from _find_differences(change, review, pending)
            return
    level, title, text = told
    rule = f"planner.{'recreate' if change.reason is Reason.GONE else change.action.value}"
    finding = Finding(rule=rule, level=level, title=title, text=f"{text}{_tell_impact(change)}{pending}", key=address)
    yield _place(finding, change.anchor, review.directory)


def _find_differences(change: Change, review: Review, pending: str) -> Iterator[Finding]:
    """Yield a finding for each value that is sent: each lands on the line that set it."""
    address = escape(str(change.address))
    for one in change.differences:
        if not is_shown(one, change):
            continue
        path = escape(format_path(one.path))
        before, after = format_sides((one.before, one.after))
        told = one.cause in {Cause.DRIFT, Cause.CONFLICT}
        finding = Finding(
            rule=f"planner.{one.cause.value}",
            level=Level.WARNING if told else Level.NOTE,
            title=f"{address} will be updated: {path}",
            text=f"{before} -> {after} ({_explain(one)}).{_tell_impact(change)}{pending}",
            key=f"{address}.{path}",
        )
        yield _place(finding, one.anchor or change.anchor, review.directory)


def _explain(one: Difference) -> str:
    match one.cause:
        case Cause.DRIFT:
            return "drift: somebody else changed it, and this is undone"
        case Cause.CONFLICT:
            return "conflict: somebody else changed it too, and this is overwritten"
        case _:
            return str(one.cause.value)


def _tell_impact(change: Change) -> str:
    return f" Impact: {escape(change.impact.words)}." if change.impact is not None else ""


def _place(finding: Finding, anchor: Anchor | None, directory: str) -> Finding:
    if anchor is None:
        return finding
    return Finding(
        rule=finding.rule,
        level=finding.level,
        title=finding.title,
        text=finding.text,
        key=finding.key,
        file=f"{directory}/{anchor.file}" if directory else anchor.file,
        line=anchor.line,
        column=anchor.column,
    )
