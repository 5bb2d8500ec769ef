"""Backends: opens where a state is kept, as the configuration says and for the workspace that was chosen.

Libraries of shared stores are imported only where a state is kept in one. Refuses to go on where the state of this
directory seems to be somewhere else: a configuration whose backend was changed must not begin a new fleet.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from planner.model.backend import DEFAULT_WORKSPACE, BackendSettings, is_workspace
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from state.backends.local import LocalBackend
from state.ports import Backend

if TYPE_CHECKING:
    from state.backends.document import DocumentBackend
    from state.backends.object_store import ObjectSlot
    from state.backends.postgres import PostgresSlot

__all__ = [
    "STATE_FILE",
    "describe_backend",
    "list_local_workspaces",
    "list_shared_workspaces",
    "name_key",
    "name_options",
    "open_backend",
    "open_shared",
    "open_slot",
]

STATE_FILE = "planner.state.json"
_WORKSPACES = "planner.state.d"
_WORKSPACE_PREFIX = "env:"


def open_backend(
    directory: str,
    settings: BackendSettings,
    workspace: str,
    environment: Mapping[str, str],
    *,
    allow_missing: bool = False,
) -> Backend:
    """Return the backend that `settings` describe, for `workspace`; `directory` is the configuration's.

    `allow_missing` takes a local state that has gone for one that never was.

    Raises:
        Failure: there are no workspaces in it.
        StateNotRead: its library is not installed, or its settings make no sense.
    """
    if settings.kind == "local":
        path = Path(directory, _locate(settings, workspace))
        return LocalBackend(path, allow_missing=allow_missing, makes_directory=workspace != DEFAULT_WORKSPACE)
    return open_shared(settings, workspace, environment)


def open_shared(settings: BackendSettings, workspace: str, environment: Mapping[str, str]) -> "DocumentBackend":
    """Return the shared backend that `settings`, which are not of a local one, describe.

    Raises:
        Failure: there are no workspaces in it.
        StateNotRead: as for `open_backend`.
    """
    from state.backends.document import DocumentBackend  # noqa: PLC0415 - asyncio is slow to import

    name = f"The state {describe_backend(settings, workspace)}"
    arguments = settings.arguments
    match settings.kind:
        case "local":
            raise AssertionError("a local state is not shared")
        case "s3" | "gcs" | "azurerm":
            return DocumentBackend(open_slot(settings, workspace, environment), doubts=True)
        case "pg":
            return DocumentBackend(open_slot(settings, workspace, environment))
        case "http":
            from state.backends.http import HttpSettings, HttpSlot  # noqa: PLC0415 - httpx is slow to import

            user = environment.get("PLANNER_HTTP_USERNAME") or environment.get("TF_HTTP_USERNAME") or ""
            password = environment.get("PLANNER_HTTP_PASSWORD") or environment.get("TF_HTTP_PASSWORD") or ""
            slot = HttpSlot(HttpSettings(**{"username": user, **arguments}, password=password), name=name)
            return DocumentBackend(slot, latch=slot)
        case _:
            assert_never(settings.kind)


def open_slot(settings: BackendSettings, workspace: str, environment: Mapping[str, str]) -> "ObjectSlot | PostgresSlot":
    """Return the slot that the state of `workspace` is kept in, in a shared backend that has workspaces.

    Raises:
        StateNotRead: as for `open_backend`.
    """
    name = f"The state {describe_backend(settings, workspace)}"
    if settings.kind == "pg":
        from state.backends.postgres import PostgresSlot  # noqa: PLC0415 - an extra

        conninfo = settings.arguments.get("conn_str") or environment.get("PLANNER_PG_CONN_STR") or ""
        schema = settings.arguments.get("schema_name", "planner")
        return PostgresSlot(conninfo, workspace, schema=schema, name=name)
    if settings.kind in {"s3", "gcs", "azurerm"}:
        from state.backends.object_store import ObjectSlot, open_object_store  # noqa: PLC0415 - an extra

        store = open_object_store(settings.kind, name_options(settings))
        return ObjectSlot(store, name_key(settings, workspace), name=name)
    raise AssertionError("it has no workspaces")


def list_local_workspaces(directory: str, settings: BackendSettings) -> tuple[str, ...]:
    """Return the workspaces that have a state in files of this machine."""
    path = Path(directory, _locate(settings, DEFAULT_WORKSPACE))
    found = sorted(path.parent.joinpath(_WORKSPACES).glob(f"*/{path.name}"))
    return (*((DEFAULT_WORKSPACE,) if path.exists() else ()), *(one.parent.name for one in found))


async def list_shared_workspaces(settings: BackendSettings, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the workspaces that have a state in a shared backend.

    Raises:
        StateNotRead: it does not say.
    """
    slot = open_slot(settings, DEFAULT_WORKSPACE, environment)
    stored = await slot.list_beside()
    if settings.kind == "pg":
        return stored
    # Where names of workspaces stand in a key is told by the key of one; no workspace may be called so.
    before, _, after = name_key(settings, "\0").partition("\0")
    names = [
        key[len(before) : len(key) - len(after)] for key in stored if key.startswith(before) and key.endswith(after)
    ]
    default = (DEFAULT_WORKSPACE,) if name_key(settings, DEFAULT_WORKSPACE) in stored else ()
    return tuple(dict.fromkeys((*default, *filter(is_workspace, names))))


