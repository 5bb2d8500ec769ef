"""Workspaces: which states one configuration has, and which of them is meant; and taking one away.

One is there as soon as it has a state. Refuses to remove one whose state still knows clusters: they would be nobody's.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never

from planner.model.backend import DEFAULT_WORKSPACE, BackendSettings, is_workspace
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.workflow.backends import describe_backend, list_local_workspaces, list_shared_workspaces, open_slot
from planner.workflow.failing import fail_by_state
from planner.workflow.selected_workspace import select
from planner.workflow.session import Session, hold_state, open_store, read_files, require_backend
from state.errors import StateError

__all__ = ["Workspaces", "delete_workspace", "list_workspaces", "select_workspace"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspaces:
    """The workspaces that there are, in the order of their names, and the one that is meant."""

    names: tuple[str, ...]
    current: str


async def list_workspaces(session: Session) -> Workspaces:
    """Return the workspaces that have a state, the default one and the one that is meant.

    Raises:
        Failure: the backend has none, or cannot be read.
    """
    settings = require_backend(read_files(session).settings)
    names = {DEFAULT_WORKSPACE, session.workspace, *await _list_stored(session, settings)}
    return Workspaces(names=tuple(sorted(filter(is_workspace, names))), current=session.workspace)


async def select_workspace(session: Session, name: str, *, makes: bool) -> bool:
    """Let `name` be the workspace of the directory from now on; return whether it has a state already.

    With `makes` it must be a new one, and else one that there is.

    Raises:
        Failure: it is not, or cannot be selected.
    """
    settings = require_backend(read_files(session).settings)
    stored = set(await _list_stored(session, settings))
    is_there = name in stored or name == DEFAULT_WORKSPACE
    if makes and is_there:
        raise _fail("workspace-exists", f"There is a workspace {name} already", f"planner workspace select {name}")
    if not makes and not is_there and name != session.workspace:
        raise _fail("no-workspace", f"There is no workspace {name}", f"planner workspace new {name}")
    select(session.directory, name)
    return name in stored


async def delete_workspace(session: Session, name: str, *, force: bool) -> int:
    """Remove the state of a workspace; return how many clusters it still knew, which with `force` may be some.

    Raises:
        Failure: it is the default one or the one that is meant, there is none, it knows clusters, or it is locked.
    """
    if name in {DEFAULT_WORKSPACE, session.workspace}:
        what = "the default one" if name == DEFAULT_WORKSPACE else "the one that is selected"
        raise Failure(
            ExitCode.ERROR,
            Diagnostic(
                code="workspace-in-use",
                summary=f"The workspace {name} cannot be deleted",
                detail=f"It is {what}. Nothing was changed.",
            ),
        )
    settings = read_files(session).settings
    backend = require_backend(settings)
    if name not in await _list_stored(session, backend):
        raise _fail("no-workspace", f"There is no workspace {name}", "planner workspace list")
    other = replace(session, workspace=name)
    store = open_store(other, settings)
    try:
        async with hold_state(other, store, "workspace delete"):
            snapshot = await store.load()
            known = len(snapshot.records) if snapshot else 0
            if known and not force:
                raise Failure(ExitCode.ERROR, _report_not_empty(name, known))
            if backend.kind == "local":
                _remove_files(other, backend)
            else:
                await open_slot(backend, name, session.environment).remove()
    except StateError as error:
        raise fail_by_state(error) from error
    return known


async def _list_stored(session: Session, settings: BackendSettings) -> Sequence[str]:
    try:
        match settings.kind:
            case "local":
                return list_local_workspaces(session.directory, settings)
            case "s3" | "gcs" | "azurerm" | "pg":
                return await list_shared_workspaces(settings, session.environment)
            case "http":
                raise Failure(
                    ExitCode.ERROR,
                    Diagnostic(
                        code="no-workspaces",
                        summary="The http backend has no workspaces",
                        detail="Terraform's protocol knows a single state at an address. Give each its own.",
                    ),
                )
            case _:
                assert_never(settings.kind)
    except StateError as error:
        raise fail_by_state(error) from error


def _remove_files(session: Session, settings: BackendSettings) -> None:
    """Remove a local state and what is beside it; the lock's file goes when the lock is released."""
    for path in _list_files(session, settings):
        path.unlink(missing_ok=True)


def _list_files(session: Session, settings: BackendSettings) -> Iterator[Path]:
    state = Path(session.directory, describe_backend(settings, session.workspace))
    with contextlib.suppress(OSError):
        for path in state.parent.iterdir():
            if path.name.startswith(state.name) and path.suffix != ".lock":
                yield path


def _report_not_empty(name: str, known: int) -> Diagnostic:
    clusters = "1 cluster" if known == 1 else f"{known} clusters"
    return Diagnostic(
        code="workspace-not-empty",
        summary=f"The workspace {name} is not empty",
        detail=f"Its state knows {clusters}, which would go on running, managed by nobody. Nothing was changed. Delete "
        f"them first:\n  planner destroy -workspace {name}\nOr, to leave them as they are, give -force.",
    )


def _fail(code: str, summary: str, command: str) -> Failure:
    return Failure(
        ExitCode.ERROR, Diagnostic(code=code, summary=summary, detail=f"Nothing was changed. Run:\n  {command}")
    )
