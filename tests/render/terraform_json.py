"""The structs of github.com/hashicorp/terraform-json, as a Go program reads a plan or a state into them.

Each member with the type that its struct gives it. As in Go's encoding/json: members that a struct does not have are
skipped, null fits everything, names match whatever their case, and a number that is no float64 fits nothing.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

Type: TypeAlias = Any

_ANY, _TEXT, _FLAG, _COUNT = "any", "string", "bool", "uint64"
_CHANGE: dict[str, Type] = {
    "actions": [_TEXT],
    "before": _ANY,
    "after": _ANY,
    "after_unknown": _ANY,
    "before_sensitive": _ANY,
    "after_sensitive": _ANY,
    "importing": {"id": _TEXT, "unknown": _FLAG, "identity": _ANY},
    "generated_config": _TEXT,
    "replace_paths": [_ANY],
    "before_identity": _ANY,
    "after_identity": _ANY,
}
_RESOURCE_CHANGE: dict[str, Type] = {
    "address": _TEXT,
    "previous_address": _TEXT,
    "module_address": _TEXT,
    "mode": _TEXT,
    "type": _TEXT,
    "name": _TEXT,
    "index": _ANY,
    "provider_name": _TEXT,
    "deposed": _TEXT,
    "change": _CHANGE,
    "action_reason": _TEXT,
}
_CHECK: dict[str, Type] = {
    "address": {"to_display": _TEXT, "kind": _TEXT, "module": _TEXT, "mode": _TEXT, "type": _TEXT, "name": _TEXT},
    "status": _TEXT,
    "instances": [
        {
            "address": {"to_display": _TEXT, "module": _TEXT, "instance_key": _ANY},
            "status": _TEXT,
            "problems": [{"message": _TEXT}],
        }
    ],
}
_RESOURCE: dict[str, Type] = {
    "address": _TEXT,
    "mode": _TEXT,
    "type": _TEXT,
    "name": _TEXT,
    "index": _ANY,
    "provider_name": _TEXT,
    "schema_version": _COUNT,
    "values": ("map", _ANY),
    "sensitive_values": _ANY,
    "depends_on": [_TEXT],
    "tainted": _FLAG,
    "deposed_key": _TEXT,
    "identity_schema_version": _COUNT,
    "identity": ("map", _ANY),
}
_MODULE: dict[str, Type] = {"resources": [_RESOURCE], "address": _TEXT}
_MODULE["child_modules"] = [_MODULE]
_VALUES: dict[str, Type] = {
    "outputs": ("map", {"sensitive": _FLAG, "value": _ANY, "type": _ANY}),
    "root_module": _MODULE,
}
STATE: dict[str, Type] = {
    "format_version": _TEXT,
    "terraform_version": _TEXT,
    "values": _VALUES,
    "checks": [_CHECK],
}
PLAN: dict[str, Type] = {
    "format_version": _TEXT,
    "terraform_version": _TEXT,
    "variables": ("map", {"value": _ANY}),
    "planned_values": _VALUES,
    "resource_drift": [_RESOURCE_CHANGE],
    "resource_changes": [_RESOURCE_CHANGE],
    "deferred_changes": [{"reason": _TEXT, "resource_change": _RESOURCE_CHANGE}],
    "complete": _FLAG,
    "output_changes": ("map", _CHANGE),
    "prior_state": STATE,
    "configuration": {"provider_config": ("map", {}), "root_module": {}},
    "relevant_attributes": [{"resource": _TEXT, "attribute": [_ANY]}],
    "checks": [_CHECK],
    "timestamp": _TEXT,
    "action_invocations": [{}],
}
ACTIONS = [
    ["no-op"],
    ["create"],
    ["read"],
    ["update"],
    ["delete"],
    ["delete", "create"],
    ["create", "delete"],
    ["forget"],
]
REASONS = {
    "replace_because_cannot_update",
    "replace_because_tainted",
    "replace_by_request",
    "replace_by_triggers",
    "delete_because_no_resource_config",
    "delete_because_wrong_repetition",
    "delete_because_count_index",
    "delete_because_each_key",
    "delete_because_no_module",
    "delete_because_no_move_target",
    "read_because_config_unknown",
    "read_because_dependency_pending",
    "read_because_check_nested",
}


def find_misfits(value: object, type_: Type, path: str = "") -> Iterator[str]:
    """Yield where `value` does not go into a variable of `type_`."""
    match type_, value:
        case _, None:
            pass
        case dict(), dict():
            for name, member in value.items():
                known = next((type_[one] for one in type_ if one == name.lower()), None)
                if known is not None:
                    yield from find_misfits(member, known, f"{path}.{name}")
        case [item_type], list():
            for position, item in enumerate(value):
                yield from find_misfits(item, item_type, f"{path}[{position}]")
        case ("map", member_type), dict():
            for name, member in value.items():
                yield from find_misfits(member, member_type, f"{path}.{name}")
        case "any", _:
            yield from _find_unreadable(value, path)
        case ("string", str()) | ("bool", bool()):
            pass
        case "uint64", int() if not isinstance(value, bool) and 0 <= value < 2**64:
            pass
        case _:
            yield f"{path}: {value!r} is no {type_}"


def is_supported(version: str) -> bool:
    """Tell whether the library takes a plan or a state of this format: `>= 0.1, < 2.0`."""
    major, minor = map(int, version.split("."))
    return (0, 1) <= (major, minor) < (2, 0)


def _find_unreadable(value: object, path: str) -> Iterator[str]:
    match value:
        case dict():
            for name, member in value.items():
                yield from _find_unreadable(member, f"{path}.{name}")
        case list():
            for position, item in enumerate(value):
                yield from _find_unreadable(item, f"{path}[{position}]")
        case int() if abs(value) > 2**1023:
            yield f"{path}: no float64"
        case _:
            pass
