"""The board: on a terminal, lines for what has ended, and below them what is under way, with the server's word for it.

The only place that uses rich: it is for what moves.
"""

from dataclasses import dataclass, replace
from time import monotonic

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from planner.model.estimates import Estimate
from planner.model.events import ChangeEnded, Event, OperationAnswered, OperationStarted, StillSettling
from planner.render.durations import format_duration
from planner.render.escaping import escape
from planner.render.progress_text import render_left

__all__ = ["Board"]

_SHOWN = 12
"""How many clusters are listed at most as being under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _UnderWay:
    """One cluster that is under way, since when on our clock, and how it was last heard of."""

    began: float
    phase: str = ""
    estimate: Estimate | None = None


class Board:
    """Draws the clusters that are under way, until it is closed; `total` is how many will have been."""

    def __init__(self, *, total: int) -> None:
        self._total = total
        self._ended = 0
        self._under_way: dict[str, _UnderWay] = {}
        console = Console(stderr=True, highlight=False, markup=False)
        self._live = Live(get_renderable=self._draw, console=console, refresh_per_second=4, transient=True)
        self._live.start()

    def tell(self, event: Event, line: str | None) -> None:
        """Draw what has happened; `line` says it in words."""
        match event:
            case OperationStarted(operation=operation):
                self._under_way.setdefault(str(operation.address), _UnderWay(began=monotonic()))
            case OperationAnswered() | StillSettling():
                address = str(event.operation.address)
                known = self._under_way.get(address) or _UnderWay(began=monotonic())
                estimate = event.estimate or known.estimate
                self._under_way[address] = replace(known, phase=event.phase, estimate=estimate)
                return  # The board shows the phase and the time; lines would only repeat them.
            case ChangeEnded(outcome=outcome):
                self._under_way.pop(str(outcome.address), None)
                self._ended += 1
        if line is not None:
            self._live.console.print(line, soft_wrap=True)

    def close(self) -> None:
        """Take the board away; the lines stay."""
        self._live.stop()

    def _draw(self) -> Table:
        table = Table.grid(padding=(0, 2))
        waiting = sorted(self._under_way.items(), key=lambda item: item[1].began)
        for address, one in waiting[:_SHOWN]:
            elapsed = monotonic() - one.began
            left = render_left(one.estimate, elapsed)
            cells = (escape(address), escape(one.phase), format_duration(elapsed), left)
            table.add_row(Spinner("dots"), *map(Text, cells))
        more = f", {len(waiting) - _SHOWN} more under way" if len(waiting) > _SHOWN else ""
        table.add_row("", Text(f"{self._ended} of {self._total} done{more}"))
        return table
