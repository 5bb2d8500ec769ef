"""The state file: a snapshot as bytes, and back.

JSON in ASCII, keys sorted but for `checksum`, which comes last: the SHA-256 of every byte before it. Each record's
members, and the members of its metadata and spec, have a line of their own, so that Git shows what changed.
Refuses everything else: nothing is guessed, repaired or left out, and no exception but StateError leaves.
"""

import json
import re
from hashlib import sha256

from state.address import sort_key
from state.documents import (
    MalformedError,
    read_intent,
    read_number,
    read_object,
    read_outputs,
    read_record,
    read_runs,
    read_text,
    write_intent,
    write_output,
    write_record,
    write_run,
)
from state.errors import StateDamaged, StateForeign, StateNotWritten, StateTooNew
from state.record import Record
from state.snapshot import Snapshot
from state.strict_json import lay_out, read_json
from state.upgrades import FORMAT, upgrade
from state.values import Output, Value

__all__ = ["decode_snapshot", "encode_snapshot"]

_MEMBERS = frozenset(
    {"account", "checksum", "fingerprint_key", "format", "intents", "lineage", "outputs", "records", "runs", "serial"}
)
_CHECKSUM = re.compile(rb'  "checksum": "sha256:([0-9a-f]{64})"\n\}\n')
_CHECKSUM_SIZE = len(b'  "checksum": "sha256:"\n}\n') + 64
_RESTORE = "Put it back from a backup."


def encode_snapshot(snapshot: Snapshot) -> bytes:
    """Return `snapshot` as the content of a state file.

    Raises:
        StateNotWritten: it holds what JSON cannot hold, or what we could not read again.
    """
    try:
        body = _write_body(snapshot).encode("ascii")
    except ValueError as error:
        raise StateNotWritten(
            "The state cannot be written",
            f"A value in it cannot be kept: {error}. The state is as it was. "
            "Please report this as a bug, with the cluster that was being recorded.",
        ) from error
    return body + b'  "checksum": "sha256:' + _hash(body).encode("ascii") + b'"\n}\n'


def decode_snapshot(content: bytes, *, name: str = "The state", restore: str = _RESTORE) -> Snapshot:
    """Return the snapshot that `content` holds.

    `name` is what people know the state by, `restore` a sentence that says how to get a former one back.

    Raises:
        StateDamaged: it is empty, cut short or changed.
        StateTooNew: its format is newer than ours.
        StateForeign: it was not written by us.
    """
    if not content.strip():
        raise StateDamaged(
            f"{name} is empty", f"A state is never empty, so this one was cut short. Nothing was changed. {restore}"
        )
    try:
        document = read_json(content.decode("utf-8"))
    except ValueError as error:
        raise _damaged(name, _explain(error), restore) from None
    members, found = _check_format(document, name, restore)
    _check_sum(content, name, restore)
    try:
        return _read_body(upgrade(members, found=found))
    except (ValueError, RecursionError) as error:
        raise _damaged(name, _explain(error), restore) from None


def _write_body(snapshot: Snapshot) -> str:
    """Return the document up to its checksum."""
    intents = [lay_out(write_intent(intent), depth=1, indent="    ") for intent in snapshot.intents]
    records = [_write_record(snapshot.records[address]) for address in sorted(snapshot.records, key=sort_key)]
    outputs = [_write_output(name, snapshot.outputs[name]) for name in sorted(snapshot.outputs)]
    members = [
        f'"account": {json.dumps(snapshot.account)}',
        f'"fingerprint_key": {json.dumps(snapshot.fingerprint_key)}',
        f'"format": {FORMAT}',
        f'"intents": {_enclose("[", intents, "]")}',
        f'"lineage": {json.dumps(snapshot.lineage)}',
        f'"outputs": {_enclose("{", outputs, "}")}',
        f'"records": {_enclose("{", records, "}")}',
        f'"serial": {snapshot.serial}',
    ]
    if snapshot.runs:
        runs = [lay_out(write_run(run), depth=0) for run in snapshot.runs]
        members.insert(-1, f'"runs": {_enclose("[", runs, "]")}')
    return "{\n" + "".join(f"  {member},\n" for member in members)


def _write_record(record: Record) -> str:
    return f"{json.dumps(str(record.address))}: {lay_out(write_record(record), depth=3, indent='    ')}"


def _write_output(name: str, output: Output) -> str:
    return f"{json.dumps(name)}: {lay_out(write_output(output), depth=0)}"


def _enclose(start: str, items: list[str], end: str) -> str:
    return f"{start}\n    " + ",\n    ".join(items) + f"\n  {end}" if items else start + end


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


def _check_format(document: Value, name: str, restore: str) -> tuple[dict[str, Value], int]:
    found = document.get("format") if isinstance(document, dict) else None
    if not isinstance(document, dict) or "lineage" not in document or not isinstance(found, int) or found is True:
        kind = "a Terraform state" if isinstance(document, dict) and "terraform_version" in document else "JSON"
        raise StateForeign(
            f"{name} is not a state of planner",
            f"There is {kind} in its place. Nothing was changed. Name another path for the state, or move that file "
            f"away. {restore}",
        )
    if found > FORMAT:
        raise StateTooNew(
            f"{name} was written by a newer version of planner",
            f"Its format is {found}; this version knows format {FORMAT} and older. Nothing was changed. "
            "Install the version that wrote it, or a newer one.",
        )
    return document, found


def _check_sum(content: bytes, name: str, restore: str) -> None:
    written = _CHECKSUM.fullmatch(content[-_CHECKSUM_SIZE:])
    if written is None or _hash(content[:-_CHECKSUM_SIZE]).encode("ascii") != written[1]:
        reason = "Its checksum does not fit its content, so it was changed by hand or by a fault"
        raise _damaged(name, reason, restore)


def _read_body(members: dict[str, Value]) -> Snapshot:
    # The first states did not say whose they were; and runs are there only once there was one.
    fields = read_object({"account": "", "runs": [], **members}, _MEMBERS)
    intents, records = fields["intents"], fields["records"]
    if not isinstance(intents, list) or not isinstance(records, dict):
        raise MalformedError("`intents` is not a list, or `records` not an object")
    found = [read_record(address, record) for address, record in records.items()]
    return Snapshot(
        lineage=read_text(fields, "lineage"),
        serial=read_number(fields, "serial"),
        fingerprint_key=read_text(fields, "fingerprint_key"),
        account=read_text(fields, "account"),
        records={record.address: record for record in found},
        intents=tuple(map(read_intent, intents)),
        outputs=read_outputs(fields["outputs"]),
        runs=read_runs(fields["runs"]),
    )


def _explain(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"It is not JSON from line {error.lineno}, column {error.colno} on"
        case UnicodeDecodeError():
            return f"It is not text from byte {error.start} on"
        case RecursionError():
            return "It is nested too deeply"
        case _:
            return f"In it, {error}"


def _damaged(name: str, reason: str, restore: str) -> StateDamaged:
    return StateDamaged(f"{name} is damaged", f"{reason}. Nothing was changed. {restore}")
