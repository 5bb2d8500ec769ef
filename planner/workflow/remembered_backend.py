"""The backend that `planner init` last set up for a directory, in `.planner/backend.json`; no secret is in it.

A configuration whose backend was changed would find no state there, and plan to make the whole fleet again. So a
command that finds another backend remembered, or a local state beside a shared backend, asks for `planner init`.
"""

import json
from pathlib import Path

from planner.model.backend import DEFAULT_WORKSPACE, BackendKind, BackendSettings
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.workflow.backends import STATE_FILE, describe_backend
from planner.workflow.whole_files import put_file

__all__ = ["check_remembered", "find_former", "refuse_change", "remember"]

_FILE = Path(".planner", "backend.json")
_KINDS: tuple[BackendKind, ...] = ("local", "s3", "gcs", "azurerm", "http", "pg")


def find_former(directory: str) -> BackendSettings | None:
    """Return the backend that was set up before: the remembered one, or a local state that lies there."""
    remembered = _read(Path(directory, _FILE))
    if remembered is not None:
        return remembered
    return BackendSettings() if Path(directory, STATE_FILE).exists() else None


def check_remembered(directory: str, settings: BackendSettings) -> None:
    """Refuse to go on where the state seems to be in another backend than `settings`.

    Raises:
        Failure: it does.
    """
    former = find_former(directory)
    if former is None or former == settings:
        return
    if settings.kind == "local" and Path(directory, describe_backend(settings, DEFAULT_WORKSPACE)).exists():
        return  # there is a state at the new place, so nobody begins anew
    raise refuse_change(former, settings)


def refuse_change(former: BackendSettings, settings: BackendSettings) -> Failure:
    """Return the failure that the state is in `former` so far, and that nobody said what to do about it."""
    return Failure(
        ExitCode.ERROR,
        Diagnostic(
            code="backend-changed",
            summary="The state is kept somewhere else so far",
            detail=f"It is {_place(former)}; the configuration now says {_place(settings)}. Without its state, planner "
            "would make every cluster again. To take the state along:\n  planner init -migrate-state\n"
            "Or, to leave it there and begin with what the new place holds:\n  planner init -reconfigure",
        ),
    )


def remember(directory: str, settings: BackendSettings) -> None:
    """Remember `settings` as what this directory is set up for.

    Raises:
        Failure: it cannot be written.
    """
    path = Path(directory, _FILE)
    text = json.dumps({"type": settings.kind, "arguments": dict(settings.arguments)}, indent=2, sort_keys=True)
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        put_file(path, f"{text}\n".encode("ascii"))
    except OSError as error:
        raise Failure(
            ExitCode.ERROR,
            Diagnostic(
                code="not-remembered",
                summary="The backend cannot be remembered",
                detail=f"{error.filename}: {error.strerror}. See to it that you may write there, then run this again.",
            ),
        ) from error


def _read(path: Path) -> BackendSettings | None:
    """Return what was remembered; a file that was meddled with remembers nothing."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    kind = next((kind for kind in _KINDS if isinstance(document, dict) and document.get("type") == kind), None)
    arguments = document.get("arguments") if isinstance(document, dict) else None
    if kind is None or not isinstance(arguments, dict) or not all(isinstance(one, str) for one in arguments.values()):
        return None
    return BackendSettings(kind=kind, arguments=arguments)


def _place(settings: BackendSettings) -> str:
    if settings.kind == "local":
        return f"in the file {describe_backend(settings, DEFAULT_WORKSPACE)}"
    return f"in the {settings.kind} backend ({describe_backend(settings, DEFAULT_WORKSPACE)})"
