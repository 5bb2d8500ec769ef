"""Reading: what the conversion of one text needs to know, and the mistakes that it has found."""

from dataclasses import dataclass, field

from planner.model.diagnostics import Diagnostic
from planner.model.spans import Source, Span

__all__ = ["REPORT_LIMIT", "Message", "Reading"]

REPORT_LIMIT = 1000
"""How many mistakes in one text are told."""


@dataclass(frozen=True, slots=True)
class Message:
    """What to tell people about a mistake, without the place: see `Diagnostic`."""

    code: str
    summary: str
    detail: str


@dataclass(slots=True)
class Reading:
    """One text on its way to a syntax tree.

    `offsets` leads from each character of `source` to where it was written, where that is not the same place (a string
    in a JSON file).
    """

    source: Source
    diagnostics: list[Diagnostic] = field(default_factory=list)
    offsets: tuple[int, ...] | None = None
    mistakes: int = 0
    """How many were reported; those beyond `REPORT_LIMIT` are only counted."""

    def span(self, start: int, end: int) -> Span:
        """Return the place of the characters from `start` to `end`."""
        if self.offsets is not None:
            return Span(self.source.file, self.offsets[start], self.offsets[end])
        return Span(self.source.file, start, end)

    def report(self, message: Message, span: Span) -> None:
        """Note a mistake."""
        self.mistakes += 1
        if self.mistakes <= REPORT_LIMIT:
            self.diagnostics.append(
                Diagnostic(code=message.code, summary=message.summary, detail=message.detail, span=span)
            )
