"""The document of a plan: what `-out` saves, `show` renders and `apply` performs, and nothing is lost on the way.

A digest over the whole tells an edited or truncated file. Without a key it keeps out mistakes; with one, an HMAC, it
keeps out whoever does not have the key. Either way what is read is checked to be a plan that could have been made: it
performs no request but those that its changes show.
"""

import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TypeVar

from planner.model.output_documents import decode_check, decode_output_change, encode_check, encode_output_change
from planner.model.plan import Action, Change, Method, Operation, Plan
from planner.model.plan_decoding import (
    decode_change,
    decode_diagnostic,
    decode_ignored,
    decode_left_out,
    decode_operation,
    decode_precondition,
    decode_suggested_move,
)
from planner.model.plan_encoding import (
    encode_change,
    encode_diagnostic,
    encode_ignored,
    encode_left_out,
    encode_operation,
    encode_precondition,
    encode_suggested_move,
    encode_summary,
)
from planner.model.plan_ids import shorten_plan_id
from planner.model.strict_reading import (
    Node,
    PlanAltered,
    PlanDamaged,
    read_count,
    read_flag,
    read_items,
    read_members,
    read_text,
)
from planner.model.summary import summarize
from state.address import Address
from state.values import Json, is_same

__all__ = ["FORMAT_VERSION", "PlanAltered", "PlanDamaged", "decode_plan", "dumps_plan", "encode_plan", "loads_plan"]

FORMAT_VERSION = "1.1"
"""The minor number grows when members are added, which readers ignore; the major one when they would be misled."""

_MEMBERS = frozenset(
    {
        "changes",
        "digest",
        "format_version",
        "operations",
        "plan_id",
        "precondition",
        "summary",
        "targets",
        "unchanged",
        "warnings",
    }
)
_LATER = frozenset(
    {
        "checks",
        "complete",
        "excluded",
        "ignored",
        "left_out",
        "output_changes",
        "refreshed",
        "short_id",
        "suggested_moves",
    }
)
"""What a plan of 1.0 does not have."""

_HEAD = 3
"""How many members stand on the first line: the version of the format, and the id in both forms."""

_Item = TypeVar("_Item")
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode
_VERSION = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")
_PLAIN, _KEYED = "sha256:", "hmac-sha256:"
_PLAN_ID = re.compile(r"[0-9a-f]{64}")
_REQUESTS: dict[Action, tuple[tuple[Method, ...], ...]] = {
    Action.CREATE: ((Method.POST,),),
    Action.UPDATE: ((Method.PATCH,), (Method.PUT,)),
    Action.REPLACE: ((Method.DELETE, Method.POST),),
    Action.DELETE: ((Method.DELETE,),),
    Action.FORGET: ((),),
    Action.NO_OP: ((),),
}


def encode_plan(plan: Plan, key: str | None = None) -> dict[str, Json]:
    """Return `plan` as the JSON document that `plan.schema.json` describes; secrets are in it as fingerprints.

    `key` makes its digest an HMAC.
    """
    content = _encode_content(plan)
    return {**content, "digest": _make_digest(_spell(content), key)}


def decode_plan(document: Json, key: str | None = None) -> Plan:
    """Return the plan that `encode_plan` wrote as `document`, with the same `key`.

    Raises:
        PlanDamaged: it is anything but what was written, or was written by a version that we cannot read.
        PlanAltered: its digest does not fit, or is not of `key`.
    """
    try:
        return _decode(document, key)
    except RecursionError:
        raise PlanDamaged("", "is nested too deeply") from None


def dumps_plan(plan: Plan, key: str | None = None) -> str:
    """Return `plan` as the text of a file: JSON in ASCII, each change and each operation on a line of its own.

    `key` makes its digest an HMAC.

    Raises:
        ValueError: a value in it is not a number that JSON knows.
    """
    spelled = _spell(_encode_content(plan))
    members = [f'"{name}": {_lay_out(texts)}' for name, texts in spelled.items()]
    # Which plan it is stands on the first line, as in every other output.
    head, rest = ", ".join(members[:_HEAD]), [*members[_HEAD:], f'"digest": "{_make_digest(spelled, key)}"']
    return "{" + ",\n  ".join([head, *rest]) + "\n}\n"


