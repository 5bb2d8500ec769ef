"""Embedded: an account in a file, to be used with no server at all, and edited by hand behind a client's back."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from planner.emulator.account_file import AccountFileError, FileStore
from planner.emulator.app import ConnectionLostError, EmulatorApp, make_app
from planner.emulator.behaviour import Behaviour
from planner.emulator.course import edit_cluster
from planner.emulator.exchange import Scene
from planner.emulator.json_text import Json

if TYPE_CHECKING:
    from planner.emulator.trouble import Trouble

__all__ = ["EMBEDDED", "open_account_file", "patch_account_file"]

EMBEDDED = Behaviour(requires_token=False)
"""How an account in a file behaves unless told: whoever can read the file needs no token."""


def open_account_file(  # noqa: PLR0913 - what `make_app` takes, and the file
    path: Path,
    *,
    behaviour: Behaviour = EMBEDDED,
    clock: Callable[[], float] = time.time,
    seed: str | None = None,
    troubles: "Iterable[Trouble]" = (),
    hang_up: Callable[[], Exception] = ConnectionLostError,
    keeps_requests: bool = False,
) -> EmulatorApp:
    """Return an emulator of the account in the file at `path`; an absent or empty file is a new account.

    Raises:
        AccountFileError: The file cannot be used, or is no account.
    """
    store = FileStore(path, seed=seed)
    store.read()
    return make_app(
        behaviour=behaviour,
        clock=clock,
        troubles=troubles,
        hang_up=hang_up,
        store=store,
        keeps_requests=keeps_requests,
    )


def patch_account_file(
    path: Path,
    name: str,
    patch: dict[str, Json],
    *,
    behaviour: Behaviour = EMBEDDED,
    clock: Callable[[], float] = time.time,
) -> None:
    """Send a merge patch to the cluster called `name`, as a person in the Manager's console would.

    Raises:
        AccountFileError: There is no such file, or it cannot be used.
        HandEditError: There is no such cluster, or its configuration would not be valid.
    """
    if not os.path.exists(path):  # noqa: PTH110 - Path.exists raises for a name that is too long
        raise AccountFileError(f"there is no account file {path}")
    FileStore(path).transact(
        lambda account: (edit_cluster(Scene(account=account, now=clock(), behaviour=behaviour), name, patch), None)
    )
