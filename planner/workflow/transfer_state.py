"""Transferring a state: `state pull` gives it as a file's content, `state push` puts one in its place.

For people who mend a state by hand, or keep copies. Refuses a state of another lineage, or an older one, unless the
user insists; whatever was there before is kept as the backend keeps it.
"""

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.workflow.encryption import find_cipher
from planner.workflow.failing import fail_by_state
from planner.workflow.session import Session, hold_state, open_store, read_files
from state.codec import encode_snapshot
from state.errors import StateError
from state.sealed_snapshots import open_snapshot

__all__ = ["pull_state", "push_state"]


async def pull_state(session: Session) -> bytes:
    """Return the state as the content of a state file, with its journal folded in.

    Raises:
        Failure: there is none, or it cannot be read.
    """
    store = open_store(session, read_files(session).settings)
    try:
        snapshot = await store.load()
        if snapshot is None:
            raise Failure(
                ExitCode.ERROR,
                Diagnostic(code="no-state", summary="There is no state yet", detail="The first apply makes one."),
            )
        return encode_snapshot(snapshot)
    except StateError as error:
        raise fail_by_state(error) from error


async def push_state(session: Session, content: bytes, *, name: str, over: bool) -> int:
    """Put the state in `content`, which people know by `name`, in the place of the stored one; return its serial.

    Raises:
        Failure: it is no state, or not one that follows the stored one, or it cannot be written.
    """
    settings = read_files(session).settings
    store = open_store(session, settings)
    try:
        # What a person pushes is what he means: it may be plain, and becomes as the configuration says.
        snapshot, _ = open_snapshot(content, find_cipher(session.environment), name=name)
        async with hold_state(session, store, "state push"):
            await store.load()
            await store.install(snapshot, over=over)
            return store.snapshot.serial if store.snapshot else snapshot.serial
    except StateError as error:
        raise fail_by_state(error) from error
