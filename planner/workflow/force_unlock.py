"""Force-unlocking: takes a lock away from a run that has died. Its id must be known, which only the message tells."""

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.workflow.backends import open_shared
from planner.workflow.failing import fail_by_state
from planner.workflow.session import Session, read_files, require_backend
from state.errors import StateError
from state.lock import LockInfo

__all__ = ["force_unlock"]


async def force_unlock(session: Session, lock_id: str) -> LockInfo | None:
    """Take the lock with this id away; return who held it, or None where nobody did.

    Raises:
        Failure: it is held under another id, or the backend's locks go with their processes.
    """
    settings = require_backend(read_files(session).settings)
    if settings.kind == "local":
        raise Failure(
            ExitCode.ERROR,
            Diagnostic(
                code="lock-of-process",
                summary="The lock of a local state cannot be taken away",
                detail="The kernel holds it for its process, and releases it when that ends. If the process that the "
                "message names still runs, end it; nothing needs to be unlocked then.",
            ),
        )
    try:
        return await open_shared(settings, session.workspace, session.environment).break_lock(lock_id)
    except StateError as error:
        raise fail_by_state(error) from error
