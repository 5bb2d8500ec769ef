"""Rules: what is wrong with a Cluster that JSON Schema cannot say.

Read-only fields may be there in a document that came from the API and are still not a configuration's to set; names
in keyed lists and sets differ. Refuses to look at types and values, which the schema judges.
"""

from collections.abc import Iterator
from typing import Any

from schemas.fields import Field, cluster_field
from schemas.view import View, is_hidden, show_path
from schemas.violations import Path, Violation
from schemas.wording import format_path, quote_text

__all__ = ["drop_read_only", "find_read_only", "find_repeated_names"]


def find_read_only(view: View) -> Iterator[Violation]:
    """Yield a violation for each field that only the server sets."""
    for path in _find_read_only_paths(view.document, cluster_field(), ()):
        yield Violation(
            path=path,
            code="read-only-field",
            message=f"{show_path(view, path)} is read-only: the server sets it",
            key=True,
        )


def drop_read_only(document: Any) -> Any:  # noqa: ANN401 - any JSON document
    """Return `document` without the fields that only the server sets."""
    return _drop_read_only(document, cluster_field())


def find_repeated_names(view: View) -> Iterator[Violation]:
    """Yield a violation for each entry of a keyed list or set whose name an earlier entry has."""
    for path, field, entries in _find_named_lists(view.document, cluster_field(), ()):
        first: dict[str, Path] = {}
        for position, entry in enumerate(entries):
            entry_path: Path = (*path, position)
            name, name_path = _read_name(entry, entry_path, field)
            if isinstance(name, str) and first.setdefault(name, entry_path) != entry_path:
                yield _describe_repeat(view, name, name_path, first[name])


def _read_name(entry: Any, path: Path, field: Field) -> tuple[Any, Path]:  # noqa: ANN401 - any JSON value
    """Return the name of an entry and where it stands: in a set an entry may be the name itself."""
    key = field.list_key or "name"
    if isinstance(entry, dict):
        return entry.get(key), (*path, key)
    return (entry if field.is_set else None), path


def _describe_repeat(view: View, name: str, path: Path, first: Path) -> Violation:
    named = "the name" if is_hidden(view, path) else f"the name {quote_text(name)}"
    return Violation(
        path=path,
        code="duplicate-name",
        message=f"{show_path(view, path)} repeats {named} of {format_path(first)}; names in a list must differ",
    )


def _find_read_only_paths(value: Any, field: Field, path: Path) -> Iterator[Path]:  # noqa: ANN401 - any JSON value
    if field.read_only:
        yield path
    elif isinstance(value, dict):
        for name, child in field.fields.items():
            if name in value:
                yield from _find_read_only_paths(value[name], child, (*path, name))


def _drop_read_only(value: Any, field: Field) -> Any:  # noqa: ANN401 - any JSON value
    if not isinstance(value, dict) or not field.fields:
        return value
    kept = {name: member for name, member in value.items() if not _is_read_only(field, name)}
    return {
        name: _drop_read_only(member, field.fields[name]) if name in field.fields else member
        for name, member in kept.items()
    }


def _is_read_only(field: Field, name: str) -> bool:
    return name in field.fields and field.fields[name].read_only


def _find_named_lists(value: Any, field: Field, path: Path) -> Iterator[tuple[Path, Field, list[Any]]]:  # noqa: ANN401 - any JSON
    if isinstance(value, list) and (field.list_key is not None or field.is_set):
        yield path, field, value
    elif isinstance(value, dict):
        for name, child in field.fields.items():
            if name in value:
                yield from _find_named_lists(value[name], child, (*path, name))
