"""Encryption: the age format, https://age-encryption.org/v1, by pyrage. The one door to that library.

Recipients are public keys, of age or of SSH; identities are the private ones. More of the latter than one is how keys
are rotated: whichever fits opens it.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from state.errors import StateNotRead, StateNotWritten

__all__ = ["AgeCipher"]

_IDENTITY = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]+")
_SSH = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_INSTALL = "Install it: pip install 'cluster-planner[encrypt]'. Nothing was changed."


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeCipher:
    """Encrypts to `recipients`; where there are none, it only opens.

    `identities` are the texts of key files, as `age-keygen` and `ssh-keygen` write them.
    """

    recipients: tuple[str, ...] = ()
    identities: tuple[str, ...] = field(default=(), repr=False)
    is_enforced: bool = False

    @property
    def seals(self) -> bool:
        """Whether what is written is encrypted."""
        return bool(self.recipients)

    def seal(self, content: bytes, /) -> bytes:
        """Return `content`, encrypted to all recipients.

        Raises:
            StateNotWritten: a recipient is none, or the library is missing.
        """
        try:
            import pyrage  # noqa: PLC0415 - an extra
        except ImportError:
            raise StateNotWritten("pyrage is not installed, which encryption needs", _INSTALL) from None
        return bytes(pyrage.encrypt(content, [_read_recipient(text) for text in self.recipients]))

    def open(self, sealed: bytes, /, *, name: str) -> bytes:
        """Return what was encrypted, by whichever of our identities fits.

        Raises:
            StateNotRead: there is none, or none fits, or it is damaged.
        """
        try:
            import pyrage  # noqa: PLC0415 - an extra
        except ImportError:
            raise StateNotRead(f"{name} is encrypted, and pyrage is not installed", _INSTALL) from None
        if not self.identities:
            raise StateNotRead(
                f"{name} is encrypted, and there is no key to open it",
                "Set PLANNER_AGE_IDENTITY_FILE to the file of a private key that it was encrypted to, or "
                "PLANNER_AGE_IDENTITY to the key itself. Nothing was changed.",
            )
        usable = [identity for text in self.identities for identity in _read_identities(text)]
        if not usable:
            raise StateNotRead(
                "No key in PLANNER_AGE_IDENTITY or PLANNER_AGE_IDENTITY_FILE can be used",
                "There is neither one as age-keygen writes it nor a private key of SSH without a passphrase. Nothing "
                "was changed.",
            )
        try:
            return bytes(pyrage.decrypt(sealed, usable))
        except pyrage.DecryptError as error:
            raise StateNotRead(
                f"{name} is encrypted, and no key that is set opens it",
                f"{_explain(error)} Nothing was changed. PLANNER_AGE_IDENTITY_FILE may name several files, the keys of "
                "before a rotation among them.",
            ) from None


def _read_recipient(text: str) -> Any:  # noqa: ANN401 - a type of the library's
    import pyrage  # noqa: PLC0415 - an extra

    try:
        return (
            pyrage.ssh.Recipient.from_str(text) if text.startswith("ssh-") else pyrage.x25519.Recipient.from_str(text)
        )
    except pyrage.RecipientError:
        raise StateNotWritten(
            "A recipient in the encryption block is no public key",
            f"{text[:20]}… is neither one of age (age1…) nor one of SSH (ssh-ed25519 …, ssh-rsa …). Nothing was "
            "written. Correct it.",
        ) from None


def _read_identities(text: str) -> Iterator[Any]:
    """Yield the private keys in the text of a file; one that cannot be used is passed over, as another may fit."""
    import pyrage  # noqa: PLC0415 - an extra

    with contextlib.suppress(pyrage.IdentityError):
        if _SSH.search(text):
            yield pyrage.ssh.Identity.from_buffer(text.encode())
            return
        for key in _IDENTITY.findall(text):
            yield pyrage.x25519.Identity.from_str(key)


def _explain(error: Exception) -> str:
    said = str(error).lower()
    if "no matching" in said:
        return "It was encrypted to other keys."
    return "It is damaged, or it was encrypted to other keys."
