"""Targets: the part of a plan that `-target` asks for, or that `-exclude` leaves, and what must come or stay with it.

Refuses an address that names nothing, and a part in which a cluster that has moved would be left behind: whoever moves
only some of several clusters can take one for another.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.planning.endpoints import AddressIndex, is_single, parse_endpoint
from planner.planning.pair import Pair
from state.address import Address

__all__ = ["Selection", "depends_on", "find_remembered", "find_replaced", "refuse_half_moves", "select_pairs"]

_CLOSE = 0.65
"""How alike two names must be: `wbe` and `web` are, `ghost` and `store` are not."""
_NAMED = 10
"""How many moves a refusal names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a plan is about, and what it is not about, each in the order of the addresses."""

    pairs: tuple[Pair, ...]
    left_out: tuple[Pair, ...] = ()


def select_pairs(
    pairs: Sequence[Pair], *, targets: Sequence[str] = (), excluded: Sequence[str] = (), destroy: bool = False
) -> Selection:
    """Return what is left of a plan for `pairs`: all of it, where nothing is targeted and nothing excluded.

    A target brings what it depends on. What is excluded keeps out what depends on it; and, as it stays as it is, what
    it relies on is not deleted. To delete a cluster is to delete what relies on it, too. An address without a key
    stands for every instance, and that of a module for all that is in it.

    Raises:
        Failure: an address names nothing.
    """
    if not targets and not excluded:
        return Selection(pairs=tuple(pairs))
    known = [pair.address for pair in pairs]
    links = _Links(pairs, destroy=destroy)
    if targets:
        chosen = _spread(_find_all(targets, known, "-target"), links.find_company)
    else:
        chosen = set(known) - _spread(_find_all(excluded, known, "-exclude"), links.find_hostages)
    return Selection(
        pairs=tuple(pair for pair in pairs if pair.address in chosen),
        left_out=tuple(pair for pair in pairs if pair.address not in chosen),
    )


def depends_on(pair: Pair) -> tuple[Address, ...]:
    """Return what a cluster depends on, as the configuration says, or else as the state remembers.

    What replaces it when it changes comes before it, too.
    """
    if pair.desired:
        triggers = [address for address, _ in pair.desired.lifecycle.replace_triggered_by]
        return (*pair.desired.depends_on, *(address for address in triggers if address not in pair.desired.depends_on))
    return pair.record.depends_on if pair.record else ()


def find_remembered(pairs: Iterable[Pair]) -> dict[Address, tuple[Address, ...]]:
    """Return what each cluster depends on by what the state remembers, in the addresses that they have now."""
    known = [pair for pair in pairs if pair.record]
    moved = {pair.moved_from: pair.address for pair in known if pair.moved_from}
    return {
        pair.address: tuple(moved.get(needed, needed) for needed in pair.record.depends_on)
        for pair in known
        if pair.record
    }


def find_replaced(texts: Sequence[str], selection: Selection) -> frozenset[Address]:
    """Return the addresses that `-replace` names.

    Raises:
        Failure: one names nothing, or what is left out.
    """
    if not texts:
        return frozenset()
    known = [pair.address for pair in selection.pairs]
    chosen, left_out = AddressIndex(known), AddressIndex(pair.address for pair in selection.left_out)
    found: set[Address] = set()
    for text in texts:
        addresses = _match(text, chosen)
        if not addresses and _match(text, left_out):
            raise _refuse_left_out(text)
        if not addresses:
            raise _refuse_unknown(text, known, "-replace")
        found.update(addresses)
    return frozenset(found)


class _Links:
    """Which cluster brings which other one into a part of a plan, or keeps it out."""

    def __init__(self, pairs: Sequence[Pair], *, destroy: bool) -> None:
        by_address = {pair.address: pair for pair in pairs}
        self._doomed = {address for address, pair in by_address.items() if destroy or pair.desired is None}
        wanted = {address: depends_on(pair) for address, pair in by_address.items() if pair.desired}
        remembered = find_remembered(pairs)
        # What the configuration says counts where a cluster stays; whoever goes is relied on by what both say.
        self._needs = {address: _expand(needed, by_address) for address, needed in wanted.items()}
        self._relied = {
            address: [other for other in (*stays, *remembered.get(address, ())) if other in by_address]
            for address in by_address
            for stays in [self._needs.get(address, []) if destroy else []]
        }
        self._needed_by, self._relied_by = _reverse(self._needs), _reverse(self._relied)

    def find_company(self, address: Address) -> Iterable[Address]:
        """Return what a target brings: what it depends on; of one that goes, what relies on it."""
        return self._relied_by.get(address, ()) if address in self._doomed else self._needs.get(address, ())

    def find_hostages(self, address: Address) -> Iterable[Address]:
        """Return what is kept out with a cluster: what depends on it and stays, and what it relies on and goes."""
        yield from (other for other in self._needed_by.get(address, ()) if other not in self._doomed)
        yield from (other for other in self._relied[address] if other in self._doomed)


def _spread(start: Iterable[Address], find_next: Callable[[Address], Iterable[Address]]) -> set[Address]:
    """Return `start` and all that it leads to."""
    reached: set[Address] = set()
    waiting = list(start)
    while waiting:
        address = waiting.pop()
        if address not in reached:
            reached.add(address)
            waiting.extend(find_next(address))
    return reached


def _expand(needed: Iterable[Address], known: Collection[Address]) -> list[Address]:
    """Return `needed` without what is not there, and with the instances of what `replace_triggered_by` names whole."""
    found: list[Address] = []
    for address in needed:
        found.extend([address] if address in known else [one for one in known if replace(one, key=None) == address])
    return found


def _reverse(links: Mapping[Address, Iterable[Address]]) -> dict[Address, list[Address]]:
    """Return who points at each address."""
    reversed_: dict[Address, list[Address]] = {}
    for address, others in links.items():
        for other in others:
            reversed_.setdefault(other, []).append(address)
    return reversed_


def _find_all(texts: Iterable[str], known: Sequence[Address], option: str) -> list[Address]:
    found: list[Address] = []
    index = AddressIndex(known)
    for text in texts:
        addresses = _match(text, index, with_modules=True)
        if not addresses:
            raise _refuse_unknown(text, known, option)
        found.extend(addresses)
    return found


def _match(text: str, known: AddressIndex, *, with_modules: bool = False) -> list[Address]:
    try:
        endpoint = parse_endpoint(text)
    except ValueError:
        return []
    if endpoint.name is None and not with_modules:
        return []
    return known.find(endpoint, whole=not is_single(endpoint))


def _refuse_unknown(text: str, known: Iterable[Address], option: str) -> Failure:
    what = "a cluster" if option == "-replace" else "a cluster or a module"
    return Failure(
        ExitCode.ERROR,
        Diagnostic(
            code="unknown-target",
            summary=f"There is no {text}",
            detail=f"{option} takes the address of {what} in the configuration or the state. {_advise(text, known)}",
        ),
    )


def _refuse_left_out(text: str) -> Failure:
    return Failure(
        ExitCode.ERROR,
        Diagnostic(
            code="replaced-left-out",
            summary=f"{text} cannot be replaced by a plan that leaves it out",
            detail="-target or -exclude keeps it out of this plan. Add it to the targets, or leave out one of the two.",
        ),
    )


def refuse_half_moves(selection: Selection, option: str) -> None:
    """Refuse to leave out what has moved, in Terraform's words; `option` does it.

    Raises:
        Failure: a cluster that is left out has another address than in the state.
    """
    moved = [pair for pair in selection.left_out if pair.moved_from is not None]
    if not moved:
        return
    steps = [f"  {pair.moved_from} has moved to {pair.address}" for pair in moved[:_NAMED]]
    steps += [f"  and {len(moved) - _NAMED} more"] if len(moved) > _NAMED else []
    flags = " ".join(f"-target='{pair.address}'" for pair in moved)
    cure = f", or add {flags}" if option == "-target" and len(moved) <= _NAMED else ""
    intro = (
        "Clusters in the state have other addresses in the configuration, and to move only some of them could take "
        f"one for another. {option} leaves these out:"
    )
    advice = (
        f"Plan without {option}{cure}; or let the state know the new addresses first, which sends nothing:\n"
        f"  planner state mv '{moved[0].moved_from}' '{moved[0].address}'"
    )
    problem = Diagnostic(
        code="moved-left-out",
        summary="Moved resource instances excluded by targeting",
        detail="\n".join((intro, *steps, advice)),
        address=moved[0].address,
    )
    raise Failure(ExitCode.ERROR, problem)


def _advise(text: str, known: Iterable[Address]) -> str:
    # What all addresses begin with is not compared: it makes none of them alike.
    by_rest = {str(address).removeprefix("cluster."): str(address) for address in known}
    for address in known:
        for depth in range(1, len(address.module) + 1):
            module = ".".join(map(str, address.module[:depth]))
            by_rest.setdefault(module, module)
    close = get_close_matches(text.removeprefix("cluster."), by_rest, 1, _CLOSE)
    return f"Did you mean {by_rest[close[0]]}?" if close else "Name one that is there."
