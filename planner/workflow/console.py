"""A console on a configuration: reads its files and its state, and asks no account."""

from collections.abc import Mapping
from dataclasses import replace

from planner.config.console import INPUT, Answer, Console
from planner.config.read import read_console
from planner.lang.tokens import is_open
from planner.model.diagnostics import ExitCode, Failure
from planner.workflow.inspect_state import load_state
from planner.workflow.session import Session, answer_missing, read_with
from state.address import Address
from state.record import Record
from state.snapshot import Snapshot
from state.values import Json, Late, Secret, Value

__all__ = ["INPUT", "Answer", "Console", "is_unfinished", "start_console"]


async def start_console(session: Session) -> Console:
    """Return a console in which clusters are as the state last saw them.

    Raises:
        Failure: the configuration is invalid, or the state cannot be read.
    """
    snapshot = await load_state(session)
    known = _list_known(snapshot)
    console = read_with(session, lambda directory, inputs: read_console(directory, inputs, known))
    answers = answer_missing(session, console.configuration.missing_variables)
    if answers:
        asked = replace(session, variables=(*session.variables, *answers))
        console = read_with(asked, lambda directory, inputs: read_console(directory, inputs, known))
    configuration = console.configuration
    if configuration.desired is None:
        raise Failure(ExitCode.INVALID_CONFIGURATION, *configuration.diagnostics, sources=configuration.sources)
    return console


def is_unfinished(text: str) -> bool:
    """Tell whether an expression goes on in the next line."""
    return is_open(text)


def _list_known(snapshot: Snapshot | None) -> dict[Address, Mapping[str, Json]]:
    if snapshot is None:
        return {}
    return {address: _describe(record) for address, record in snapshot.records.items()}


def _describe(record: Record) -> Mapping[str, Json]:
    """Return a cluster as the API would, as far as the state remembers it: its status is not there."""
    document: dict[str, Json] = {"metadata": {"name": record.name, "uid": record.id}}
    spec = (record.observed or {}).get("spec")
    if isinstance(spec, dict):
        document["spec"] = _leave_out_secrets(spec)
    return document


def _leave_out_secrets(value: Value) -> Json:
    """Return `value` with a word in place of each secret: what stands there is sensitive, and is never shown."""
    match value:
        case dict():
            return {name: _leave_out_secrets(member) for name, member in value.items()}
        case list():
            return [_leave_out_secrets(item) for item in value]
        case Secret() | Late():
            return repr(value)
        case _:
            return value