def loads_plan(text: str, key: str | None = None) -> Plan:
    """Return the plan that `dumps_plan` wrote as `text`, with the same `key`.

    Raises:
        PlanDamaged: `text` is anything but what was written, or was written by a version that we cannot read.
        PlanAltered: its digest does not fit, or is not of `key`.
    """
    try:
        document: Json = json.loads(
            text, object_pairs_hook=_read_object, parse_float=_read_float, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        raise PlanDamaged("", f"is not JSON from line {error.lineno}, column {error.colno} on") from None
    except PlanDamaged:
        raise
    except (ValueError, RecursionError):
        raise PlanDamaged("", "holds a number or a nesting that no plan has") from None
    return decode_plan(document, key)


def _encode_content(plan: Plan) -> dict[str, Json]:
    """Return the document of `plan` but for its digest."""
    return {
        "format_version": FORMAT_VERSION,
        "plan_id": plan.id,
        "short_id": shorten_plan_id(plan.id),
        "summary": encode_summary(summarize(plan)),
        "precondition": encode_precondition(plan.precondition),
        "complete": not plan.is_partial,
        "refreshed": plan.is_refreshed,
        "targets": [*plan.targets],
        "excluded": [*plan.excluded],
        "left_out": [encode_left_out(one) for one in plan.left_out],
        "suggested_moves": [encode_suggested_move(move) for move in plan.suggested_moves],
        "unchanged": plan.unchanged,
        "changes": [encode_change(change) for change in plan.changes],
        "operations": [encode_operation(operation) for operation in plan.operations],
        "ignored": [encode_ignored(ignored) for ignored in plan.ignored],
        "output_changes": [encode_output_change(change) for change in plan.outputs],
        "checks": [encode_check(check) for check in plan.checks],
        "warnings": [encode_diagnostic(warning) for warning in plan.warnings],
    }


def _decode(document: Json, key: str | None) -> Plan:
    root = Node("", document, may_hold_more=_check_version(document))
    members = read_members(root, _MEMBERS, _LATER)
    _check_digest(document if isinstance(document, dict) else {}, members["digest"], key)
    plan = Plan(
        id=_read_plan_id(members["plan_id"]),
        changes=tuple(map(decode_change, read_items(members["changes"]))),
        operations=tuple(map(decode_operation, read_items(members["operations"]))),
        unchanged=read_count(members["unchanged"]),
        targets=tuple(map(read_text, read_items(members["targets"]))),
        excluded=_read_later(members, "excluded", read_text),
        left_out=_read_later(members, "left_out", decode_left_out),
        suggested_moves=_read_later(members, "suggested_moves", decode_suggested_move),
        is_refreshed=read_flag(members["refreshed"]) if "refreshed" in members else True,
        precondition=decode_precondition(members["precondition"]),
        warnings=tuple(map(decode_diagnostic, read_items(members["warnings"]))),
        ignored=_read_later(members, "ignored", decode_ignored),
        outputs=_read_later(members, "output_changes", decode_output_change),
        checks=_read_later(members, "checks", decode_check),
    )
    for path, problem in _find_wrong_copies(plan, members):
        raise PlanDamaged(path, problem)
    for path, problem in _find_contradictions(plan):
        raise PlanDamaged(path, problem)
    # Another version may count something else.
    is_ours = members["format_version"].value == FORMAT_VERSION
    if is_ours and members["summary"].value != encode_summary(summarize(plan)):
        raise PlanDamaged("summary", "does not count what the plan holds")
    return plan


def _read_later(members: Mapping[str, Node], name: str, read: Callable[[Node], _Item]) -> tuple[_Item, ...]:
    return tuple(map(read, read_items(members[name]))) if name in members else ()


def _check_version(document: Json) -> bool:
    """Tell whether `document` is of a newer version than ours that we can read all the same."""
    found = document.get("format_version") if isinstance(document, dict) else None
    version = _VERSION.fullmatch(found) if isinstance(found, str) else None
    if version is None:
        raise PlanDamaged("", "is not a plan that planner saved")
    ours, minor = FORMAT_VERSION.split(".")
    if version[1] != ours:
        raise PlanDamaged(
            "format_version", f"is {version[0]}, and this planner reads {ours}.x; use the planner that saved the plan"
        )
    return int(version[2]) > int(minor)


def _check_digest(document: Mapping[str, Json], written: Node, key: str | None) -> None:
    """Refuse a digest that does not fit, and one without a key where there is one: anybody could have made it."""
    text = read_text(written)
    if key is not None and text.startswith(_PLAIN):
        raise PlanAltered(written.path, "is made without a key, and PLANNER_PLAN_KEY is set")
    if key is None and text.startswith(_KEYED):
        raise PlanAltered(written.path, "is made with a key, and PLANNER_PLAN_KEY is not set")
    content = {name: member for name, member in document.items() if name != "digest"}
    if not hmac.compare_digest(text.encode("utf-8", "surrogatepass"), _make_digest(_spell(content), key).encode()):
        other = "" if key is None else ", or PLANNER_PLAN_KEY is not what it was"
        raise PlanAltered(written.path, f"does not fit the content, so the plan was changed or cut short{other}")


def _spell(content: Mapping[str, Json]) -> dict[str, str | list[str]]:
    """Return the canonical JSON of each member; of a list, that of each item."""
    return {
        name: [_encode(item) for item in member] if isinstance(member, list) else _encode(member)
        for name, member in content.items()
    }


def _make_digest(spelled: Mapping[str, str | list[str]], key: str | None) -> str:
    """Return the digest over the canonical JSON of the whole, which is put together from that of its members."""
    members = (
        f"{_encode(name)}:{texts}" if isinstance(texts, str) else f"{_encode(name)}:[{','.join(texts)}]"
        for name, texts in sorted(spelled.items())
    )
    text = "{" + ",".join(members) + "}"
    if key is None:
        return f"{_PLAIN}{sha256(text.encode('ascii')).hexdigest()}"
    code = hmac.new(key.encode("utf-8", "surrogateescape"), text.encode("ascii"), sha256)
    return f"{_KEYED}{code.hexdigest()}"


def _find_wrong_copies(plan: Plan, members: Mapping[str, Node]) -> Iterator[tuple[str, str]]:
    """Return which members do not say what they are derived from."""
    if "complete" in members and members["complete"].value is not (not plan.is_partial):
        yield "complete", "does not fit the targets and what is excluded"
    if "short_id" in members and members["short_id"].value != shorten_plan_id(plan.id):
        yield "short_id", "is not the short form of plan_id"


def _read_plan_id(node: Node) -> str:
    text = read_text(node)
    if not _PLAN_ID.fullmatch(text):
        raise PlanDamaged(node.path, "is not the id of a plan")
    return text


def _find_contradictions(plan: Plan) -> Iterator[tuple[str, str]]:
    """Return where a plan says two things: a reader must be able to rely on what it shows."""
    by_address = {change.address: change for change in plan.changes}
    if len(by_address) != len(plan.changes):
        yield "changes", "has two changes of one cluster"
    if len({change.name for change in plan.outputs}) != len(plan.outputs):
        yield "output_changes", "has two changes of one output"
    operations: dict[Address, list[Operation]] = {address: [] for address in by_address}
    numbers: set[int] = set()
    for position, operation in enumerate(plan.operations):
        path = f"operations[{position}]"
        if operation.address not in by_address:
            yield f"{path}.address", "is of no change"
            continue
        if operation.number in numbers or not numbers.issuperset(operation.after):
            yield f"{path}.number", "is out of order"
        numbers.add(operation.number)
        operations[operation.address].append(operation)
        if not _is_shown(operation, by_address[operation.address]):
            yield path, "is not the request that its change shows"
    for position, change in enumerate(plan.changes):
        if tuple(operation.method for operation in operations[change.address]) not in _REQUESTS[change.action]:
            yield f"changes[{position}].actions", "do not fit the operations"


def _is_shown(operation: Operation, change: Change) -> bool:
    """Tell whether a request goes to the cluster of its change, and carries a document where it must."""
    if operation.method is Method.POST:
        return operation.path == "/clusters" and operation.body is not None and is_same(operation.body, change.after)
    is_its_own = change.id is not None and operation.path == f"/clusters/{change.id}"
    return is_its_own and (operation.body is None) is (operation.method is Method.DELETE)


def _lay_out(texts: str | list[str]) -> str:
    if isinstance(texts, str):
        return texts
    if not texts:
        return "[]"
    items = ",\n".join(f"    {text}" for text in texts)
    return f"[\n{items}\n  ]"


def _read_object(pairs: Sequence[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise PlanDamaged("", "holds a member twice in one object")
    return members


def _read_float(text: str) -> float:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        raise PlanDamaged("", "holds a number that is too large")
    return number


def _refuse_constant(name: str) -> Json:
    raise PlanDamaged("", f"holds {name}, which is not JSON")
