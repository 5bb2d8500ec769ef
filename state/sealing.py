"""Sealing: what is stored, encrypted, in a form that says so: JSON in ASCII, fit for every backend.

Lineage and serial stay readable, for stores and people that tell states apart by them; inside they stand once more, so
that nobody can put the one before the other. Knows no algorithm: a cipher is handed in.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from state.documents import MalformedError, read_number, read_object, read_text
from state.errors import StateDamaged, StateForeign, StateNotRead
from state.strict_json import read_json

__all__ = ["NO_CIPHER", "Cipher", "Holds", "NoCipher", "Unsealed", "is_sealed", "open_sealed", "seal"]

Holds: TypeAlias = Literal["plan", "state"]

_MEMBERS: Mapping[Holds, frozenset[str]] = {
    "plan": frozenset({"encryption", "holds", "sealed"}),
    "state": frozenset({"encryption", "holds", "lineage", "sealed", "serial"}),
}
_START = b'{\n  "encryption": "age",\n  "holds": "%s",\n'


class Cipher(Protocol):
    """Encrypts to those who may read, and opens what was encrypted to us."""

    @property
    def seals(self) -> bool:
        """Whether what is written is encrypted."""

    @property
    def is_enforced(self) -> bool:
        """Whether what is not encrypted is refused."""

    def seal(self, content: bytes, /) -> bytes:
        """Return `content`, encrypted; raises `StateNotWritten`."""

    def open(self, sealed: bytes, /, *, name: str) -> bytes:
        """Return what was encrypted, which people know by `name`; raises `StateNotRead`."""


class NoCipher:
    """The cipher of who encrypts nothing, and has no key."""

    seals = False
    is_enforced = False

    def seal(self, content: bytes, /) -> bytes:
        """Return it as it is."""
        return content

    def open(self, sealed: bytes, /, *, name: str) -> bytes:  # noqa: ARG002 - there is nothing to open it with
        """Refuse.

        Raises:
            StateNotRead: always.
        """
        raise StateNotRead(f"{name} is encrypted", "There is no key to open it with. Nothing was changed.")


NO_CIPHER = NoCipher()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsealed:
    """What was stored, in the clear; `lineage` and `serial` are what stood outside, if it was sealed."""

    content: bytes
    was_sealed: bool
    lineage: str = ""
    serial: int = 0

    def check(self, lineage: str, serial: int, name: str) -> None:
        """Refuse what says something else inside than outside.

        Raises:
            StateDamaged: it does.
        """
        if self.was_sealed and (self.lineage, self.serial) != (lineage, serial):
            raise StateDamaged(
                f"{name} is damaged",
                f"It says that it is serial {self.serial} of lineage {self.lineage}, and what is encrypted in it is "
                f"serial {serial} of lineage {lineage}: somebody has put it together. Nothing was changed. Put it back "
                "from a backup.",
            )


def is_sealed(content: bytes, holds: Holds) -> bool:
    """Tell whether `content` is something encrypted of this kind."""
    return content.startswith(_START % holds.encode("ascii"))


def seal(content: bytes, cipher: Cipher, *, holds: Holds, lineage: str = "", serial: int = 0) -> bytes:
    """Return `content`, encrypted where the cipher does so.

    Raises:
        StateNotWritten: it cannot be encrypted.
    """
    if not cipher.seals:
        return content
    text = base64.b64encode(cipher.seal(content)).decode("ascii")
    start = _START.decode("ascii") % holds
    outside = f'  "lineage": {json.dumps(lineage)},\n  "serial": {serial},\n' if holds == "state" else ""
    return f'{start}{outside}  "sealed": "{text}"\n}}\n'.encode("ascii")


def open_sealed(content: bytes, cipher: Cipher, *, holds: Holds, name: str) -> Unsealed:
    """Return what `content` holds, opened where it is encrypted.

    Raises:
        StateNotRead: no key of ours opens it.
        StateForeign: it is not encrypted, and that is enforced.
        StateDamaged: it is not as it was written.
    """
    if not is_sealed(content, holds):
        if cipher.is_enforced and content.strip():
            raise StateForeign(
                f"{name} is not encrypted",
                'The configuration says enforced = true in its "encryption" block, so somebody may have put it there '
                "in the place of an encrypted one. Nothing was changed. "
                + ("Plan again." if holds == "plan" else "If it is yours, encrypt it:\n  planner state reencrypt"),
            )
        return Unsealed(content=content, was_sealed=False)
    try:
        fields = read_object(read_json(content.decode("ascii")), _MEMBERS[holds])
        text = read_text(fields, "sealed")
        sealed = base64.b64decode(text, validate=True)
        if base64.b64encode(sealed).decode("ascii") != text:  # its last letter has room for what means nothing
            raise MalformedError("it is spelled another way than it was written")
        lineage = read_text(fields, "lineage") if holds == "state" else ""
        serial = read_number(fields, "serial") if holds == "state" else 0
    except (ValueError, RecursionError):
        raise StateDamaged(
            f"{name} is damaged",
            "It is encrypted, and not as it was written. Nothing was changed. Put it back from a backup.",
        ) from None
    return Unsealed(content=cipher.open(sealed, name=name), was_sealed=True, lineage=lineage, serial=serial)
