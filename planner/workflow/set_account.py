"""Setting the account: the account that a state belongs to has a new address, and somebody says so."""

from dataclasses import replace

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.live import ApiFault
from planner.workflow.accounts import name_account
from planner.workflow.plan import fail_by_api, fail_by_state
from planner.workflow.session import Session, hold_state, open_store, require_configuration, require_endpoint
from state.errors import StateError

__all__ = ["set_account"]


async def set_account(session: Session) -> tuple[str, str]:
    """Make the state belong to the account that the configuration names now; return the former one and this.

    Raises:
        Failure: there is no state, or it cannot be written.
    """
    desired, _ = require_configuration(session)
    store = open_store(session, desired.settings)
    try:
        account = name_account(require_endpoint(session, desired.settings))
        async with hold_state(session, store, "state set-account"):
            snapshot = await store.load()
            if snapshot is None:
                raise Failure(
                    ExitCode.ERROR,
                    Diagnostic(code="no-state", summary="There is no state yet", detail="The first apply makes one."),
                )
            await store.save(replace(snapshot, account=account))
            return snapshot.account, account
    except StateError as error:
        raise fail_by_state(error) from error
    except ApiFault as fault:
        raise fail_by_api(fault) from fault
