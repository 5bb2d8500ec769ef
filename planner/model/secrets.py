"""Secrets: where fingerprints stand in a value, and what they stand for."""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import TypeAlias

from planner.model.paths import Key, Path
from state.values import Json, Late, Secret, Value

__all__ = ["Vault", "find_secrets", "unseal"]

Vault: TypeAlias = MutableMapping[str, Json]
"""Fingerprint to the secret that it stands for; lives in memory only."""


def find_secrets(value: Value, path: Path = ()) -> Iterator[tuple[Path, Secret]]:
    """Yield each fingerprint in `value` with its path; an entry with a name is named by it."""
    match value:
        case Secret():
            yield path, value
        case dict():
            for name, member in value.items():
                yield from find_secrets(member, (*path, name))
        case list():
            for position, item in enumerate(value):
                key = item.get("name") if isinstance(item, dict) else None
                yield from find_secrets(item, (*path, Key(key) if isinstance(key, str) else position))
        case _:
            pass


def unseal(value: Value, secrets: Mapping[str, Json]) -> Json:
    """Return `value` with every fingerprint replaced by the secret that it stands for.

    Raises:
        KeyError: `secrets` does not hold one of them.
        ValueError: a value in it comes late.
    """
    match value:
        case Secret(fingerprint=fingerprint):
            return secrets[fingerprint]
        case dict():
            return {name: unseal(member, secrets) for name, member in value.items()}
        case list():
            return [unseal(member, secrets) for member in value]
        case Late():
            raise ValueError("a value that is not known yet cannot be sent")
        case _:
            return value
