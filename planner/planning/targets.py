"""Targets: the part of a plan that `-target` asks for, with everything that it depends on."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.planning.pair import Pair
from state.address import Address

__all__ = ["depends_on", "find_target", "select_targets"]

_CLOSE = 0.65
"""How alike two names must be: `wbe` and `web` are, `ghost` and `store` are not."""


def select_targets(pairs: Sequence[Pair], targets: Sequence[str], *, destroy: bool = False) -> tuple[Pair, ...]:
    """Return the pairs that `targets` name with all that they depend on, or all pairs if there are no targets.

    To destroy a cluster is to destroy what depends on it too. A target is an address; without its key it stands for
    every instance, as in Terraform.

    Raises:
        Failure: a target names no cluster.
    """
    if not targets:
        return tuple(pairs)
    by_address = {pair.address: pair for pair in pairs}
    drawn = _reverse(by_address) if destroy else {address: depends_on(pair) for address, pair in by_address.items()}
    waiting = [address for target in targets for address in find_target(target, by_address, "-target")]
    chosen: set[Address] = set()
    while waiting:
        address = waiting.pop()
        if address not in chosen and address in by_address:
            chosen.add(address)
            waiting.extend(drawn.get(address, ()))
    return tuple(pair for pair in pairs if pair.address in chosen)


def depends_on(pair: Pair) -> tuple[Address, ...]:
    """Return what a cluster depends on, as the configuration says, or else as the state remembers.

    What replaces it when it changes comes before it, too.
    """
    if pair.desired:
        triggers = [address for address, _ in pair.desired.lifecycle.replace_triggered_by]
        return (*pair.desired.depends_on, *(address for address in triggers if address not in pair.desired.depends_on))
    return pair.record.depends_on if pair.record else ()


def find_target(target: str, addresses: Iterable[Address], option: str) -> list[Address]:
    """Return the addresses that `target` stands for.

    Raises:
        Failure: there are none.
    """
    known = list(addresses)
    found = [address for address in known if target in {str(address), str(Address(address.name, None, address.module))}]
    if not found:
        raise Failure(
            ExitCode.ERROR,
            Diagnostic(
                code="unknown-target",
                summary=f"There is no {target}",
                detail=f"{option} takes the address of a cluster in the configuration or the state. "
                f"{_advise(target, known)}",
            ),
        )
    return found


def _advise(target: str, known: Iterable[Address]) -> str:
    # What all addresses begin with is not compared: it makes none of them alike.
    by_rest = {str(address).removeprefix("cluster."): address for address in known}
    close = get_close_matches(target.removeprefix("cluster."), by_rest, 1, _CLOSE)
    return f"Did you mean {by_rest[close[0]]}?" if close else "Name one that is there."


def _reverse(by_address: Mapping[Address, Pair]) -> dict[Address, list[Address]]:
    dependants: dict[Address, list[Address]] = {}
    for address, pair in by_address.items():
        for needed in depends_on(pair):
            dependants.setdefault(needed, []).append(address)
    return dependants
