"""Sealing: a keyed fingerprint takes the place of every secret in a document.

After it no plan, state or message can hold a secret, because none is there. Which values are secret is said by the
schema's annotations, by the names of properties, and by the configuration. Only the body of a request, as it is sent,
gets the values back.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from functools import cache, lru_cache
from typing import cast

from planner.model.paths import Key, Path, Step
from planner.model.secrets import Vault
from schemas import Field, is_sensitive_name
from state.values import Json, Secret, Value, encode_value

__all__ = ["make_fingerprint", "seal"]

_NONE: frozenset[Path] = frozenset()


def seal(
    document: dict[str, Json] | dict[str, Value],
    field: Field,
    key: str,
    *,
    sensitive: frozenset[Path] = _NONE,
    vault: Vault | None = None,
) -> dict[str, Value]:
    """Return `document` with a fingerprint in place of every secret; each secret found goes into `vault`.

    `sensitive` holds paths, with keyed steps, of values that are secret beyond what `field` says. `key` is the
    state's fingerprint key.
    """

    def hide(value: Value) -> Value:
        if isinstance(value, Secret):
            return value
        fingerprint = make_fingerprint(value, key)
        if vault is not None:
            vault[fingerprint] = value  # type: ignore[assignment]  # what is hidden here comes from outside: plain JSON
        return Secret(fingerprint)

    sealed = _seal(cast("dict[str, Value]", document), field, sensitive, hide)  # all JSON is a value
    return sealed if isinstance(sealed, dict) else {}


def _seal(value: Value, field: Field | None, sensitive: frozenset[Path], hide: Callable[[Value], Value]) -> Value:
    if () in sensitive or (field is not None and field.sensitive):
        return hide(value)
    if not sensitive and not _may_hide(field):
        return value
    match value:
        case dict():
            return {
                name: _seal(member, _member_field(field, name), _below(sensitive, name), hide)
                for name, member in value.items()
            }
        case list():
            return _seal_items(value, field, sensitive, hide)
        case _:
            return value


def _seal_items(
    items: list[Value], field: Field | None, sensitive: frozenset[Path], hide: Callable[[Value], Value]
) -> list[Value]:
    item_field = field.items if field is not None else None
    sealed: list[Value] = []
    for position, item in enumerate(items):
        below = _below(sensitive, position)
        name = item.get("name") if isinstance(item, dict) else None
        if isinstance(name, str):
            below |= _below(sensitive, Key(name))
            if field is not None and _is_secret_name(field, name):
                below |= {("value",)}
        sealed.append(_seal(item, item_field, below, hide))
    return sealed


@cache
def _may_hide(field: Field | None) -> bool:
    """Tell whether anything below `field` can be secret by itself; most of a document cannot."""
    if field is None:
        return False
    below = (*field.fields.values(), field.items, field.others)
    return field.sensitive or field.sensitive_names is not None or any(map(_may_hide, below))


_is_secret_name = lru_cache(maxsize=4096)(is_sensitive_name)
"""The same few names stand in every cluster of a fleet, and the pattern is costly."""


def _member_field(field: Field | None, name: str) -> Field | None:
    if field is None:
        return None
    return field.fields.get(name, field.others)


def _below(paths: frozenset[Path], step: Step) -> frozenset[Path]:
    if not paths:
        return _NONE
    return frozenset(path[1:] for path in paths if path[:1] == (step,))


def make_fingerprint(value: Json | Value, key: str) -> str:
    """Return what stands for a secret: equal values have equal fingerprints under the same `key`."""
    text = json.dumps(encode_value(cast("Value", value)), sort_keys=True, separators=(",", ":"))
    return f"hmac:{hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]}"
