"""The board: on a terminal, lines for what has ended, and below them what is under way, with the server's word for it.

The only place that uses rich: it is for what moves.
"""

from time import monotonic

from rich.console import Console
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from planner.model.events import ChangeEnded, Event, OperationAnswered, OperationStarted, StillSettling
from planner.render.escaping import escape

__all__ = ["Board"]

_SHOWN = 12
"""How many clusters are listed at most as being under way."""


class Board:
    """Draws the clusters that are under way, until it is closed; `total` is how many will have been."""

    def __init__(self, *, total: int) -> None:
        self._total = total
        self._ended = 0
        self._under_way: dict[str, tuple[str, float]] = {}
        console = Console(stderr=True, highlight=False, markup=False)
        self._live = Live(get_renderable=self._draw, console=console, refresh_per_second=4, transient=True)
        self._live.start()

    def tell(self, event: Event, line: str | None) -> None:
        """Draw what has happened; `line` says it in words."""
        match event:
            case OperationStarted(operation=operation):
                self._under_way.setdefault(str(operation.address), ("", monotonic()))
            case OperationAnswered(operation=operation, phase=phase) | StillSettling(operation=operation, phase=phase):
                _, began = self._under_way.get(str(operation.address), ("", monotonic()))
                self._under_way[str(operation.address)] = (phase, began)
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
        waiting = sorted(self._under_way.items(), key=lambda item: item[1][1])
        for address, (phase, began) in waiting[:_SHOWN]:
            seconds = f"{monotonic() - began:.0f}s"
            table.add_row(Spinner("dots"), Text(escape(address)), Text(escape(phase)), Text(seconds))
        more = f", {len(waiting) - _SHOWN} more under way" if len(waiting) > _SHOWN else ""
        table.add_row("", Text(f"{self._ended} of {self._total} done{more}"))
        return table
