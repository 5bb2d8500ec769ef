"""Sessions: what every command is given, and how it gets its configuration, its state and its connection.

The process's own things, its environment and its terminal, are handed in, so that a workflow runs the same under test.
"""

import os
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from planner import __version__
from planner.api.client import ManagerClient, open_client
from planner.api.connection import Connection, TokenSource
from planner.api.credentials import advise_renewal, find_credentials
from planner.api.token_sources import open_token_source
from planner.config.configuration import (
    Assignment,
    Configuration,
    MissingVariable,
    VariableInput,
    VariableInputs,
    World,
)
from planner.config.read import read_configuration
from planner.lang.tables import TABLES
from planner.lang.tree_cache import TREES
from planner.model.backend import DEFAULT_WORKSPACE, BackendSettings
from planner.model.desired import Desired, Settings
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.redaction import Redactor
from planner.workflow.backends import open_backend
from planner.workflow.encryption import find_cipher, find_key_lines
from planner.workflow.failing import fail_by_state
from planner.workflow.remembered_backend import check_remembered
from planner.workflow.run_links import find_run_link
from planner.workflow.table_cache import find_table_cache, find_tree_cache
from state.errors import StateError
from state.lock import make_lock_info
from state.store import StateStore

if TYPE_CHECKING:
    from planner.api.transport import App  # at run time this would import httpx before anybody needs it

__all__ = [
    "Session",
    "answer_missing",
    "connect",
    "hold_state",
    "open_store",
    "read_files",
    "read_with",
    "require_backend",
    "require_configuration",
    "require_endpoint",
]

EMULATOR = "emulator:"
"""How the endpoint of an account in a file begins."""


_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a command was given: where the configuration is, the environment, and what the options say.

    `ask` asks a person for the value of a variable and returns None for no answer; it is None itself where nobody can
    be asked. `lock_timeout` is in seconds. Without `writes_caches` what the parser keeps is only read. `redactor` is
    told each secret as soon as it is known. `log` is given a line about each request, `announce` a sentence for people
    before something takes its time. `allows_new_state`: a local state that has gone is taken for one that never was.
    """

    directory: str = "."
    environment: Mapping[str, str] = field(default_factory=dict)
    variables: tuple[VariableInput, ...] = ()
    ask: Callable[[MissingVariable], str | None] | None = None
    parallelism: int = 10
    world: World = field(default_factory=lambda: World(now=_tell_time(), draw=os.urandom))
    lock: bool = True
    lock_timeout: float = 0.0
    workspace: str = DEFAULT_WORKSPACE
    log: Callable[[str], None] | None = None
    allows_new_state: bool = False
    announce: Callable[[str], None] = lambda _: None
    writes_caches: bool = True
    redactor: Redactor = field(default_factory=Redactor, compare=False, repr=False)


def _tell_time() -> Callable[[], str]:
    """Return a clock that stands still: in one run, every call of timestamp() gives the same."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return lambda: now


def read_files(session: Session) -> Configuration:
    """Return the configuration in the session's directory, with everything that is wrong with it."""
    configuration = read_with(session, read_configuration)
    session.redactor.learn(configuration.secrets)
    return configuration


def read_with(session: Session, read: Callable[[str, VariableInputs], _Read]) -> _Read:
    """Return what `read` makes of the session's directory, with what earlier runs kept for the parser."""
    keeps = session.writes_caches
    trees = find_tree_cache(session.environment, session.directory, keeps=keeps)
    tokens = TABLES.set(find_table_cache(session.environment, keeps=keeps)), TREES.set(trees)
    try:
        return read(
            session.directory,
            VariableInputs(
                environment=session.environment,
                command=session.variables,
                world=replace(session.world, workspace=session.workspace),
            ),
        )
    finally:
        TABLES.reset(tokens[0])
        TREES.reset(tokens[1])
        if trees is not None:
            trees.save()


def require_configuration(session: Session) -> tuple[Desired, Configuration]:
    """Read the configuration, asking for what is missing where somebody can be asked.

    Raises:
        Failure: something is wrong with it; all that is wrong is told.
    """
    configuration = read_files(session)
    answers = answer_missing(session, configuration.missing_variables)
    if answers:
        configuration = read_files(replace(session, variables=(*session.variables, *answers)))
    if configuration.desired is None:
        raise Failure(ExitCode.INVALID_CONFIGURATION, *configuration.diagnostics, sources=configuration.sources)
    return configuration.desired, configuration


def answer_missing(session: Session, missing: Sequence[MissingVariable]) -> list[Assignment]:
    """Return what a person answers, up to the first question that has no answer."""
    answers: list[Assignment] = []
    if session.ask is None:
        return answers
    for variable in missing:
        answer = session.ask(variable)
        if answer is None:
            break
        answers.append(Assignment(variable.name, answer))
    return answers


