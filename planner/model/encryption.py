"""Encryption: to whom the state and saved plans are encrypted, as an `encryption` block says."""

from dataclasses import dataclass

__all__ = ["EncryptionSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptionSettings:
    """Public keys, of age or of SSH; `is_enforced`: what is not encrypted is refused."""

    recipients: tuple[str, ...] = ()
    is_enforced: bool = False
