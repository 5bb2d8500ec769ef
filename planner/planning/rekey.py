"""Rekeying: writes the fingerprints of a plan's documents with another key.

A plan that is made before there is a state uses a fixed key. The state made by its apply has a random one, and what
it remembers must be written with that. The requests stay as they were reviewed.
"""

from collections.abc import Mapping
from dataclasses import replace

from planner.model.outputs import OutputChange
from planner.model.plan import Change, Plan
from planner.planning.seal import make_content, make_fingerprint
from state.values import Json, Output, Secret, Value

__all__ = ["rekey_plan"]


def rekey_plan(plan: Plan, secrets: Mapping[str, Json], key: str) -> Plan:
    """Return `plan` with the fingerprints in its changes and outputs made anew with `key`."""

    def rekey_document(document: dict[str, Value] | None) -> dict[str, Value] | None:
        return None if document is None else {name: _rekey(value, secrets, key) for name, value in document.items()}

    def rekey_change(change: Change) -> Change:
        return replace(
            change,
            before=rekey_document(change.before),
            after=rekey_document(change.after),
            applied=rekey_document(change.applied),
        )

    def rekey_output(output: Output | None) -> Output | None:
        return None if output is None else replace(output, value=_rekey(output.value, secrets, key))

    def rekey_output_change(change: OutputChange) -> OutputChange:
        return replace(change, before=rekey_output(change.before), after=rekey_output(change.after))

    return replace(
        plan,
        changes=tuple(map(rekey_change, plan.changes)),
        outputs=tuple(map(rekey_output_change, plan.outputs)),
    )


def _rekey(value: Value, secrets: Mapping[str, Json], key: str) -> Value:
    match value:
        case Secret(fingerprint=fingerprint, content=content):
            secret = secrets[fingerprint]
            opened = None if content is None else make_content(secret, key)
            return Secret(make_fingerprint(secret, key), opened)
        case dict():
            return {name: _rekey(member, secrets, key) for name, member in value.items()}
        case list():
            return [_rekey(item, secrets, key) for item in value]
        case _:
            return value
