"""The survey: makes a document safe to judge.

Reads what may be anything at all and returns plain JSON, with what JSON cannot hold taken out and told of. Whatever
comes after may rely on strings that print, numbers that print and a depth that ends.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from schemas.plain import MAX_DEPTH, is_sendable_number, is_sendable_text
from schemas.violations import Path

__all__ = ["Finding", "Survey", "survey_document"]

Finding: TypeAlias = Literal["bad-key", "bad-number", "bad-text", "not-json"]


@dataclass(frozen=True, slots=True)
class Survey:
    """A document as plain JSON; where something was wrong with it (None stands there now), and what was there.

    `too_deep` is a path at which the document still went on; there the survey stopped, and the rest is not to be used.
    """

    document: Any
    findings: list[tuple[Path, Finding, Any]] = field(default_factory=list)
    too_deep: Path | None = None


class _TooDeep(Exception):  # noqa: N818 - not an error: how the survey leaves the depths
    """The document nests deeper than anything may."""


def survey_document(document: object) -> Survey:
    """Return what of `document` is plain JSON, and what is not."""
    findings: list[tuple[Path, Finding, Any]] = []
    try:
        return Survey(_copy(document, (), findings), findings)
    except _TooDeep as error:
        return Survey(None, findings, error.args[0])


def _copy(value: Any, path: Path, findings: list[tuple[Path, Finding, Any]]) -> Any:  # noqa: ANN401 - any value at all
    match value:
        case None | bool():
            return value
        case str() if is_sendable_text(value):
            return str(value)
        case int() | float() if is_sendable_number(value):
            return int(value) if isinstance(value, int) else float(value)
        case dict() | list() if len(path) >= MAX_DEPTH:
            raise _TooDeep(path)
        case dict():
            return _copy_object(value, path, findings)
        case list():
            return [_copy(member, (*path, position), findings) for position, member in enumerate(value)]
        case str():
            finding: Finding = "bad-text"
        case int() | float():
            finding = "bad-number"
        case _:
            finding = "not-json"
    findings.append((path, finding, value))
    return None


def _copy_object(value: dict[Any, Any], path: Path, findings: list[tuple[Path, Finding, Any]]) -> dict[str, Any]:
    copy = {}
    for key, member in value.items():
        if not isinstance(key, str):
            findings.append((path, "bad-key", key))
        elif not is_sendable_text(key):
            findings.append(((*path, str(key)), "bad-text", key))
        else:
            copy[str(key)] = _copy(member, (*path, str(key)), findings)
    return copy
