"""The state as JSON, in the form of `terraform show -json`: the resources of each module, and the outputs.

Of a sensitive value there is a fingerprint, and `sensitive_values` says where. What is ours stands beside it.
"""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from planner.model.mirrors import mirror_secrets
from planner.model.outputs import Outputs
from planner.model.plan_encoding import encode_place
from planner.render.outputs_json import list_outputs
from state.address import Address, ModuleStep
from state.values import Json

__all__ = ["render_state_json"]

_Details: TypeAlias = Mapping[str, Json]
_Record: TypeAlias = tuple[Address, _Details]


def render_state_json(records: Sequence[_Record], outputs: Outputs) -> str:
    """Return the document, a newline at its end; `records` are in the order of their addresses, with their details.

    A state that holds nothing has no values, as in Terraform.
    """
    document: dict[str, Json] = {"format_version": "1.0"}
    if records or outputs:
        document["values"] = {"outputs": list_outputs(outputs), "root_module": _describe_module((), records)}
    return json.dumps(document, indent=2) + "\n"


def _describe_module(path: tuple[ModuleStep, ...], records: Sequence[_Record]) -> dict[str, Json]:
    """Return the module at `path`, whose clusters and those of the modules in it are `records`."""
    module: dict[str, Json] = {"address": ".".join(map(str, path))} if path else {}
    own = [record for record in records if record[0].module == path]
    if own:
        module["resources"] = [_describe_cluster(address, details) for address, details in own]
    below: dict[tuple[ModuleStep, ...], list[_Record]] = {}
    for record in records:
        if record[0].module != path:
            below.setdefault(record[0].module[: len(path) + 1], []).append(record)
    if below:
        module["child_modules"] = [_describe_module(step, those) for step, those in below.items()]
    return module


def _describe_cluster(address: Address, details: _Details) -> dict[str, Json]:
    values = details["observed"] if details["observed"] is not None else details["applied"]
    place = {name: member for name, member in encode_place(address).items() if name != "module_address"}
    return {
        **place,
        "schema_version": 0,
        "values": values,
        "sensitive_values": mirror_secrets(values) or {},
        "depends_on": details["depends_on"],
        "applied": details["applied"],
        "cluster_id": details["id"],
        "cluster_name": details["name"],
        "prevent_destroy": details["prevent_destroy"],
        "resource_version": details["resource_version"],
    }
