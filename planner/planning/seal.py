"""Sealing: a keyed fingerprint takes the place of every secret in a document.

After it no plan, state or message can hold a secret, because none is there. Which values are secret is said by the
schema's annotations, by the names of properties, and by the configuration. Only the body of a request, as it is sent,
gets the values back.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Collection
from functools import cache, lru_cache
from typing import TYPE_CHECKING, TypeAlias, cast

from planner.model.late import holds_late, merge_late
from planner.model.paths import Key, Path, Step
from planner.model.secrets import Vault, find_secrets
from schemas import Field, is_sensitive_entry, is_sensitive_name
from state.values import Json, Late, Secret, Value, encode_value

if TYPE_CHECKING:
    from planner.lang.text_documents import Content

__all__ = ["find_hidden", "make_content", "make_fingerprint", "seal"]

_NONE: frozenset[Path] = frozenset()
_Hide: TypeAlias = Callable[..., Value]
"""Puts a fingerprint in the place of a value; of one that is not among the known secrets, if these are given, not."""


def seal(  # noqa: PLR0913 - what is hidden, by what, and what else is to be known of it
    document: dict[str, Json] | dict[str, Value],
    field: Field,
    key: str,
    *,
    sensitive: frozenset[Path] = _NONE,
    vault: Vault | None = None,
    opens: bool = False,
) -> dict[str, Value]:
    """Return `document` with a fingerprint in place of every secret; each secret found goes into `vault`.

    `sensitive` holds paths, with keyed steps, of values that are secret beyond what `field` says. `key` is the
    state's fingerprint key. With `opens`, a text in YAML or JSON is told with what is in it.
    """

    def hide(value: Value, known: Collection[str] | None = None, *, is_text: bool = False) -> Value:
        if isinstance(value, Secret):
            return value
        if known is None and holds_late(value):
            return merge_late(value)  # no fingerprint can stand for what nobody knows yet
        fingerprint = make_fingerprint(value, key)
        if known is not None and fingerprint not in known:
            return value
        if vault is not None:
            vault[fingerprint] = value  # type: ignore[assignment]  # what is hidden here comes from outside: plain JSON
        return Secret(fingerprint, make_content(value, key) if opens and is_text else None)

    sealed = _seal(cast("dict[str, Value]", document), field, sensitive, hide)  # all JSON is a value
    return sealed if isinstance(sealed, dict) else {}


def find_hidden(document: dict[str, Value]) -> frozenset[Path]:
    """Return the keyed paths of the secrets in a sealed `document`, by which they are found in another one.

    What has no name in a list may stand at another position there: the list knows such a secret by its fingerprint.
    """
    paths: set[Path] = set()
    for path, secret in find_secrets(document):
        position = next((number for number, step in enumerate(path) if isinstance(step, int)), None)
        if position is not None:
            paths.add((*path[:position], Key(secret.fingerprint)))
        if not isinstance(path[-1], int):
            paths.add(path)
    return frozenset(paths)


def _seal(value: Value, field: Field | None, sensitive: frozenset[Path], hide: _Hide) -> Value:
    if field is not None and field.sensitive:
        return hide(value, is_text=_is_text(field))
    if () in sensitive:
        return _hide_whole(value, field, hide)
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


def _hide_whole(value: Value, field: Field | None, hide: _Hide) -> Value:
    """Hide all of a value that the configuration calls secret as a whole.

    The known fields of an object are hidden one by one, because each is compared and sent by itself: what the server
    adds to them is still its own, and what leaves them is still cleared.
    """
    if isinstance(value, dict) and field is not None and field.fields:
        return {name: _hide_whole(member, _member_field(field, name), hide) for name, member in value.items()}
    if isinstance(value, list) and field is not None and (field.list_key or field.is_set):
        return hide(sorted(value, key=_spell))
    return hide(value, is_text=_is_text(field))


def _is_text(field: Field | None) -> bool:
    return field is not None and field.meaning == "document"


def _seal_items(items: list[Value], field: Field | None, sensitive: frozenset[Path], hide: _Hide) -> list[Value]:
    item_field = field.items if field is not None else None
    known = {path[0].name for path in sensitive if len(path) == 1 and isinstance(path[0], Key)}
    # An entry without a name may have changed its place, so what is secret in one of them is secret in all.
    anywhere = frozenset(path[1:] for path in sensitive if len(path) > 1 and isinstance(path[0], int))
    sealed: list[Value] = []
    for position, item in enumerate(items):
        below = frozenset({()}) if (position,) in sensitive else _NONE
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, str):
            below |= _below(sensitive, Key(name))
        else:
            below |= anywhere
        if isinstance(item, dict) and field is not None and _may_be_secret(field, name, item.get("value")):
            below |= {("value",)}
        seen = _hide_known(item, known, hide) if known else item
        sealed.append(hide(seen) if () in below else _seal(seen, item_field, below, hide))
    return sealed


def _hide_known(value: Value, known: Collection[str], hide: _Hide) -> Value:
    """Hide what is known to be a secret by its fingerprint, wherever it stands in `value`."""
    match value:
        case dict():
            return hide({name: _hide_known(member, known, hide) for name, member in value.items()}, known)
        case list():
            return hide([_hide_known(member, known, hide) for member in value], known)
        case _:
            return hide(value, known)


def _may_be_secret(field: Field, name: Value, value: Value) -> bool:
    """Tell whether the entry called `name` holds a secret; one whose name comes late may turn out to."""
    match name:
        case str():
            return _is_secret_name(field, name) or _is_secret_value(field, name, value)
        case Late():
            return field.sensitive_names is not None
        case _:
            return False


@cache
def _may_hide(field: Field | None) -> bool:
    """Tell whether anything below `field` can be secret by itself; most of a document cannot."""
    if field is None:
        return False
    below = (*field.fields.values(), field.items, field.others)
    return field.sensitive or field.sensitive_names is not None or any(map(_may_hide, below))


def _is_secret_value(field: Field, name: str, value: Value) -> bool:
    return isinstance(value, str) and is_sensitive_entry(field, name, value)


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
    text = _spell(cast("Value", value))
    return f"hmac:{hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:32]}"


def make_content(value: Json | Value, key: str) -> Value:
    """Return what is in a text in YAML or JSON, each value in it as a fingerprint; None where it cannot be told.

    A fingerprint is also that of the place: that two values in a text are the same, nobody can see.
    """
    if not isinstance(value, str):
        return None
    from planner.lang.text_documents import read_text_document  # noqa: PLC0415 - most clusters hold no such text

    content = read_text_document(value)
    return None if content is None else _seal_content(content, (), key)


def _seal_content(content: "Content", path: tuple[str | int, ...], key: str) -> Value:
    match content:
        case dict():
            return {name: _seal_content(member, (*path, name), key) for name, member in content.items()}
        case list():
            return [_seal_content(item, (*path, position), key) for position, item in enumerate(content)]
        case _:
            return Secret(make_fingerprint(cast("Value", [*path, content]), key))


def _spell(value: Value) -> str:
    return json.dumps(_level(encode_value(value)), sort_keys=True, separators=(",", ":"))


def _level(value: Json) -> Json:
    """Return `value` with equal numbers in one spelling: `1.0` is `1`."""
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: _level(member) for name, member in value.items()}
        case list():
            return [_level(item) for item in value]
        case _:
            return value
