"""The `encryption` block in a `planner` block: to whom the state and saved plans are encrypted.

Public keys, written out, as they are read before anything has a value. Refuses private ones, which would lie in Git.
"""

import re

from planner.config.constants import read_constant
from planner.config.expected import ENCRYPTION
from planner.lang.content import read_content
from planner.lang.syntax import Attribute, Block
from planner.lang.values import is_wholly_known
from planner.model.diagnostics import Diagnostic
from planner.model.encryption import EncryptionSettings

__all__ = ["read_encryption"]

_RECIPIENT = re.compile(r"age1[0-9a-z]{58}|ssh-(?:ed25519|rsa) [A-Za-z0-9+/=]+(?: [ -~]*)?")
_PRIVATE = re.compile(r"AGE-SECRET-KEY-|PRIVATE KEY", re.IGNORECASE)


def read_encryption(block: Block, found: list[Diagnostic]) -> EncryptionSettings | None:
    """Return what an `encryption` block says, or None where something is wrong with it."""
    content, diagnostics = read_content(block.body, ENCRYPTION, block.header)
    before = len(found)
    found.extend(diagnostics)
    recipients = _read_recipients(content.attributes.get("recipients"), found)
    is_enforced = _read_enforced(content.attributes.get("enforced"), found)
    return None if len(found) > before else EncryptionSettings(recipients=recipients, is_enforced=is_enforced)


def _read_recipients(attribute: Attribute | None, found: list[Diagnostic]) -> tuple[str, ...]:
    if attribute is None:
        return ()
    value = read_constant(attribute, found)
    if not is_wholly_known(value):
        return ()
    items = value.content if isinstance(value.content, tuple | list) else ()
    texts = [item.content for item in items]
    if not texts:
        _refuse(attribute, "a list of one public key or more", found)
    for text in texts:
        if isinstance(text, str) and _PRIVATE.search(text):
            found.append(_private_key(attribute))
        elif not isinstance(text, str) or not _RECIPIENT.fullmatch(text):
            _refuse(attribute, 'a list of public keys, as "age1…", "ssh-ed25519 …" or "ssh-rsa …"', found)
    return tuple(text for text in texts if isinstance(text, str))


def _read_enforced(attribute: Attribute | None, found: list[Diagnostic]) -> bool:
    if attribute is None:
        return False
    value = read_constant(attribute, found)
    if isinstance(value.content, bool):
        return value.content
    if is_wholly_known(value):
        _refuse(attribute, "true or false", found)
    return False


def _refuse(attribute: Attribute, words: str, found: list[Diagnostic]) -> None:
    found.append(
        Diagnostic(
            code="unsuitable-value",
            summary=f"Invalid {attribute.name} of the encryption",
            detail=f'"{attribute.name}" must be {words}. Correct the value.',
            span=attribute.expression.span,
        )
    )


def _private_key(attribute: Attribute) -> Diagnostic:
    return Diagnostic(
        code="credential-in-configuration",
        summary="Credentials do not belong in the configuration",
        detail="A private key would be stored in plain text. Write the public one here; put the private one into the "
        "environment, as PLANNER_AGE_IDENTITY_FILE or PLANNER_AGE_IDENTITY, and make a new pair if this was in Git.",
        span=attribute.name_span,
    )
