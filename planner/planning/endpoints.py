"""Endpoints: what an address in a `moved` or `removed` block stands for among the clusters that there are.

Without a key an endpoint is the single instance, or all instances where the block speaks of the whole: which of the
two, the block says (`is_whole`), because one key on either side of a move makes both sides instances.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, TypeAlias

from planner.model.desired import Endpoint, Move
from state.address import Address, ModuleStep, parse_address

__all__ = [
    "AddressIndex",
    "Token",
    "format_endpoint",
    "is_single",
    "is_whole",
    "locate",
    "name_kind",
    "parse_endpoint",
    "rebase",
    "spell",
    "spell_around",
]

Token: TypeAlias = tuple[str, tuple[ModuleStep, ...], str, "str | int | tuple[str] | None"]
"""What an endpoint is found by: its kind, the modules above it, its name, and its key."""

_ANY: Final = ("any",)
"""The key of what has all keys."""


def is_whole(move: Move) -> bool:
    """Tell whether a move is of all instances of what it names."""
    return not is_single(move.source) and not is_single(move.target)


def is_single(endpoint: Endpoint) -> bool:
    """Tell whether `endpoint` has a key of its own, so that it can be one instance only."""
    if endpoint.name is not None:
        return endpoint.key is not None
    return bool(endpoint.module) and endpoint.module[-1].key is not None


def spell(endpoint: Endpoint, *, whole: bool) -> Token:
    """Return what `endpoint` is found by in an index: equal for what is the same."""
    *above, last = (*endpoint.module, *_last_step(endpoint))
    return (name_kind(endpoint), tuple(above), last.name, _ANY if whole else last.key)


def spell_around(endpoint: Endpoint, *, whole: bool = False) -> Iterator[Token]:
    """Yield the spellings of everything that all of `endpoint` belongs to: its modules, and itself."""
    steps = (*endpoint.module, *_last_step(endpoint))
    for depth, step in enumerate(steps):
        is_last = depth == len(steps) - 1
        kind = name_kind(endpoint) if is_last else "module"
        yield (kind, steps[:depth], step.name, _ANY)
        if not (whole and is_last):
            yield (kind, steps[:depth], step.name, step.key)


def locate(address: Address) -> Endpoint:
    """Return the endpoint that is the cluster at `address` and no other."""
    return Endpoint(module=address.module, name=address.name, key=address.key)


class AddressIndex:
    """Addresses, found by the endpoints that they belong to in a time that does not grow with their number."""

    def __init__(self, addresses: Iterable[Address]) -> None:
        self._found: dict[Token, dict[Address, None]] = {}
        self._beside: dict[tuple[ModuleStep, ...], dict[Address, None]] = {}
        for address in addresses:
            self.add(address)

    def add(self, address: Address) -> None:
        """Add one address."""
        for token in spell_around(locate(address)):
            self._found.setdefault(token, {})[address] = None
        self._beside.setdefault(address.module, {})[address] = None

    def remove(self, address: Address) -> None:
        """Take out an address that is there."""
        for token in spell_around(locate(address)):
            del self._found[token][address]
        del self._beside[address.module][address]

    def find(self, endpoint: Endpoint, *, whole: bool) -> list[Address]:
        """Return the addresses that belong to `endpoint`."""
        return [*self._found.get(spell(endpoint, whole=whole), ())]

    def find_beside(self, module: tuple[ModuleStep, ...]) -> list[Address]:
        """Return the addresses in one module, without those in modules that are in it."""
        return [*self._beside.get(module, ())]


def rebase(address: Address, source: Endpoint, target: Endpoint, *, whole: bool) -> Address:
    """Return what becomes of `address`, which `source` covers, when `source` moves to `target`."""
    if target.name is not None:
        return Address(target.name, address.key if whole else target.key, target.module)
    depth = len(source.module)
    last = target.module[-1]
    step = ModuleStep(last.name, address.module[depth - 1].key) if whole else last
    return replace(address, module=(*target.module[:-1], step, *address.module[depth:]))


def parse_endpoint(text: str) -> Endpoint:
    """Return the cluster or the module that `text` names.

    Raises:
        ValueError: it is the address of neither.
    """
    try:
        address = parse_address(text)
    except ValueError as error:
        try:
            # A module is named by what stands before a cluster in it.
            return Endpoint(module=parse_address(f"{text}.cluster.any").module)
        except ValueError:
            raise error from None
    return Endpoint(module=address.module, name=address.name, key=address.key)


def format_endpoint(endpoint: Endpoint) -> str:
    """Return an endpoint as a configuration spells it."""
    if endpoint.name is None:
        return ".".join(map(str, endpoint.module))
    return str(Address(endpoint.name, endpoint.key, endpoint.module))


def name_kind(endpoint: Endpoint) -> str:
    """Return what an endpoint is: `cluster` or `module`."""
    return "module" if endpoint.name is None else "cluster"


def _last_step(endpoint: Endpoint) -> tuple[ModuleStep, ...]:
    """Return the cluster of an endpoint, which is named like a module; nothing where it is one."""
    return () if endpoint.name is None else (ModuleStep(endpoint.name, endpoint.key),)
