"""Documents: records, intents and entries as JSON documents, and back. The fields are those of the data classes.

Strict on the way back: a field too many, too few or of another type is refused with MalformedError, which names the
field and never the value. What is read shares its parts with the document that it was read from.
"""

from collections.abc import Iterable, Mapping
from typing import assert_never

from state.address import Address, parse_address
from state.entries import Entry, IntentClosed, IntentOpened, OutputsPut, RecordDropped, RecordMoved, RecordPut, RunEnded
from state.record import Intent, IntentKind, Record
from state.run import Run, RunChange
from state.values import NO_TIMEOUTS, Output, Timeouts, Value

__all__ = [
    "MalformedError",
    "read_entry",
    "read_intent",
    "read_number",
    "read_object",
    "read_outputs",
    "read_record",
    "read_runs",
    "read_text",
    "write_entry",
    "write_intent",
    "write_output",
    "write_record",
    "write_run",
]

_RECORD = frozenset({"applied", "depends_on", "id", "name", "observed", "prevent_destroy", "resource_version"})
_TIMEOUTS = frozenset({"create", "delete", "update"})
_INTENT = frozenset({"address", "applied", "at", "before", "id", "key", "kind", "name"})
_OUTPUT = frozenset({"sensitive", "type", "value"})
_RUN_TEXTS = ("began", "commit", "link", "operation", "plan_id", "version", "who")
_RUN = frozenset({*_RUN_TEXTS, "changes", "exit_code", "seconds", "total"})
_RUN_CHANGE = frozenset({"action", "address", "fate", "seconds"})


class MalformedError(ValueError):
    """A document is not what it should be."""


def write_record(record: Record) -> dict[str, Value]:
    """Return all of `record` but its address, which stands before it; what few records say only where it is said."""
    timeouts = _write_timeouts(record.timeouts)
    return {
        "applied": record.applied,
        "depends_on": [str(address) for address in record.depends_on],
        "id": record.id,
        "name": record.name,
        "observed": record.observed,
        "prevent_destroy": record.prevent_destroy,
        "resource_version": record.resource_version,
        **({"made_at": record.made_at} if record.made_at else {}),
        **({"timeouts": timeouts} if timeouts else {}),
    }


def read_record(address: str, document: Value) -> Record:
    """Return the record that `write_record` wrote as `document`.

    Raises:
        ValueError: it is not a record.
    """
    seldom = {name for name in ("made_at", "timeouts") if isinstance(document, dict) and name in document}
    fields = read_object(document, _RECORD | seldom)
    applied = _read_document(fields, "applied")
    if applied is None:
        raise MalformedError("`applied` is not an object")
    return Record(
        address=parse_address(address),
        id=read_text(fields, "id"),
        name=read_text(fields, "name"),
        applied=applied,
        observed=_read_document(fields, "observed"),
        resource_version=None if fields["resource_version"] is None else read_number(fields, "resource_version"),
        prevent_destroy=_read_flag(fields, "prevent_destroy"),
        depends_on=tuple(map(parse_address, _read_texts(fields, "depends_on"))),
        timeouts=_read_timeouts(fields["timeouts"]) if "timeouts" in seldom else NO_TIMEOUTS,
        made_at=read_text(fields, "made_at") if "made_at" in seldom else "",
    )


def write_intent(intent: Intent) -> dict[str, Value]:
    """Return all of `intent`."""
    return {
        "address": str(intent.address),
        "applied": intent.applied,
        "at": intent.at,
        "before": list(intent.before),
        "id": intent.id,
        "key": intent.key,
        "kind": intent.kind,
        "name": intent.name,
    }


def read_intent(document: Value) -> Intent:
    """Return the intent that `write_intent` wrote as `document`.

    Raises:
        ValueError: it is not an intent.
    """
    fields = read_object(document, _INTENT)
    return Intent(
        key=read_text(fields, "key"),
        address=parse_address(read_text(fields, "address")),
        kind=_read_kind(fields),
        name=read_text(fields, "name"),
        id=_read_optional_text(fields, "id"),
        before=tuple(_read_texts(fields, "before")),
        applied=_read_document(fields, "applied"),
        at=read_text(fields, "at"),
    )


