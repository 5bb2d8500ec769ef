"""Comments: what a comment on a pull request remembers of the plan that it is about, hidden in its first line.

A later one opens with what changed since. It remembers hashes alone: nobody reads a value out of them.
"""

import json
import re
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from planner.model.backend import DEFAULT_WORKSPACE
from planner.model.plan import Change, Plan
from planner.model.plan_encoding import encode_change
from planner.model.summary import is_news

__all__ = [
    "KEY",
    "NO_PLAN",
    "PLAIN_KEY",
    "Marker",
    "Since",
    "compare_markers",
    "format_marker",
    "make_marker",
    "name_key",
    "read_marker",
]

KEY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/]|-(?!-)){0,99}(?<!-)")
"""What a key may be: it stands in a comment of HTML, in which there are no two hyphens next to each other."""

PLAIN_KEY = "plan"
"""The key of a configuration in the root of its repository, in the workspace that everybody has."""

NO_PLAN = "0" * 64
"""In the place of an id: the last plan could not be made."""

_MARKER = re.compile(
    r"<!-- planner key=(?P<key>\S{1,100}) id=(?P<id>[0-9a-f]{64}) "
    r"text=(?P<text>[0-9a-f]{16}) data=(?P<data>[A-Za-z0-9+/=]*) -->"
)
_MOST = 2_000
"""Of how many changes a comment remembers: more have no room in it."""
_SIZE = 4
"""How many bytes of a hash tell one change from another; two of a plan are taken for one once in a million plans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """What is remembered: `key` tells the plans of one pull request apart, `text` is a hash of what is shown.

    `changes` has for each cluster, by a hash of its address, a hash of what happens to it; None where it
    was too much.
    """

    key: str
    plan_id: str
    text: str = ""
    changes: Mapping[bytes, bytes] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What changed since the last comment: how many changes came, went, are others, and are the same."""

    added: int = 0
    removed: int = 0
    changed: int = 0
    same: int = 0


def name_key(directory: str, workspace: str) -> str:
    """Return the key of the configuration in `directory` of the repository, and in `workspace`."""
    named = "/".join(part for part in (directory, workspace if workspace != DEFAULT_WORKSPACE else "") if part)
    if not named:
        return PLAIN_KEY
    key = re.sub(r"-{2,}", "-", re.sub(r"[^A-Za-z0-9._/-]", "_", named)).strip("-_./")
    is_plain = key == named and KEY.fullmatch(key) and key != PLAIN_KEY and workspace == DEFAULT_WORKSPACE
    if is_plain:
        return key
    return f"{key[:80].rstrip('-')}-{_hash(f'{directory}:{workspace}').hex()}".lstrip("-")


def make_marker(plan: Plan, key: str) -> Marker:
    """Return what a comment about `plan` remembers."""
    changes = [change for change in plan.changes if is_news(change)]
    told = {_hash(str(change.address)): _hash(_describe(change)) for change in changes}
    return Marker(key=key, plan_id=plan.id, changes=told if len(changes) <= _MOST else None)


def compare_markers(former: Marker, latter: Marker) -> Since | None:
    """Return what changed from one to the other; None where that is not known."""
    before, after = former.changes, latter.changes
    if before is None or after is None:
        return None
    both = before.keys() & after.keys()
    same = sum(before[address] == after[address] for address in both)
    return Since(
        added=len(after.keys() - before.keys()),
        removed=len(before.keys() - after.keys()),
        changed=len(both) - same,
        same=same,
    )


def format_marker(marker: Marker) -> str:
    """Return the line of HTML that nobody sees."""
    packed = b"".join(address + change for address, change in sorted((marker.changes or {}).items()))
    data = "" if marker.changes is None else b64encode(packed).decode() or "="
    return f"<!-- planner key={marker.key} id={marker.plan_id} text={marker.text} data={data} -->"


def read_marker(text: str) -> Marker | None:
    """Return what the comment `text` remembers, None where it is none of ours; what is garbled in it is not known."""
    found = _MARKER.match(text)
    if found is None:
        return None
    marker = Marker(key=found["key"], plan_id=found["id"], text=found["text"], changes=None)
    if found["data"] == "=":
        return replace(marker, changes={})
    try:
        packed = b64decode(found["data"], validate=True)
    except (Error, ValueError):
        return marker
    size = 2 * _SIZE
    if len(packed) % size or len(packed) > size * _MOST:
        return marker
    parts = [packed[at : at + size] for at in range(0, len(packed), size)]
    return replace(marker, changes={part[:_SIZE]: part[_SIZE:] for part in parts})


def _describe(change: Change) -> str:
    """Return what happens to a cluster, whatever line says it."""
    differences = tuple(replace(one, anchor=None) for one in change.differences)
    told = encode_change(replace(change, anchor=None, impact=None, differences=differences))
    return json.dumps(told, sort_keys=True)


def _hash(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[:_SIZE]
