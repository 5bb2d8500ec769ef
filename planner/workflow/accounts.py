"""Accounts: a state belongs to one, and is used with no other.

In another account every cluster of ours would seem to be gone, and a plan would make the whole fleet again there and
forget where it was.
"""

from planner.api.endpoint import normalise_endpoint
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.workflow.session import EMULATOR
from state.snapshot import Snapshot

__all__ = ["check_account", "has_clusters", "name_account"]


def name_account(endpoint: str) -> str:
    """Return what an account is known by: its endpoint in one spelling; how an emulator behaves is no part of it.

    Raises:
        ApiFault: it is no endpoint.
    """
    if endpoint.startswith(EMULATOR):
        return endpoint.partition("?")[0]
    return normalise_endpoint(endpoint).origin


def check_account(snapshot: Snapshot | None, endpoint: str) -> None:
    """Refuse a state whose clusters live in another account.

    Raises:
        Failure: it says another account than that of `endpoint`.
    """
    account = name_account(endpoint)
    if snapshot is None or not snapshot.account or snapshot.account == account or not has_clusters(snapshot):
        return
    raise Failure(
        ExitCode.ERROR,
        Diagnostic(
            code="other-account",
            summary="The state belongs to another account",
            detail=f"Its clusters live at {snapshot.account}; the endpoint is {account}. Nothing was sent. Correct the "
            "endpoint, or use another state for this account. If the same account has a new address, say so once:\n"
            "  planner state set-account",
        ),
    )


def has_clusters(snapshot: Snapshot | None) -> bool:
    """Tell whether a state knows of any cluster, or of one that an interrupted create may have made."""
    return snapshot is not None and bool(snapshot.records or snapshot.intents)
