"""Encryption: the cipher that the configuration and the environment describe."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from planner.model.encryption import EncryptionSettings
from state.encryption import AgeCipher
from state.errors import StateNotRead

__all__ = ["find_cipher", "find_key_lines"]

_MAX_CHARACTERS = 2**16
_SECRET_LINE = re.compile(r"[A-Za-z0-9+/=-]{16,200}")


def find_cipher(environment: Mapping[str, str], settings: EncryptionSettings | None = None) -> AgeCipher:
    """Return the cipher: recipients are in the configuration, private keys in the environment.

    Raises:
        StateNotRead: the file of a key cannot be read.
    """
    return AgeCipher(
        recipients=settings.recipients if settings else (),
        identities=tuple(_find_identities(environment)),
        is_enforced=settings is not None and settings.is_enforced,
    )


def find_key_lines(cipher: AgeCipher) -> list[str]:
    """Return what is secret in the keys."""
    lines = (line.strip() for text in cipher.identities for line in text.splitlines())
    return [line for line in lines if _SECRET_LINE.fullmatch(line)]


def _find_identities(environment: Mapping[str, str]) -> Iterator[str]:
    identity = environment.get("PLANNER_AGE_IDENTITY")
    if identity:
        yield identity
    for name in filter(None, environment.get("PLANNER_AGE_IDENTITY_FILE", "").split(os.pathsep)):
        try:
            with Path(name).open(encoding="utf-8") as file:
                yield file.read(_MAX_CHARACTERS)
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or error
            raise StateNotRead(
                f"The file of a key, {name}, cannot be read", f"{reason}. Correct PLANNER_AGE_IDENTITY_FILE."
            ) from error
