"""Outputs: what a plan does to them, and what they are once it has been applied. Pure.

They say what is so and change nothing in the account, so they are no part of the transition that a plan makes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import cast

from planner.model.desired import DesiredOutput
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.late import holds_late
from planner.model.outputs import OutputChange, Outputs
from planner.model.secrets import Vault
from planner.planning.seal import make_fingerprint
from state.values import Json, Late, Output, Secret, Value, is_same

__all__ = ["plan_outputs", "seal_outputs", "settle_outputs", "warn_of_secrets"]

_SHORTEST = 6
"""A secret of fewer letters may be the same as any other word."""


def plan_outputs(former: Outputs, wanted: Outputs) -> tuple[OutputChange, ...]:
    """Return what becomes of the outputs, in the order of their names; what stays as it is is left out."""
    changes = (
        OutputChange(name=name, before=former.get(name), after=wanted.get(name))
        for name in sorted(former.keys() | wanted.keys())
    )
    return tuple(change for change in changes if not _is_same_output(change.before, change.after))


def seal_outputs(outputs: Iterable[DesiredOutput], key: str, vault: Vault) -> dict[str, Output]:
    """Return `outputs` by their names, a fingerprint in place of each sensitive value, which goes into `vault`.

    One that holds a text which is a secret elsewhere, as `vault` has it, is sensitive whatever the configuration says.
    An output that is null is none, as in Terraform.
    """
    told = [output for output in outputs if output.is_late or output.value is not None]
    sealed = {output.name: _seal(output, key, vault) for output in told if output.is_sensitive}
    secrets = {value for value in vault.values() if isinstance(value, str) and len(value) >= _SHORTEST}
    for output in told:
        if not output.is_sensitive:
            holds_secret = not secrets.isdisjoint(_list_texts(output.value))
            sealed[output.name] = _seal(replace(output, is_sensitive=holds_secret), key, vault)
    return sealed


def warn_of_secrets(outputs: Iterable[DesiredOutput], sealed: Outputs) -> Iterator[Diagnostic]:
    """Yield a warning for each output that is sensitive though the configuration does not say so."""
    for output in outputs:
        if not output.is_sensitive and output.name in sealed and sealed[output.name].is_sensitive:
            yield Diagnostic(
                severity=Severity.WARNING,
                code="output-holds-secret",
                summary=f'Output "{output.name}" holds a secret',
                detail="A text in it is one that a cluster, or another output, keeps secret. So it is treated as "
                "sensitive: its value is neither shown nor kept. Write sensitive = true in it, or take the text out.",
            )


def settle_outputs(changes: Sequence[OutputChange], former: Outputs, revised: Outputs | None) -> dict[str, Output]:
    """Return the outputs after an apply: as they were planned, those that came late as they are in `revised`.

    One that cannot be told even now, because what it refers to did not get done, stays as it is in `former`.
    `revised` is None where the configuration refers to no cluster.
    """
    settled = dict(former)
    for change in changes:
        after = _choose(change, revised)
        if after is None:
            settled.pop(change.name, None)
        elif not holds_late(after.value):
            settled[change.name] = after
    return settled


def _choose(change: OutputChange, revised: Outputs | None) -> Output | None:
    """Return the output that a change leads to; what was known when it was agreed to is not exchanged."""
    if change.after is None or revised is None:
        return change.after
    now = revised.get(change.name)
    if holds_late(change.after.value):
        return now
    return now if now is not None and holds_late(now.value) else change.after


def _list_texts(value: Value) -> Iterator[str]:
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from _list_texts(item)
        case dict():
            for member in value.values():
                yield from _list_texts(member)
        case _:
            pass


def _seal(output: DesiredOutput, key: str, vault: Vault) -> Output:
    if output.is_late and (output.is_sensitive or output.value is None):
        return Output(value=Late(), type=output.type, is_sensitive=output.is_sensitive)
    if not output.is_sensitive:
        return Output(value=output.value, type=output.type)
    fingerprint = make_fingerprint(output.value, key)
    vault[fingerprint] = cast("Json", output.value)  # nothing in it is late, and nothing was sealed before
    return Output(value=Secret(fingerprint), type=output.type, is_sensitive=True)


def _is_same_output(one: Output | None, other: Output | None) -> bool:
    if one is None or other is None:
        return one is other
    is_alike = one.type == other.type and one.is_sensitive == other.is_sensitive
    return is_alike and not holds_late(other.value) and is_same(one.value, other.value)
