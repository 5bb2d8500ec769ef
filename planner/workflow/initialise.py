"""Initialising: sets a backend up, sees that it can be relied on, and takes the state along from where it was.

A migration copies: what was in the old place stays there, and is told. Refuses to put a state over another one.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Literal, TypeAlias

from planner.model.backend import BackendSettings
from planner.model.desired import Settings
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.workflow.backends import describe_backend, name_key, name_options, open_backend
from planner.workflow.encryption import find_cipher
from planner.workflow.failing import fail_by_state
from planner.workflow.remembered_backend import find_former, refuse_change, remember
from planner.workflow.session import Session, hold_state, read_files, require_backend
from state.encryption import AgeCipher
from state.errors import StateError
from state.store import StateStore

__all__ = ["Change", "Initialised", "initialise"]

Change: TypeAlias = Literal["refuse", "migrate", "reconfigure"]
"""What to do where the backend is another one than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Initialised:
    """What `planner init` did: where the state is now, and what was taken along from where, if anything."""

    place: str
    kind: str
    clusters: int | None
    migrated_from: str | None = None


async def initialise(session: Session, change: Change) -> Initialised:
    """Set the backend of the configuration up.

    Raises:
        Failure: it cannot be relied on or reached, the state is elsewhere and nobody said what to do about it, or there
            is another state already.
    """
    settings = _require_settings(session)
    target = require_backend(settings)
    former = find_former(session.directory)
    moves = former is not None and former != target
    if moves and former is not None and change == "refuse":
        raise refuse_change(former, target)
    try:
        await _probe(session, target)
        cipher = find_cipher(session.environment, settings.encryption)
        backend = open_backend(session.directory, target, session.workspace, session.environment)
        store = StateStore(backend, cipher=cipher)
        migrated_from = None
        if moves and former is not None and change == "migrate":
            migrated_from = await _migrate(session, former, store, cipher)
        snapshot = await store.load()
    except StateError as error:
        raise fail_by_state(error) from error
    if target.kind != "local" or moves:
        remember(session.directory, target)
    return Initialised(
        place=describe_backend(target, session.workspace),
        kind=target.kind,
        clusters=len(snapshot.records) if snapshot else None,
        migrated_from=migrated_from,
    )


def _require_settings(session: Session) -> Settings:
    configuration = read_files(session)
    wrong: Sequence[Diagnostic] = [
        one for one in configuration.diagnostics if one.code in {"unsupported-backend", "credential-in-configuration"}
    ]
    if wrong:
        raise Failure(ExitCode.INVALID_CONFIGURATION, *wrong, sources=configuration.sources)
    return configuration.settings


async def _probe(session: Session, settings: BackendSettings) -> None:
    """See that two runs are kept apart there; what speaks for itself when it is used is not probed."""
    if settings.kind not in {"s3", "gcs", "azurerm"}:
        return
    from state.backends.object_store import open_object_store, probe_store  # noqa: PLC0415 - an extra

    name = f"The state {describe_backend(settings, session.workspace)}"
    store = open_object_store(settings.kind, name_options(settings))
    await probe_store(store, name_key(settings, session.workspace), name=name)


async def _migrate(session: Session, former: BackendSettings, store: StateStore, cipher: AgeCipher) -> str | None:
    """Copy the state of this workspace, with both places locked; return where it was, or None where there was none."""
    backend = open_backend(session.directory, former, session.workspace, session.environment)
    source = StateStore(backend, cipher=cipher)
    place = describe_backend(former, session.workspace)
    async with AsyncExitStack() as held:
        await held.enter_async_context(hold_state(session, source, "init"))
        snapshot = await source.load()
        if snapshot is None:
            return None
        await held.enter_async_context(hold_state(session, store, "init"))
        await store.load()
        await store.install(snapshot)
        # While it is still locked: what another run wrote there afterwards would be lost.
        return _put_aside(Path(session.directory, place)) if former.kind == "local" else place


def _put_aside(path: Path) -> str:
    """Give a local state that was copied another name, so that it does not seem to be in use; return that."""
    names = chain((".migrated",), (f".migrated-{number}" for number in count(2)))
    aside = next(one for name in names if not (one := path.with_name(f"{path.name}{name}")).exists())
    path.rename(aside)
    return str(aside)
