"""The limits of a rollback: what it cannot put back, what it cannot take back later, and what it must not send.

Told before anybody agrees to it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from planner.model.diagnostics import Diagnostic, Severity
from planner.model.paths import Path, format_path
from planner.model.plan import Difference, Missing
from planner.model.secrets import find_secrets
from planner.planning.look_up import look_up
from planner.planning.refuse import quote_side
from state.address import Address
from state.values import Json, Value

__all__ = ["find_masked", "warn_of_kept", "warn_of_losses"]

# Assumed: a server that hides a secret shows one of these in its place, or nothing at all.
_MASK = re.compile(r"[*•●]+|[<(\[{]?(redacted|hidden|masked|sensitive)( value)?[>)\]}]?", re.IGNORECASE)

# Assumed: what the numbers of a cluster's store mean once they get smaller.
_SHRINKING: tuple[tuple[Path, str], ...] = (
    (("spec", "metadataStore", "diskSize"), "a database's storage does not get smaller, so the API may refuse it"),
    (("spec", "metadataStore", "backupRetention"), "older backups are deleted, and do not come back"),
)


def warn_of_kept(address: Address, number: int, kept: Sequence[Difference]) -> Iterator[Diagnostic]:
    """Yield the warning that names what is not put back, because it cannot change."""
    if kept:
        one = len(kept) == 1
        lines = "\n".join(
            f"  {format_path(difference.path)} stays {quote_side(difference.before)}; at version {number} it was "
            f"{quote_side(difference.after)}"
            for difference in kept
        )
        yield Diagnostic(
            severity=Severity.WARNING,
            code="not-rolled-back",
            summary=f"{len(kept)} field{'' if one else 's'} of {address} cannot be rolled back",
            detail=f"{'It was' if one else 'They were'} fixed when the cluster was created:\n{lines}\n"
            "Only a new cluster could have the other value.",
            address=address,
        )


def warn_of_losses(address: Address, live: dict[str, Value], after: dict[str, Value]) -> Iterator[Diagnostic]:
    """Yield the warning that names what going forward again would not bring back."""
    losses = [*_find_downgrade(live, after), *_find_lost_servers(live, after), *_find_shrinking(live, after)]
    if losses:
        lines = "\n".join(f"  {format_path(path)} {turn}: {why}" for path, turn, why in losses)
        yield Diagnostic(
            severity=Severity.WARNING,
            code="cannot-be-undone",
            summary=f"Not all of the rollback of {address} can be undone",
            detail=f"Going forward again does not make up for this:\n{lines}\nBe sure of it before you agree.",
            address=address,
        )


def find_masked(
    address: Address, number: int, body: dict[str, Value], secrets: Mapping[str, Json]
) -> tuple[Diagnostic, ...]:
    """Return a diagnostic for each secret in `body` that nobody knows: masked, or with us only a fingerprint."""
    return tuple(
        _report_masked(address, number, path)
        for path, secret in find_secrets(body)
        if secret.fingerprint not in secrets or _is_mask(secrets[secret.fingerprint])
    )


def _find_downgrade(live: dict[str, Value], after: dict[str, Value]) -> Iterator[tuple[Path, str, str]]:
    path = ("spec", "version")
    now, then = look_up(live, path), look_up(after, path)
    numbers = _read_release(now), _read_release(then)
    if numbers[0] and numbers[1] and numbers[1] < numbers[0]:
        why = "an earlier release, which the API may refuse"
        yield path, _write_turn(now, then), why


def _find_lost_servers(live: dict[str, Value], after: dict[str, Value]) -> Iterator[tuple[Path, str, str]]:
    tiers = look_up(live, ("spec", "data"))
    for tier in tiers if isinstance(tiers, dict) else ():
        path = ("spec", "data", tier, "replicas")
        now, then = look_up(live, path), look_up(after, path)
        lost = _read_count(now) - _read_count(then)
        if lost > 0:
            servers = "1 data server goes" if lost == 1 else f"{lost} data servers go"
            yield path, _write_turn(now, then), f"{servers}, with what only {'it holds' if lost == 1 else 'they hold'}"


def _find_shrinking(live: dict[str, Value], after: dict[str, Value]) -> Iterator[tuple[Path, str, str]]:
    for path, why in _SHRINKING:
        now, then = look_up(live, path), look_up(after, path)
        if not isinstance(then, Missing) and _read_count(then) < _read_count(now):
            yield path, _write_turn(now, then), why


def _read_release(side: object) -> tuple[int, ...]:
    """Return the numbers of a release such as `2021.06.01`; none where it is not one."""
    parts = side.split(".") if isinstance(side, str) else []
    return tuple(map(int, parts)) if parts and all(part.isdecimal() for part in parts) else ()


def _read_count(side: object) -> int:
    return int(side) if isinstance(side, int | float) and not isinstance(side, bool) else 0


def _write_turn(before: object, after: object) -> str:
    return f"{quote_side(before)} -> {quote_side(after)}"


def _is_mask(value: Json) -> bool:
    return isinstance(value, str) and _MASK.fullmatch(value.strip()) is not None


def _report_masked(address: Address, number: int, path: Path) -> Diagnostic:
    return Diagnostic(
        code="secret-not-shown",
        summary=f"Nobody knows the secret in {format_path(path)} at version {number}",
        detail="The server does not show it, or the configuration that could tell it is not at hand, so it cannot be "
        "sent. Nothing was. Put the other fields back by way of the configuration, with the secret in it, and apply.",
        address=address,
    )
