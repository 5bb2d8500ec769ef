"""Druid properties: what the value of a runtime property means, by the property's name.

The names are in druid-properties.json, package data. Knows no value, and of a name that is not there nothing.
"""

from functools import cache, lru_cache
from typing import cast

from schemas.loading import load_document
from schemas.meanings import Meaning

__all__ = ["find_property_meaning", "list_properties"]


def list_properties() -> dict[Meaning, tuple[str, ...]]:
    """Return the names of the properties whose values mean something, by what they mean."""
    document = load_document("druid-properties.json")
    return {cast("Meaning", meaning): tuple(names) for meaning, names in document["properties"].items()}


@lru_cache(maxsize=8192)
def find_property_meaning(name: str) -> Meaning | None:
    """Return what the value of the property called `name` means; None where it is compared as it stands."""
    known = _index_properties()
    if name in known:
        return known[name]
    for prefix in load_document("druid-properties.json")["prefixes"]:
        if name.startswith(prefix):
            return known.get(name.removeprefix(prefix))
    return None


@cache
def _index_properties() -> dict[str, Meaning]:
    return {name: meaning for meaning, names in list_properties().items() for name in names}
