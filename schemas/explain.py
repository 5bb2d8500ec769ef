"""Explaining: everything that is wrong with a document, at once and in its order.

Puts together what the survey, the rules and the judge find, one violation at a place. Refuses to raise, whatever the
document is.
"""

from collections.abc import Collection, Iterator

from schemas.accept import is_acceptable
from schemas.fields import find_field
from schemas.plain import MAX_DEPTH
from schemas.rules import drop_read_only, find_read_only, find_repeated_names
from schemas.survey import Finding, Survey, survey_document
from schemas.view import View, find_place, show_path
from schemas.violations import Code, Path, Violation
from schemas.wording import describe_expected, describe_kind, format_path

__all__ = ["find_violations"]


def find_violations(document: object, hidden: Collection[Path]) -> tuple[Violation, ...]:
    """Return what is wrong with `document`, as `check_cluster` promises it."""
    survey = survey_document(document)
    if survey.too_deep is not None:
        return (_describe_depth(survey.too_deep),)
    view = View(document=survey.document, hidden=frozenset(hidden))
    found: dict[Path, Violation] = {}
    for violation in _find_all(view, survey):
        found.setdefault(violation.path, violation)
    return tuple(sorted(found.values(), key=lambda violation: find_place(view, violation.path)))


def _find_all(view: View, survey: Survey) -> Iterator[Violation]:
    """Yield all violations; where two are at one place, the one that says more comes first."""
    for path, finding, value in survey.findings:
        yield _describe_finding(view, path, finding, value)
    yield from find_read_only(view)
    configurable = drop_read_only(view.document)
    if not is_acceptable(configurable):
        from schemas.judge import find_schema_violations  # noqa: PLC0415 - it imports jsonschema, which is slow

        yield from find_schema_violations(View(document=configurable, hidden=view.hidden))
    yield from find_repeated_names(view)


def _describe_finding(view: View, path: Path, finding: Finding, value: object) -> Violation:
    place = show_path(view, path)
    field = find_field(path)
    expected = describe_expected(field) if field else "a value that JSON can hold"
    code: Code
    match finding:
        case "bad-key":
            code, message = "malformed-value", f"{place} has a key that is not a string"
        case "bad-text":
            code, message = (
                "malformed-value",
                f"{place} holds half a character (a lone surrogate), which cannot be sent",
            )
        case "bad-number":
            code, message = "out-of-range", f"{place} must be {expected}; it is {_describe_bad_number(value)}"
        case "not-json":
            code, message = "wrong-type", f"{place} must be {expected}; it is {describe_kind(value)}"
    return Violation(path=path, code=code, message=message)


def _describe_bad_number(value: object) -> str:
    return "a number too large to send" if isinstance(value, int) else "not a finite number"


def _describe_depth(path: Path) -> Violation:
    top = path[:3]
    message = f"{format_path(top)} nests too deep: more than {MAX_DEPTH} objects and lists within one another"
    return Violation(path=top, code="too-deep", message=message)
