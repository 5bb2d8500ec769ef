"""The envelope: what a shared store keeps as one document: a state, its journal, and the lock on both.

One document, because shared stores can change just one at a time. `nonce` is new with every write, so that whoever lost
the answer to a write can tell whether it was his; `serial` counts the writes, and `lineage` never changes.
Refuses a newer form; what has no envelope at all is taken for a bare state file, which somebody has put there.
"""

import json
from dataclasses import dataclass

from state.documents import MalformedError, read_number, read_text
from state.errors import StateDamaged, StateTooNew
from state.lock import LockInfo, decode_lock_info, encode_lock_info
from state.strict_json import read_json
from state.values import Value

__all__ = ["Envelope", "HeldLock", "decode_envelope", "encode_envelope"]

_FORM = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLock:
    """Who holds the lock, and when he last gave a sign of life: RFC 3339 in UTC."""

    info: LockInfo
    heartbeat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """All that is stored; `content` is the state file, None where there is none yet."""

    lineage: str
    serial: int
    nonce: str
    lock: HeldLock | None = None
    content: bytes | None = None
    journal: bytes = b""


def encode_envelope(envelope: Envelope) -> bytes:
    """Return `envelope` as JSON in ASCII; `serial` and `lineage` at its top are for servers that look at them."""
    held = envelope.lock
    lock = None if held is None else {**json.loads(encode_lock_info(held.info)), "Heartbeat": held.heartbeat}
    document = {
        "envelope": _FORM,
        "lineage": envelope.lineage,
        "serial": envelope.serial,
        "nonce": envelope.nonce,
        "lock": lock,
        "journal": envelope.journal.decode("ascii"),
        "state": None if envelope.content is None else envelope.content.decode("ascii"),
    }
    return json.dumps(document, indent=1).encode("ascii") + b"\n"


def decode_envelope(data: bytes, *, name: str) -> Envelope:
    """Return the envelope in `data`; `name` is what people know the state by.

    Raises:
        StateDamaged: it is an envelope, and not as it was written.
        StateTooNew: a newer version wrote it.
    """
    try:
        document = read_json(data.decode("utf-8"))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or "envelope" not in document:
        # Whether it is a state is for whoever reads states to judge.
        return Envelope(lineage="", serial=0, nonce="", content=data)
    found = document["envelope"]
    if isinstance(found, int) and found > _FORM:
        raise StateTooNew(
            f"{name} was written by a newer version of planner",
            "Nothing was changed. Install the version that wrote it, or a newer one.",
        )
    try:
        return _read(document)
    except (ValueError, KeyError):
        raise StateDamaged(
            f"{name} is damaged",
            "It is not as it was written. Nothing was changed. Put it back from a former version of the store.",
        ) from None


def _read(document: dict[str, Value]) -> Envelope:
    content, serial = document["state"], read_number(document, "serial")
    if not isinstance(content, str | None):
        raise MalformedError("`state` is not a text")
    return Envelope(
        lineage=read_text(document, "lineage"),
        serial=serial,
        nonce=read_text(document, "nonce"),
        lock=_read_lock(document["lock"]),
        content=None if content is None else content.encode("ascii"),
        journal=read_text(document, "journal").encode("ascii"),
    )


def _read_lock(lock: Value) -> HeldLock | None:
    if lock is None:
        return None
    info = decode_lock_info(json.dumps(lock).encode("ascii"))
    if info is None or not isinstance(lock, dict):
        raise MalformedError("the lock is nobody's")
    heartbeat = lock.get("Heartbeat")
    return HeldLock(info=info, heartbeat=heartbeat if isinstance(heartbeat, str) else "")
