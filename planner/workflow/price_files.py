"""Price files: what servers have and cost, from files beside the configuration.

`{"currency": "USD", "hourly": {"m5.large": 0.096}}`, and `{"m9.large": {"vcpu": 2, "memory_gib": 8, "disk_gb": 0}}`.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from planner.model.capacity import Prices, Size
from planner.model.desired import NamedFile, Settings
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from schemas import load_document

__all__ = ["read_prices", "read_sizes"]

_Read = TypeVar("_Read")
_LARGEST = 4 * 2**20
_MOST = 1_000_000_000


def read_prices(directory: str, settings: Settings, sources: Mapping[str, str]) -> Prices | None:
    """Return the prices that the configuration names, None where it names none.

    Raises:
        Failure: the file cannot be read, or says something else.
    """
    return _read(directory, settings.prices, sources, _read_prices) if settings.prices else None


def read_sizes(directory: str, settings: Settings, sources: Mapping[str, str]) -> Mapping[str, Size]:
    """Return what servers of each type have: those that we know of, and those that the configuration's file tells.

    Raises:
        Failure: the file cannot be read, or says something else.
    """
    ours = _read_sizes(load_document("instance-types.json"))
    named = settings.instance_types
    return {**ours, **_read(directory, named, sources, _read_sizes)} if named else ours


def _read(directory: str, named: NamedFile, sources: Mapping[str, str], read: Callable[[object], _Read]) -> _Read:
    try:
        return read(json.loads(_load(Path(directory).resolve(), named.name), object_pairs_hook=_read_object))
    except OSError as error:
        why = error.strerror or "it cannot be read"
    except json.JSONDecodeError as error:
        why = f"it is not JSON from line {error.lineno}, column {error.colno} on"
    except (ValueError, RecursionError) as error:
        why = str(error) or "it is not JSON"
    diagnostic = Diagnostic(
        code="bad-price-file",
        summary=f"{named.name} cannot be used: {why}",
        detail="Correct the file, or take its name out of the planner block. docs/language/settings.md shows its form.",
        span=named.span,
    )
    raise Failure(ExitCode.INVALID_CONFIGURATION, diagnostic, sources=sources)


def _read_object(members: list[tuple[str, object]]) -> dict[str, object]:
    """Return the object; of a type that is there twice nobody knows which is meant."""
    found = dict(members)
    if len(found) < len(members):
        names = [name for name, _ in members]
        raise ValueError(f'"{next(name for name in names if names.count(name) > 1)}" is there twice')
    return found


def _load(root: Path, name: str) -> bytes:
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise ValueError("it is not below the configuration's directory")
    if not path.is_file():
        raise ValueError("there is no such file")
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError("it is larger than 4 MiB")
    return content


def _read_prices(document: object) -> Prices:
    if not isinstance(document, dict) or not set(document) <= {"currency", "hourly"}:
        raise ValueError('it must be an object of "currency" and "hourly"')
    currency, hourly = document.get("currency", "USD"), document.get("hourly")
    if not isinstance(currency, str) or not currency.isalpha() or len(currency) > 8:
        raise ValueError('"currency" must be a few letters')
    if not isinstance(hourly, dict):
        raise ValueError('"hourly" must be an object: the price of an hour by type')  # noqa: TRY004 - of a document
    return Prices(hourly={name: _read_number(price, name) for name, price in hourly.items()}, currency=currency)


def _read_sizes(document: object) -> dict[str, Size]:
    if not isinstance(document, dict):
        raise ValueError("it must be an object: what a server has by type")  # noqa: TRY004 - likewise
    return {name: _read_size(size, name) for name, size in document.items()}


def _read_size(document: object, name: str) -> Size:
    known = {"vcpu", "memory_gib", "disk_gb"}
    if not isinstance(document, dict) or not {"vcpu", "memory_gib"} <= set(document) <= known:
        raise ValueError(f'"{name}" must be an object of "vcpu", "memory_gib" and perhaps "disk_gb"')
    return Size(**{member: _read_number(value, f"{name}.{member}") for member, value in document.items()})


def _read_number(value: object, name: str) -> float:
    # An integer may be too large for a float, and what is no number compares with nothing.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _MOST:
        raise ValueError(f'"{name}" must be a number from 0 up to {_MOST:,}')
    return float(value)
