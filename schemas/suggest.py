"""Suggestions: what somebody probably meant by a name that is not known.

Refuses to guess wildly: no suggestion is better than a wrong one.
"""

from collections.abc import Iterable, Iterator

from schemas.fields import Field, cluster_field

__all__ = ["suggest_field", "suggest_name"]

_LONGEST = 64
"""Nobody misspells a longer name, and comparing such texts takes long."""


def suggest_field(name: str, parent: Field) -> str | None:
    """Return the field of `parent` that was probably meant by `name`, else the one place where a `name` does belong."""
    sibling = suggest_name(name, [field for field, known in parent.fields.items() if not known.read_only])
    if sibling is not None:
        return sibling
    places = [".".join(path) for path in _find_places(cluster_field(), ()) if _fold(path[-1]) == _fold(name)]
    return places[0] if len(places) == 1 else None


def suggest_name(name: str, names: Iterable[str]) -> str | None:
    """Return the one of `names` that is spelled most like `name`, if any is."""
    if len(name) > _LONGEST:
        return None
    folded = {_fold(known): known for known in names}
    if _fold(name) in folded:
        return folded[_fold(name)]
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake should pay for its import

    close = get_close_matches(_fold(name), folded, n=1, cutoff=0.7)
    return folded[close[0]] if close else None


def _fold(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "")


def _find_places(field: Field, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, child in field.fields.items():
        if not child.read_only:
            yield (*path, name)
            yield from _find_places(child, (*path, name))