def write_output(output: Output) -> dict[str, Value]:
    """Return all of `output` but its name, which stands before it."""
    return {"sensitive": output.is_sensitive, "type": output.type, "value": output.value}


def read_outputs(document: Value) -> dict[str, Output]:
    """Return the outputs by their names, each as `write_output` wrote it.

    Raises:
        MalformedError: something is not an output.
    """
    if not isinstance(document, dict):
        raise MalformedError("`outputs` is not an object")
    return {name: _read_output(output) for name, output in document.items()}


def write_run(run: Run) -> dict[str, Value]:
    """Return all of `run`."""
    changes: list[Value] = [
        {"action": one.action, "address": str(one.address), "fate": one.fate, "seconds": one.seconds}
        for one in run.changes
    ]
    return {
        "began": run.began,
        "changes": changes,
        "commit": run.commit,
        "exit_code": run.exit_code,
        "link": run.link,
        "operation": run.operation,
        "plan_id": run.plan_id,
        "seconds": run.seconds,
        "total": run.total,
        "version": run.version,
        "who": run.who,
    }


def read_runs(document: Value) -> tuple[Run, ...]:
    """Return the runs, each as `write_run` wrote it.

    Raises:
        ValueError: something is not a run.
    """
    if not isinstance(document, list):
        raise MalformedError("`runs` is not a list")
    return tuple(map(_read_run, document))


def _read_run(document: Value) -> Run:
    fields = read_object(document, _RUN)
    changes = fields["changes"]
    if not isinstance(changes, list):
        raise MalformedError("`changes` is not a list")
    return Run(
        **{name: read_text(fields, name) for name in _RUN_TEXTS},
        exit_code=read_number(fields, "exit_code"),
        seconds=_read_seconds(fields),
        total=read_number(fields, "total"),
        changes=tuple(map(_read_run_change, changes)),
    )


def _read_run_change(document: Value) -> RunChange:
    fields = read_object(document, _RUN_CHANGE)
    return RunChange(
        address=_read_address(fields, "address"),
        action=read_text(fields, "action"),
        fate=read_text(fields, "fate"),
        seconds=_read_seconds(fields),
    )


def _read_seconds(fields: dict[str, Value]) -> float:
    value = fields["seconds"]
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise MalformedError("`seconds` is not a number, 0 or more")
    return value


def write_entry(entry: Entry) -> dict[str, Value]:
    """Return `entry` with its kind; a record stands beside its address."""
    match entry:
        case IntentOpened(intent):
            return {"kind": "intent_opened", "intent": write_intent(intent)}
        case IntentClosed(key):
            return {"kind": "intent_closed", "key": key}
        case RecordPut(record, closes):
            return {
                "kind": "record_put",
                "address": str(record.address),
                "record": write_record(record),
                "closes": closes,
            }
        case RecordDropped(address, closes):
            return {"kind": "record_dropped", "address": str(address), "closes": closes}
        case RecordMoved(before, after):
            return {"kind": "record_moved", "before": str(before), "after": str(after)}
        case OutputsPut(outputs):
            return {"kind": "outputs_put", "outputs": _write_outputs(outputs)}
        case RunEnded(run):
            return {"kind": "run_ended", "run": write_run(run)}
        case _:
            assert_never(entry)