def describe_backend(settings: BackendSettings, workspace: str) -> str:
    """Return what people know a state by: a path or an address, without a secret.

    Raises:
        Failure: there are no workspaces in it.
    """
    arguments = settings.arguments
    match settings.kind:
        case "local":
            return str(_locate(settings, workspace))
        case "s3" | "gcs":
            return f"{'s3' if settings.kind == 's3' else 'gs'}://{arguments['bucket']}/{name_key(settings, workspace)}"
        case "azurerm":
            account, container = arguments["storage_account_name"], arguments["container_name"]
            return f"azure://{account}/{container}/{name_key(settings, workspace)}"
        case "pg":
            return f"of workspace {workspace} in PostgreSQL"
        case "http":
            if workspace != DEFAULT_WORKSPACE:
                raise _refuse("no-workspaces", "The http backend has no workspaces", "Leave -workspace out.")
            return f"at {arguments['address']}"
        case _:
            assert_never(settings.kind)


def name_key(settings: BackendSettings, workspace: str) -> str:
    """Return the key of the object that holds the state; where workspaces are, is where Terraform has them."""
    if settings.kind == "gcs":
        prefix = settings.arguments.get("prefix", "").strip("/")
        return f"{prefix}/{workspace}.planner.json" if prefix else f"{workspace}.planner.json"
    key = settings.arguments["key"]
    if workspace == DEFAULT_WORKSPACE:
        return key
    return (
        f"{key}{_WORKSPACE_PREFIX}{workspace}"
        if settings.kind == "azurerm"
        else f"{_WORKSPACE_PREFIX}/{workspace}/{key}"
    )


def _locate(settings: BackendSettings, workspace: str) -> Path:
    """Return the path of a local state, from the configuration's directory on."""
    path = Path(settings.arguments.get("path", STATE_FILE))
    return path if workspace == DEFAULT_WORKSPACE else path.parent / _WORKSPACES / workspace / path.name


def name_options(settings: BackendSettings) -> dict[str, str]:
    """Return the settings of an object store by the names that its library knows them by."""
    arguments = settings.arguments
    match settings.kind:
        case "azurerm":
            options = {"account_name": arguments["storage_account_name"], "container_name": arguments["container_name"]}
        case _:
            options = {"bucket": arguments["bucket"]}
    options |= {name: arguments[name] for name in ("region", "endpoint") if name in arguments}
    if "use_path_style" in arguments:
        options["virtual_hosted_style_request"] = "false" if arguments["use_path_style"] == "true" else "true"
    return options


def _refuse(code: str, summary: str, detail: str) -> Failure:
    return Failure(ExitCode.ERROR, Diagnostic(code=code, summary=summary, detail=detail))
