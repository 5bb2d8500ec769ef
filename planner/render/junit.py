"""JUnit XML: a plan as a suite of tests, for the many places that show one: each cluster is a test.

A change that apply would refuse, and a plan that could not be made, fail. What changes passes, and says what it does;
what only the state gets to know is skipped.
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape as escape_xml
from xml.sax.saxutils import quoteattr

from planner.model.checks import find_failures
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.plan import Action, Change
from planner.model.plan_ids import shorten_plan_id
from planner.model.review import Broken, Review
from planner.model.summary import is_news
from planner.render.diff_lines import list_diff_lines
from planner.render.escaping import escape

__all__ = ["render_junit"]


def render_junit(subject: Review | Broken) -> str:
    """Return the XML of `subject`, a newline at its end."""
    cases = list(_list_broken(subject) if isinstance(subject, Broken) else _list_cases(subject))
    failures = sum("<failure" in case for case in cases)
    errors = sum("<error" in case for case in cases)
    skipped = sum("<skipped" in case for case in cases)
    name = f"planner {subject.title}".strip()
    if isinstance(subject, Review):
        name += f" {shorten_plan_id(subject.plan.id)}"
    numbers = f'tests="{len(cases)}" failures="{failures}" errors="{errors}"'
    suite = f'<testsuite name={_quote(name)} {numbers} skipped="{skipped}">'
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {numbers}>'
    return "\n".join((head, suite, *cases, "</testsuite>", "</testsuites>")) + "\n"


def _list_broken(broken: Broken) -> Iterator[str]:
    told = [one for one in broken.diagnostics if one.severity is Severity.ERROR]
    for one in told:
        yield _write_case("plan", one.code, _tell("error", one))
    if not told:
        yield _write_case("plan", "plan", f"<error message={_quote(broken.reason)}/>")


def _list_cases(review: Review) -> Iterator[str]:
    by_address = {one.address: one for one in review.refusals if one.address is not None}
    for one in review.refusals:
        if one.address is None or one.address not in {change.address for change in review.plan.changes}:
            yield _write_case("plan", one.code, _tell("failure", one))
    # A limit is about all that is lost: none of it may pass as if it could be.
    limit = next((one for one in review.refusals if one.address is None), None)
    for one in find_failures(review.plan.checks):
        kind = "failure" if one.severity is Severity.ERROR else "skipped"
        yield _write_case("check", one.summary, _tell(kind, one))
    for change in review.plan.changes:
        is_lost = change.action in {Action.DELETE, Action.REPLACE}
        refusal = by_address.get(change.address) or (limit if is_lost else None)
        if refusal is not None:
            body = _tell("failure", refusal) + _write_output(change)
        elif not is_news(change):
            body = '<skipped message="only the state is brought up to date"/>'
        else:
            body = _write_output(change)
        yield _write_case(f"plan.{change.action.value}", str(change.address), body)
    if not review.plan.changes and not review.refusals:
        yield _write_case("plan", "no changes", "")


def _write_case(classname: str, name: str, body: str) -> str:
    head = f"<testcase classname={_quote(classname)} name={_quote(name)}"
    return f"{head}>{body}</testcase>" if body else f"{head}/>"


def _tell(kind: str, diagnostic: Diagnostic) -> str:
    message = _quote(diagnostic.summary)
    if kind == "skipped":
        return f"<skipped message={message}/>"
    detail = "\n".join(map(escape, diagnostic.detail.split("\n")))
    return f"<{kind} message={message} type={_quote(diagnostic.code)}>{escape_xml(detail)}</{kind}>"


def _write_output(change: Change) -> str:
    return f"<system-out>{escape_xml(chr(10).join(list_diff_lines([change])))}</system-out>"


def _quote(text: str) -> str:
    """Return `text` as the value of an attribute: escaped, so that no character is left that XML does not know."""
    return quoteattr(escape(text))
