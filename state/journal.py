"""The journal: entries that were made since the state file was written, one a line, each durable before we go on.

A line is `CHECKSUM JSON`: 16 hex digits of the SHA-256 of the JSON, which names the lineage, the serial of the state
file that it continues (`base`) and the serial that it leads to. Lines of an older base are in the state file already
and are passed over. A last line that was not written to its end is no entry, because nobody was told that it was
written; damage anywhere else is refused.
"""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from state.documents import MalformedError, read_entry, read_number, read_object, read_text, write_entry
from state.entries import Entry
from state.errors import StateDamaged, StateMoved, StateNotWritten, StateTooNew
from state.sealing import NO_CIPHER, Cipher
from state.snapshot import Snapshot, fold_all
from state.strict_json import read_json, write_json
from state.upgrades import FORMAT, UPGRADES
from state.values import Value

__all__ = ["encode_entry", "fold_journal"]

_DIGITS = 16
_FORMATS = frozenset({*UPGRADES, FORMAT})
"""What a line may be in: each format since the first has only added kinds of entries."""
_MEMBERS = frozenset({"base", "entry", "format", "lineage", "serial"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """An entry and its place: after the entry of the serial before it, beside the state file of serial `base`."""

    lineage: str
    base: int
    serial: int
    entry: Entry


def encode_entry(entry: Entry, *, lineage: str, base: int, serial: int, cipher: Cipher = NO_CIPHER) -> bytes:
    """Return the line of `entry`, which continues the state file of serial `base` and leads to `serial`.

    Each line is encrypted by itself, where `cipher` does so: that costs the same however long the journal is.

    Raises:
        StateNotWritten: it holds what JSON cannot hold, or what we could not read again.
    """
    document: Value = {
        "base": base,
        "entry": write_entry(entry),
        "format": FORMAT,
        "lineage": lineage,
        "serial": serial,
    }
    try:
        body = write_json(document).encode("ascii")
    except ValueError as error:
        raise StateNotWritten(
            "The outcome cannot be recorded",
            f"A value in it cannot be kept: {error}. The state is as it was. "
            "Please report this as a bug, with the cluster that was being recorded.",
        ) from error
    if cipher.seals:
        body = write_json({"sealed": base64.b64encode(cipher.seal(body)).decode("ascii")}).encode("ascii")
    return _hash(body) + b" " + body + b"\n"


def fold_journal(
    snapshot: Snapshot, content: bytes, *, name: str = "The state", cipher: Cipher | None = None
) -> Snapshot:
    """Return what `snapshot`, read from a state file, became by the journal `content` beside it.

    With a `cipher` each line is encrypted, as the state file is; without one none is.

    Raises:
        StateDamaged: a line is not as it was written, or lines are missing.
        StateTooNew: a line is in a newer format.
        StateMoved: the journal continues another state file than this one.
    """
    lines = _choose(snapshot, _read_lines(content, name, cipher), name)
    try:
        return fold_all(snapshot, [line.entry for line in lines])
    except ValueError as error:
        raise _damaged(name, f"In it, {error}") from None


def _read_lines(content: bytes, name: str, cipher: Cipher | None) -> Iterator[_Line]:
    *whole, rest = content.split(b"\n")
    if _is_intact(rest[:-1]):  # all of a line, and something else where its end should be
        raise _damaged(name, "Its last line is not as it was written")
    for number, text in enumerate(whole, 1):
        if not _is_intact(text):
            if number == len(whole) and not rest and b"\0\0" in text:
                return  # some file systems leave a run of zeros where a power failure cut a write off
            raise _damaged(name, f"Line {number} is not as it was written")
        try:
            yield _read_line(text, name, cipher)
        except (ValueError, RecursionError):
            raise _damaged(name, f"Line {number} is not an entry") from None


def _read_line(text: bytes, name: str, cipher: Cipher | None) -> _Line:
    body = text[_DIGITS + 1 :]
    if cipher is not None:
        sealed = read_text(read_object(read_json(body.decode("ascii")), frozenset({"sealed"})), "sealed")
        body = cipher.open(base64.b64decode(sealed, validate=True), name=f"The journal of {name}")
    document = read_json(body.decode("ascii"))
    found = document.get("format") if isinstance(document, dict) else None
    if isinstance(found, int) and found > FORMAT:
        raise StateTooNew(
            f"The journal of {name} was written by a newer version of planner",
            "Nothing was changed. Install the version that wrote it, or a newer one.",
        )
    fields = read_object(document, _MEMBERS)
    if not isinstance(found, int) or found not in _FORMATS:
        raise MalformedError("it is of no format that we know")
    return _Line(
        lineage=read_text(fields, "lineage"),
        base=read_number(fields, "base"),
        serial=read_number(fields, "serial"),
        entry=read_entry(fields["entry"]),
    )


def _choose(snapshot: Snapshot, lines: Iterable[_Line], name: str) -> list[_Line]:
    """Return the lines that the state file does not hold yet."""
    chosen: list[_Line] = []
    for line in lines:
        if line.lineage != snapshot.lineage or line.base > snapshot.serial:
            raise StateMoved(
                f"The journal of {name} continues another state",
                f"It continues serial {line.base} of lineage {line.lineage}; the state is serial {snapshot.serial} of "
                f"lineage {snapshot.lineage}, so it was probably put back from a copy. Nothing was changed. Put the "
                "state that belongs to the journal back, or move the journal away if its entries are not wanted.",
            )
        if line.base < snapshot.serial:
            continue
        if line.serial != snapshot.serial + len(chosen) + 1:
            raise _damaged(name, f"The entry before serial {line.serial} is missing")
        chosen.append(line)
    return chosen


def _is_intact(text: bytes) -> bool:
    return text[_DIGITS : _DIGITS + 1] == b" " and text[:_DIGITS] == _hash(text[_DIGITS + 1 :])


def _hash(body: bytes) -> bytes:
    return sha256(body).hexdigest()[:_DIGITS].encode("ascii")


def _damaged(name: str, reason: str) -> StateDamaged:
    return StateDamaged(
        f"The journal of {name} is damaged",
        f"{reason}. Nothing was changed. The journal holds what was done since the state was last written: "
        "keep a copy of it, restore it from a backup, or move it away and import what is then missing.",
    )