def require_endpoint(session: Session, settings: Settings) -> str:
    """Return where the API is: as the provider block says, or else `IMPLY_ENDPOINT`.

    Raises:
        Failure: neither says it.
    """
    endpoint = settings.endpoint or session.environment.get("IMPLY_ENDPOINT")
    if not endpoint:
        raise Failure(
            ExitCode.ERROR,
            Diagnostic(
                code="no-endpoint",
                summary="The endpoint of the Manager API is not set",
                detail='Set it in the configuration, provider "imply" { endpoint = "https://ACCOUNT.implycloud.com" }, '
                "or in the environment variable IMPLY_ENDPOINT. To try things out without an account, use "
                '"emulator:account.json".',
            ),
        )
    return endpoint


@asynccontextmanager
async def connect(
    session: Session, endpoint: str, settings: Settings, *, read_only: bool = False
) -> AsyncIterator[ManagerClient]:
    """Open a client for `endpoint`; one that starts with `emulator:` is served inside this process.

    With `read_only` the client can send nothing but a GET.

    Raises:
        Failure: the endpoint of an emulator cannot be used.
        ApiFault: the endpoint of a server, or what should give the tokens for it, cannot be used.
    """
    connection = Connection(
        endpoint=endpoint, parallelism=session.parallelism, log=session.log, mask=session.redactor.mask
    )
    if endpoint.startswith(EMULATOR):
        app, lag = _open_emulator(session, endpoint)
        embedded = replace(connection, token=session.environment.get("IMPLY_TOKEN"), read_only=read_only, lag=lag)
        async with open_client(embedded, app=app) as client:
            yield client
        return
    credentials = find_credentials(session.environment, client_id=settings.client_id, token_url=settings.token_url)
    # A token is asked for with a POST, also by who only reads; it goes to the token endpoint and nowhere else.
    async with open_token_source(credentials, connection) as source:
        token = _tell_tokens(source, session.redactor)
        admitted = replace(connection, token=token, renewal=advise_renewal(credentials), read_only=read_only)
        if _is_here(endpoint):
            admitted = replace(admitted, lag=0.0)
        async with open_client(admitted) as client:
            yield client


def _is_here(endpoint: str) -> bool:
    """Tell whether the API is on this machine."""
    # Assumed: what answers there is one process, an emulator, that shows at once what it was told.
    try:
        return urlsplit(endpoint).hostname in {"localhost", "127.0.0.1", "::1"}
    except ValueError:
        return False


def _tell_tokens(source: str | TokenSource | None, redactor: Redactor) -> str | TokenSource | None:
    """Return `source` so that `redactor` knows each token that comes of it before anything is sent with it."""
    if not callable(source):
        redactor.learn([source])
        return source

    async def give(rejected: str | None, /) -> str:
        token = await source(rejected)
        redactor.learn([token])
        return token

    return give


def require_backend(settings: Settings) -> BackendSettings:
    """Return where the state is kept, also for who does without the rest of the configuration.

    Raises:
        Failure: the block that says it is wrong; a state in the default place would be another one.
    """
    if not settings.has_wrong_backend:
        return settings.backend
    raise Failure(
        ExitCode.INVALID_CONFIGURATION,
        Diagnostic(
            code="wrong-backend",
            summary="The backend or encryption block cannot be used",
            detail="So it is not known where the state is kept, or for whom it is encrypted. Nothing was done; planner "
            "validate says what is wrong.",
        ),
    )


def open_store(session: Session, settings: Settings) -> StateStore:
    """Return the store that keeps this configuration's state: a file, by default beside the configuration.

    Raises:
        Failure: it seems to be kept somewhere else so far, or cannot be kept there at all.
    """
    check_remembered(session.directory, require_backend(settings))
    try:
        backend = open_backend(
            session.directory,
            settings.backend,
            session.workspace,
            session.environment,
            allow_missing=session.allows_new_state,
        )
        cipher = find_cipher(session.environment, settings.encryption)
    except StateError as error:
        raise fail_by_state(error) from error
    session.redactor.learn(find_key_lines(cipher))
    return StateStore(backend, cipher=cipher)


@asynccontextmanager
async def hold_state(session: Session, store: StateStore, operation: str) -> AsyncIterator[None]:
    """Hold the state's lock for `operation`, unless the user wants none, and leave the state written whole."""
    place = find_run_link(session.environment) or session.directory
    info = make_lock_info(operation, version=__version__, info=place) if session.lock else None
    async with store.hold(info, wait=session.lock_timeout):
        yield


def _open_emulator(session: Session, endpoint: str) -> tuple["App", float]:
    """Return the emulator, and how long it may keep a new cluster out of sight."""
    from planner.emulator.account_file import AccountFileError  # noqa: PLC0415 - most commands need no emulator
    from planner.emulator.embedded import open_account_file  # noqa: PLC0415 - as above
    from planner.emulator.endpoint import MalformedEndpointError, parse_emulator_endpoint  # noqa: PLC0415 - as above

    try:
        parsed = parse_emulator_endpoint(endpoint)
        app = open_account_file(
            Path(session.directory, parsed.path),
            behaviour=parsed.behaviour,
            seed=parsed.seed,
            troubles=parsed.troubles,
        )
        return app, max(parsed.behaviour.list_lag_seconds, parsed.behaviour.read_lag_seconds)
    except (MalformedEndpointError, AccountFileError) as error:
        raise Failure(
            ExitCode.ERROR,
            Diagnostic(code="emulator", summary="The emulated account cannot be used", detail=str(error)),
        ) from error
