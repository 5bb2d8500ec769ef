"""Encrypting a state anew: to whom the configuration says now, or, where that was asked for, to nobody."""

from dataclasses import dataclass, replace

from planner.model.desired import Settings
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.workflow.backends import open_backend
from planner.workflow.encryption import find_cipher
from planner.workflow.failing import fail_by_state
from planner.workflow.session import Session, hold_state, open_store, read_files
from state.backends.local import LocalBackend
from state.errors import StateError
from state.sealed_snapshots import seal_anew

__all__ = ["Reencrypted", "reencrypt_state"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reencrypted:
    """How many recipients the state is encrypted to now, none where it is plain, and its serial."""

    recipients: int
    serial: int


async def reencrypt_state(session: Session, *, decrypts: bool) -> Reencrypted:
    """Write the state anew, encrypted to the recipients of the configuration; with `decrypts` in the clear.

    Raises:
        Failure: the configuration says the opposite, or the state cannot be read or written.
    """
    settings = read_files(session).settings
    encryption = settings.encryption
    if decrypts == (encryption is not None):
        raise Failure(ExitCode.ERROR, _refuse(decrypts=decrypts))
    if encryption is not None:
        settings = replace(settings, encryption=replace(encryption, is_enforced=False))
    store = open_store(session, settings)
    try:
        async with hold_state(session, store, "state reencrypt"):
            await store.load()
            await store.rewrite(in_the_clear=decrypts)
            _rewrite_backups(session, settings)
            serial = store.snapshot.serial if store.snapshot else 0
    except StateError as error:
        raise fail_by_state(error) from error
    return Reencrypted(recipients=len(encryption.recipients) if encryption else 0, serial=serial)


def _rewrite_backups(session: Session, settings: Settings) -> None:
    """Encrypt the backups of a local state, or decrypt them; a store's own versions of it stay as they are."""
    backend = open_backend(session.directory, settings.backend, session.workspace, session.environment)
    if isinstance(backend, LocalBackend):
        cipher = find_cipher(session.environment, settings.encryption)
        backend.rewrite_backups(lambda content: seal_anew(content, cipher, name="A backup of the state"))


def _refuse(*, decrypts: bool) -> Diagnostic:
    if decrypts:
        return Diagnostic(
            code="still-encrypted",
            summary="The configuration says that the state is encrypted",
            detail='The next apply would encrypt it again. Remove the "encryption" block first.',
        )
    return Diagnostic(
        code="no-recipients",
        summary="The configuration does not say to whom",
        detail='Write an "encryption" block into the planner block, with "recipients"; or give -decrypt to keep the '
        "state in the clear.",
    )
