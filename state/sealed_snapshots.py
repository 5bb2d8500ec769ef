"""Snapshots as they are stored: encrypted or plain, and never the one in the place of the other by the way."""

from state.codec import decode_snapshot, encode_snapshot
from state.errors import StateNotRead, StateNotWritten
from state.sealing import Cipher, open_sealed, seal
from state.snapshot import Snapshot

__all__ = ["open_snapshot", "seal_anew", "seal_snapshot"]


def open_snapshot(content: bytes, cipher: Cipher, *, name: str, restore: str = "") -> tuple[Snapshot, bool]:
    """Return the snapshot that `content` holds, and whether it was encrypted; `restore` is as for `decode_snapshot`.

    Raises:
        StateError: it cannot be opened, or is no snapshot as it was written.
    """
    opened = open_sealed(content, cipher, holds="state", name=name)
    snapshot = decode_snapshot(opened.content, name=name, restore=restore)
    opened.check(snapshot.lineage, snapshot.serial, name)
    return snapshot, opened.was_sealed


def seal_anew(content: bytes, cipher: Cipher, *, name: str) -> bytes:
    """Return the snapshot in `content`, encrypted to whom `cipher` says, or plain where it encrypts nothing.

    Raises:
        StateError: it cannot be opened, or is no snapshot as it was written.
    """
    snapshot, _ = open_snapshot(content, cipher, name=name)
    return seal_snapshot(snapshot, cipher, was_sealed=False, name=name)


def seal_snapshot(snapshot: Snapshot, cipher: Cipher, *, was_sealed: bool, name: str) -> bytes:
    """Return `snapshot` as it is stored, in the place of one that `was_sealed`.

    Raises:
        StateNotWritten: an encrypted one would become plain, or be one that we could not read again.
    """
    content = encode_snapshot(snapshot)
    if not cipher.seals:
        if was_sealed:
            raise StateNotWritten(
                f"{name} is encrypted, and the configuration does not say to whom",
                'Nothing was written. Put the "encryption" block back into the planner block; or, to keep the state in '
                "the clear from now on, say so once:\n  planner state reencrypt -decrypt",
            )
        return content
    sealed = seal(content, cipher, holds="state", lineage=snapshot.lineage, serial=snapshot.serial)
    try:
        open_sealed(sealed, cipher, holds="state", name="What would be written")
    except StateNotRead as error:
        raise StateNotWritten(
            f"{name} was not written, because this run could not read it again",
            f"{error.summary}. See to it that one of the recipients in the encryption block is yours, and that its "
            "private key is in PLANNER_AGE_IDENTITY_FILE or PLANNER_AGE_IDENTITY.",
        ) from None
    return sealed
