"""Emulating: a Manager API on this machine, and the hand that changes something behind planner's back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from planner.emulator.account_file import AccountFileError
from planner.emulator.app import make_app
from planner.emulator.behaviour import Behaviour
from planner.emulator.course import HandEditError
from planner.emulator.embedded import open_account_file, patch_account_file
from planner.emulator.endpoint import MalformedEndpointError, change_behaviour
from planner.emulator.scripting import MalformedTroubleError, parse_trouble
from planner.emulator.server import RemoteHostError, serve
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from state.values import Json

__all__ = ["ServerRequest", "edit_account", "list_behaviours", "serve_emulator"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRequest:
    """How to serve: where, over which account file (None: in memory), and how the server behaves.

    `options` are the fields of the emulator's behaviour by name, `troubles` as `planner.emulator.scripting` reads them.
    """

    host: str
    port: int
    allows_remote: bool
    account: str | None
    options: Mapping[str, str]
    troubles: tuple[str, ...]


def serve_emulator(request: ServerRequest, announce: Callable[[str], None]) -> None:
    """Serve an emulated account until interrupted; `announce` gets the base URL once the port is open.

    Raises:
        Failure: it cannot be served as asked.
    """
    try:
        behaviour = change_behaviour(Behaviour(), request.options)
        troubles = [parse_trouble(text) for text in request.troubles]
        if request.account:
            app = open_account_file(Path(request.account), behaviour=behaviour, troubles=troubles)
        else:
            app = make_app(behaviour=behaviour, troubles=troubles, keeps_requests=False)
        serve(app, host=request.host, port=request.port, allows_remote=request.allows_remote, announce=announce)
    except ImportError as error:
        raise _fail(
            "The emulator's server is not installed",
            "Install cluster-planner with its extra: cluster-planner[emulator].",
        ) from error
    except RemoteHostError as error:
        raise _fail(
            f"{error}", "The emulator is for this machine alone. Give --allow-remote if you mean it."
        ) from error
    except (MalformedEndpointError, MalformedTroubleError, AccountFileError, OSError) as error:
        raise _fail("The emulator cannot be served", str(error)) from error


def list_behaviours() -> tuple[tuple[str, str], ...]:
    """Return the names of the behaviours, each with its default as one would write it in an option."""
    return tuple((field.name, _spell(field.default)) for field in fields(Behaviour))


def edit_account(account: str, name: str, patch: dict[str, Json]) -> None:
    """Change a cluster in an account file by a merge patch, as somebody in the Manager's console would.

    Raises:
        Failure: there is no such file or cluster, or the result would not be valid.
    """
    try:
        patch_account_file(Path(account), name, patch)
    except (AccountFileError, HandEditError) as error:
        raise _fail("The account cannot be edited", str(error)) from error


def _spell(default: object) -> str:
    match default:
        case tuple():
            return ",".join(map(str, default))
        case bool() | None:
            return str(default).lower()
        case _:
            return str(default)


def _fail(summary: str, detail: str) -> Failure:
    return Failure(ExitCode.ERROR, Diagnostic(code="emulator", summary=summary, detail=detail))
