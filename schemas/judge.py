"""The judge: jsonschema's verdict on a document, told in our sentences.

The one door to jsonschema. Its errors say where and which keyword; what is said to people is made here from the
schema and the document, and none of its own text is shown.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from schemas.fields import Field, find_field
from schemas.loading import load_cluster_schema
from schemas.suggest import suggest_field, suggest_name
from schemas.view import View, find_value, show_path, show_value
from schemas.violations import Code, Path, Violation
from schemas.wording import describe_expected, format_name, join_texts

__all__ = ["find_schema_violations"]

_CODES: dict[str, Code] = {
    "type": "wrong-type",
    "enum": "not-allowed-value",
    "pattern": "malformed-value",
    "minLength": "malformed-value",
    "minimum": "out-of-range",
    "maximum": "out-of-range",
}
"""The keywords that judge one value, the most telling first: of several at one place only the first is told."""

_MANY = 8
"""An object with more unknown fields than this is no misspelt one: nothing is guessed. No longer list is shown."""


def find_schema_violations(view: View) -> list[Violation]:
    """Return what the schema of a Cluster has against the document, one violation at a place."""
    found: dict[Path, Violation] = {}
    for error in sorted(_validator().iter_errors(view.document), key=_rank):
        for violation in _explain(view, error):
            found.setdefault(violation.path, violation)
    return list(found.values())


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(load_cluster_schema())


def _rank(error: ValidationError) -> int:
    """Return where the error stands among those at one place: a field that must not be there needs no good value."""
    keywords = [None, *_CODES]
    return keywords.index(error.validator) if error.validator in keywords else len(keywords)


def _explain(view: View, error: ValidationError) -> Iterator[Violation]:
    path: Path = tuple(error.absolute_path)
    keyword: Any = error.validator
    match keyword:
        case "required":
            yield from _explain_missing(view, path, error)
        case "additionalProperties":
            yield from _explain_unknown(view, path)
        case None:
            yield from _explain_forbidden(view, path, error)
        case "type" if error.instance is None:
            yield _explain_null(view, path)
        case _:
            yield _explain_value(view, path, keyword)


def _explain_missing(view: View, path: Path, error: ValidationError) -> Iterator[Violation]:
    field, instance = find_field(path), find_value(view, path)
    required: Any = error.validator_value
    for name in required:
        if name not in instance:
            child = field.fields.get(name) if field else None
            expected = f" ({describe_expected(child)})" if child else ""
            yield Violation(
                path=(*path, name),
                code="missing-field",
                message=f"{show_path(view, path)} must have the field {format_name(name)}{expected}"
                f"{_describe_condition(view, path, error)}",
                key=True,
            )


def _explain_unknown(view: View, path: Path) -> Iterator[Violation]:
    field = find_field(path)
    known = field.fields if field else {}
    unknown = [name for name in find_value(view, path) if name not in known]
    for name in unknown:
        suggestion = suggest_field(name, field) if field and len(unknown) <= _MANY else None
        listed = [] if suggestion else [format_name(name) for name, child in known.items() if not child.read_only]
        ending = f"; its fields are {join_texts(listed, 'and')}" if 0 < len(listed) <= _MANY else ""
        yield Violation(
            path=(*path, name),
            code="unknown-field",
            message=f"{show_path(view, path)} has no field {format_name(name)}{ending}",
            suggestion=suggestion,
            key=True,
        )


def _explain_forbidden(view: View, path: Path, error: ValidationError) -> Iterator[Violation]:
    """Explain a field for which the schema says `false`: jsonschema names the object it is in, but not the field."""
    for name, schema in _find_schema(error.absolute_schema_path).items():
        if schema is False and name in find_value(view, path):
            yield Violation(
                path=(*path, name),
                code="forbidden-field",
                message=f"{show_path(view, (*path, name))} must not be there{_describe_condition(view, path, error)}",
                key=True,
            )


def _explain_null(view: View, path: Path) -> Violation:
    what = "entry" if path and isinstance(path[-1], int) else "field"
    ending = f"; leave the {what} out instead" if path else ""
    return Violation(path=path, code="null-value", message=f"{show_path(view, path)} must not be null{ending}")


def _explain_value(view: View, path: Path, keyword: str) -> Violation:
    field, value = find_field(path) or Field(kind="any"), find_value(view, path)
    must, ending = f"must be {describe_expected(field)}", f"; it is {show_value(view, path, value)}"
    if keyword == "minLength":
        must, ending = "must not be empty", ""
    return Violation(
        path=path,
        code=_CODES.get(keyword, "malformed-value"),
        message=f"{show_path(view, path)} {must}{ending}",
        suggestion=suggest_name(value, field.allowed) if isinstance(value, str) else None,
    )


def _describe_condition(view: View, path: Path, error: ValidationError) -> str:
    """Return when it is so, ` when …`, if the error comes from a `then`; what was tested is in the object at `path`."""
    steps = list(error.absolute_schema_path)
    if "then" not in steps:
        return ""
    (tested,) = _find_schema(steps[: steps.index("then")])["if"]["required"]
    tested_path: Path = (*path, tested)
    return f" when {format_name(tested)} is {show_value(view, tested_path, find_value(view, tested_path))}"


def _find_schema(steps: Iterable[str | int]) -> Any:  # noqa: ANN401 - any part of a JSON document
    schema: Any = load_cluster_schema()
    for step in steps:
        schema = schema[step]
    return schema
