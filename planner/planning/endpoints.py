"""Endpoints: what an address in a `moved` or `removed` block stands for among the clusters that there are.

Without a key an endpoint is the single instance, or all instances where the block speaks of the whole: which of the
two, the block says (`is_whole`), because one key on either side of a move makes both sides instances.
"""

from collections.abc import Iterator
from dataclasses import replace

from planner.model.desired import Endpoint, Move
from state.address import Address, ModuleStep

__all__ = ["contains", "covers", "format_endpoint", "is_single", "is_whole", "list_names", "name_kind", "rebase"]


def is_whole(move: Move) -> bool:
    """Tell whether a move is of all instances of what it names."""
    return not is_single(move.source) and not is_single(move.target)


def is_single(endpoint: Endpoint) -> bool:
    """Tell whether `endpoint` has a key of its own, so that it can be one instance only."""
    if endpoint.name is not None:
        return endpoint.key is not None
    return bool(endpoint.module) and endpoint.module[-1].key is not None


def covers(endpoint: Endpoint, address: Address, *, whole: bool) -> bool:
    """Tell whether `endpoint` stands for the cluster at `address`, or for a module that it is in."""
    if endpoint.name is None:
        steps = address.module[: len(endpoint.module)]
        return len(steps) == len(endpoint.module) and _is_module(endpoint.module, steps, whole=whole)
    is_same = (endpoint.module, endpoint.name) == (address.module, address.name)
    return is_same and (whole or endpoint.key == address.key)


def contains(outer: Endpoint, inner: Endpoint, *, outer_whole: bool, inner_whole: bool) -> bool:
    """Tell whether everything that `inner` stands for belongs to `outer` too."""
    if outer.name is None:
        steps = inner.module[: len(outer.module)]
        if len(steps) < len(outer.module) or not _is_module(outer.module, steps, whole=outer_whole):
            return False
        return outer_whole or not (inner_whole and inner.name is None and len(inner.module) == len(outer.module))
    is_same = inner.name is not None and (outer.module, outer.name) == (inner.module, inner.name)
    return is_same and (outer_whole or (not inner_whole and outer.key == inner.key))


def rebase(address: Address, source: Endpoint, target: Endpoint, *, whole: bool) -> Address:
    """Return what becomes of `address`, which `source` covers, when `source` moves to `target`."""
    if target.name is not None:
        return Address(target.name, address.key if whole else target.key, target.module)
    depth = len(source.module)
    last = target.module[-1]
    step = ModuleStep(last.name, address.module[depth - 1].key) if whole else last
    return replace(address, module=(*target.module[:-1], step, *address.module[depth:]))


def format_endpoint(endpoint: Endpoint) -> str:
    """Return an endpoint as a configuration spells it."""
    if endpoint.name is None:
        return ".".join(map(str, endpoint.module))
    return str(Address(endpoint.name, endpoint.key, endpoint.module))


def name_kind(endpoint: Endpoint) -> str:
    """Return what an endpoint is: `cluster` or `module`."""
    return "module" if endpoint.name is None else "cluster"


def list_names(endpoint: Endpoint) -> Iterator[tuple[str, ...]]:
    """Yield the names, without keys, of everything that an endpoint is in, and last its own."""
    names: tuple[str, ...] = ()
    for step in endpoint.module:
        names = (*names, f"module.{step.name}")
        yield names
    if endpoint.name is not None:
        yield (*names, f"cluster.{endpoint.name}")


def _is_module(module: tuple[ModuleStep, ...], steps: tuple[ModuleStep, ...], *, whole: bool) -> bool:
    *above, last = module
    *above_there, there = steps
    return above == above_there and last.name == there.name and (whole or last.key == there.key)
