"""Sequences: what was taken out of a list or a text, and what was put in.

Knows nothing of how it is shown. Takes a bounded time, whatever it is given.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

__all__ = ["Hidden", "Kept", "Replaced", "compare_sequences"]

_MOST_PAIRS = 250_000
"""Beyond this many pairs to compare, the middle is shown as replaced whole: the comparison would take seconds."""


class Kept(NamedTuple):
    """One element that is the same on both sides, shown for orientation."""

    at: int


class Hidden(NamedTuple):
    """So many elements that are the same on both sides, not shown."""

    length: int


class Replaced(NamedTuple):
    """Elements taken out of one side and put in on the other; either range may be empty."""

    before: range
    after: range


def compare_sequences(
    before: Sequence[str], after: Sequence[str], *, context: int, fewest: int = 2
) -> Iterator[Kept | Hidden | Replaced]:
    """Return the way from `before` to `after`, with up to `context` equal elements around each difference.

    Fewer than `fewest` equal elements are not hidden: they take no more lines than a note of their absence. `Kept`
    counts in `after`.
    """
    at_before = at_after = 0
    for start_before, start_after, size in _match(before, after):
        if at_before < start_before or at_after < start_after:
            yield Replaced(range(at_before, start_before), range(at_after, start_after))
        at_before, at_after = start_before + size, start_after + size
        lead = 0 if start_before == start_after == 0 else context
        trail = 0 if (at_before, at_after) == (len(before), len(after)) else context
        yield from _fold(start_after, size, lead, trail, fewest)
    if at_before < len(before) or at_after < len(after):
        yield Replaced(range(at_before, len(before)), range(at_after, len(after)))


def _fold(start: int, size: int, lead: int, trail: int, fewest: int) -> Iterator[Kept | Hidden]:
    hidden = size - lead - trail
    if hidden < fewest:
        yield from (Kept(at) for at in range(start, start + size))
        return
    yield from (Kept(at) for at in range(start, start + lead))
    yield Hidden(hidden)
    yield from (Kept(at) for at in range(start + size - trail, start + size))


def _match(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return the equal runs as (start in before, start in after, length), in order."""
    shorter = min(len(before), len(after))
    head = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    rest = shorter - head
    tail = next((at for at in range(rest) if before[-1 - at] != after[-1 - at]), rest)
    middle_before, middle_after = before[head : len(before) - tail], after[head : len(after) - tail]
    runs = [(0, 0, head)] if head else []
    if len(middle_before) * len(middle_after) <= _MOST_PAIRS:
        blocks = SequenceMatcher(None, middle_before, middle_after, autojunk=False).get_matching_blocks()
        runs += [(block.a + head, block.b + head, block.size) for block in blocks if block.size]
    if tail:
        runs.append((len(before) - tail, len(after) - tail, tail))
    return runs