def read_entry(document: Value) -> Entry:
    """Return the entry that `write_entry` wrote as `document`.

    Raises:
        ValueError: it is not an entry.
    """
    match document:
        case {"kind": "intent_opened"}:
            return IntentOpened(read_intent(read_object(document, {"kind", "intent"})["intent"]))
        case {"kind": "intent_closed"}:
            return IntentClosed(read_text(read_object(document, {"kind", "key"}), "key"))
        case {"kind": "record_put"}:
            fields = read_object(document, {"kind", "address", "record", "closes"})
            record = read_record(read_text(fields, "address"), fields["record"])
            return RecordPut(record, _read_optional_text(fields, "closes"))
        case {"kind": "record_dropped"}:
            fields = read_object(document, {"kind", "address", "closes"})
            return RecordDropped(_read_address(fields, "address"), _read_optional_text(fields, "closes"))
        case {"kind": "record_moved"}:
            fields = read_object(document, {"kind", "before", "after"})
            return RecordMoved(_read_address(fields, "before"), _read_address(fields, "after"))
        case {"kind": "outputs_put"}:
            return OutputsPut(read_outputs(read_object(document, {"kind", "outputs"})["outputs"]))
        case {"kind": "run_ended"}:
            return RunEnded(_read_run(read_object(document, {"kind", "run"})["run"]))
        case _:
            raise MalformedError("an entry is of no kind that we know")


def read_object(document: Value, names: Iterable[str]) -> dict[str, Value]:
    """Return `document`, which must be an object with exactly these members.

    Raises:
        MalformedError: it is something else.
    """
    if not isinstance(document, dict):
        raise MalformedError("something is not an object that should be one")
    if document.keys() != (expected := set(names)):
        odd = ", ".join(f"`{name}`" for name in sorted(expected - document.keys()))
        raise MalformedError(f"{odd} is missing" if odd else "there is a member that we do not know")
    return document


def read_text(fields: dict[str, Value], name: str) -> str:
    """Return a member that must be a string.

    Raises:
        MalformedError: it is something else.
    """
    if not isinstance(value := fields[name], str):
        raise MalformedError(f"`{name}` is not a string")
    return value


def read_number(fields: dict[str, Value], name: str) -> int:
    """Return a member that must be a whole number, 0 or more.

    Raises:
        MalformedError: it is something else.
    """
    value = fields[name]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise MalformedError(f"`{name}` is not a whole number, 0 or more")
    return value


def _write_outputs(outputs: Mapping[str, Output]) -> dict[str, Value]:
    return {name: write_output(output) for name, output in outputs.items()}


def _read_output(document: Value) -> Output:
    fields = read_object(document, _OUTPUT)
    return Output(value=fields["value"], type=read_text(fields, "type"), is_sensitive=_read_flag(fields, "sensitive"))


def _write_timeouts(timeouts: Timeouts) -> dict[str, Value]:
    said = {"create": timeouts.create, "delete": timeouts.delete, "update": timeouts.update}
    return {name: seconds for name, seconds in said.items() if seconds is not None}


def _read_timeouts(document: Value) -> Timeouts:
    if not isinstance(document, dict) or not document or not document.keys() <= _TIMEOUTS:
        raise MalformedError("`timeouts` is not an object of seconds to create, update and delete")
    said: dict[str, float] = {}
    for name, seconds in document.items():
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < float("inf"):
            raise MalformedError(f"`{name}` is not a number of seconds, 0 or more")
        said[name] = float(seconds)
    return Timeouts(**said)


def _read_optional_text(fields: dict[str, Value], name: str) -> str | None:
    return None if fields[name] is None else read_text(fields, name)


def _read_texts(fields: dict[str, Value], name: str) -> list[str]:
    values = fields[name]
    texts = [value for value in values if isinstance(value, str)] if isinstance(values, list) else None
    if not isinstance(values, list) or texts is None or len(texts) != len(values):
        raise MalformedError(f"`{name}` is not a list of strings")
    return texts


def _read_flag(fields: dict[str, Value], name: str) -> bool:
    if not isinstance(value := fields[name], bool):
        raise MalformedError(f"`{name}` is not true or false")
    return value


def _read_address(fields: dict[str, Value], name: str) -> Address:
    return parse_address(read_text(fields, name))


def _read_kind(fields: dict[str, Value]) -> IntentKind:
    match fields["kind"]:
        case "create" | "update" | "delete" as kind:
            return kind
        case _:
            raise MalformedError("`kind` is not create, update or delete")


def _read_document(fields: dict[str, Value], name: str) -> dict[str, Value] | None:
    value = fields[name]
    if value is not None and not isinstance(value, dict):
        raise MalformedError(f"`{name}` is not an object")
    return value
