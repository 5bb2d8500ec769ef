"""Mirrors: beside a document, where in it something is secret or comes late, as Terraform's plan JSON says it.

Works on JSON as `encode_value` writes it. What comes late is taken out of it and put back; the rest is left as it is.
A mirror has the document's shape, `true` where the mark stands; members in which there is none are left out.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from state.values import Json, Late, Secret, encode_value, read_mark

__all__ = ["JsonPath", "list_late", "mirror_late", "mirror_secrets", "put_in_late", "take_out_late"]

JsonPath: TypeAlias = tuple[str | int, ...]
"""Names of members and positions in lists."""


def mirror_secrets(document: Json) -> Json:
    """Return where in `document` a fingerprint stands for a secret; false where there is none at all."""
    return _mirror(document, Secret)


def mirror_late(document: Json) -> Json:
    """Return where in `document` a value is known after apply; false where there is none at all."""
    return _mirror(document, Late)


def list_late(document: Json, path: JsonPath = ()) -> Iterator[tuple[JsonPath, Late]]:
    """Yield each value that is known after apply, with its path; members in the order of their names."""
    if isinstance(mark := read_mark(document), Late):
        yield path, mark
        return
    match document:
        case dict():
            for name in sorted(document):
                yield from list_late(document[name], (*path, name))
        case list():
            for position, item in enumerate(document):
                yield from list_late(item, (*path, position))
        case _:
            pass


def take_out_late(document: Json) -> Json:
    """Return `document` without what is known after apply: no such member, and null in a list, as in Terraform."""
    if _is_late(document):
        return None
    match document:
        case dict():
            return {name: take_out_late(member) for name, member in document.items() if not _is_late(member)}
        case list():
            return list(map(take_out_late, document))
        case _:
            return document


def put_in_late(document: Json, path: Sequence[str | int], late: Late) -> Json:
    """Return `document` with the mark of `late` at `path`, from where it was taken.

    Raises:
        ValueError: it can not have been taken from there.
    """
    if not path:
        if document is not None:
            raise ValueError("a value stands there already")
        return encode_value(late)
    step, *rest = path
    match document, step:
        case dict(), str() if step in document or not rest:
            return {**document, step: put_in_late(document.get(step), rest, late)}
        case list(), int() if 0 <= step < len(document):
            return [*document[:step], put_in_late(document[step], rest, late), *document[step + 1 :]]
        case _:
            raise ValueError("there is no such place")


def _is_late(document: Json) -> bool:
    return isinstance(read_mark(document), Late)


def _mirror(document: Json, kind: type[Secret] | type[Late]) -> Json:
    if isinstance(read_mark(document), kind):
        return True
    match document:
        case dict():
            members = {name: _mirror(member, kind) for name, member in document.items()}
            return {name: mirror for name, mirror in members.items() if mirror is not False} or False
        case list():
            items = [_mirror(item, kind) for item in document]
            return items if any(item is not False for item in items) else False
        case _:
            return False
