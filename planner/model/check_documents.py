"""Conditions of a configuration as members of a saved plan, and back; and the same once more as Terraform's checks.

Terraform has one object for what is checked, with its instances; we have one for each condition, in their order.
"""

import re
from collections.abc import Iterable, Sequence

from planner.model.checks import describe_failure
from planner.model.desired import CheckResult
from planner.model.plan_decoding import decode_diagnostic
from planner.model.plan_encoding import encode_diagnostic
from planner.model.strict_reading import Node, PlanDamaged, read_members, read_optional, read_text
from state.address import Address, parse_address
from state.values import Json

__all__ = ["decode_condition", "encode_checks", "encode_condition"]

_CONDITION = frozenset({"label", "problem", "status"})
_STATUSES: dict[bool | None, str] = {True: "pass", False: "fail", None: "unknown"}
_CHECK = re.compile(r"(?:(?P<module>module\..*)\.)?check\.(?P<name>[^.\[\]\"]+)", re.DOTALL)


def encode_condition(check: CheckResult) -> dict[str, Json]:
    """Return what came of one condition."""
    problem = None if check.problem is None else encode_diagnostic(check.problem)
    return {"label": check.label, "problem": problem, "status": _STATUSES[check.passed]}


def decode_condition(node: Node) -> CheckResult:
    """Return what came of one condition."""
    members = read_members(node, _CONDITION)
    return CheckResult(
        label=read_text(members["label"]),
        passed=_read_status(members["status"]),
        problem=read_optional(members["problem"], decode_diagnostic),
    )


def encode_checks(checks: Iterable[CheckResult]) -> list[Json]:
    """Return what Terraform calls checks: each block that is checked, what came of it, and of each of its instances."""
    blocks: dict[str, dict[str, list[CheckResult]]] = {}
    addresses: dict[str, dict[str, Json]] = {}
    for check in checks:
        address = _encode_block(check.label)
        name = str(address["to_display"])
        addresses[name] = address
        blocks.setdefault(name, {}).setdefault(check.label, []).append(check)
    return [
        {
            "address": addresses[name],
            "instances": [_encode_instance(label, results) for label, results in instances.items()],
            "status": _judge(result for results in instances.values() for result in results),
        }
        for name, instances in blocks.items()
    ]


def _encode_instance(label: str, results: Sequence[CheckResult]) -> dict[str, Json]:
    address: dict[str, Json] = {"to_display": label}
    cluster = _read_address(label)
    if cluster is not None and cluster.module:
        address["module"] = ".".join(map(str, cluster.module))
    if cluster is not None and cluster.key is not None:
        address["instance_key"] = cluster.key
    instance: dict[str, Json] = {"address": address, "status": _judge(results)}
    problems: list[Json] = [{"message": describe_failure(result)} for result in results if result.passed is False]
    return {**instance, "problems": problems} if problems else instance


def _encode_block(label: str) -> dict[str, Json]:
    """Return the address of the block that a condition stands in: that of all its instances."""
    cluster = _read_address(label)
    if cluster is None:
        return {"kind": "check", "name": label, "to_display": label}
    module = ".".join(f"module.{step.name}" for step in cluster.module)
    is_check = _CHECK.fullmatch(label) is not None
    display = f"{'check' if is_check else 'cluster'}.{cluster.name}"
    address: dict[str, Json] = {"name": cluster.name, "to_display": f"{module}.{display}" if module else display}
    address |= {"kind": "check"} if is_check else {"kind": "resource", "mode": "managed", "type": "cluster"}
    return {**address, "module": module} if module else address


def _read_address(label: str) -> Address | None:
    """Return the address that a label is: that of a check is read as if it were a cluster."""
    check = _CHECK.fullmatch(label)
    where = "" if check is None or check["module"] is None else f"{check['module']}."
    try:
        return parse_address(label if check is None else f"{where}cluster.{check['name']}")
    except ValueError:
        return None


def _judge(results: Iterable[CheckResult]) -> str:
    """Return what came of several conditions: the worst of it."""
    passed = {result.passed for result in results}
    return next(_STATUSES[one] for one in (False, None, True) if one in passed)


def _read_status(node: Node) -> bool | None:
    text = read_text(node)
    for passed, status in _STATUSES.items():
        if status == text:
            return passed
    raise PlanDamaged(node.path, "is not one of the words that may stand there")
