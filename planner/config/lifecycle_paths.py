"""Paths in `ignore_changes`, checked against the schema: one that leads nowhere would be without effect.

Any name is one in a list whose entries are told apart by name, and so is what `[*]` stands for. Whether an unknown
field is a mistake or only looks like one is for `unknown_fields` to say.
"""

from planner.lang.suggest import suggest
from planner.model.diagnostics import Diagnostic
from planner.model.paths import Key, Path, Step, format_path
from planner.model.spans import Span
from schemas.fields import Field, cluster_field, find_child

__all__ = ["check_path"]


def check_path(path: Path, span: Span) -> tuple[Diagnostic, ...]:
    """Return what is wrong with an entry of `ignore_changes` that leads to `path`: nothing if it is a field."""
    at: Field | None = cluster_field()
    walked: list[Step] = []
    for given in path:
        step = given.name if isinstance(given, Key) else given
        if at is None or (step == "*" and at.kind != "list"):
            return ()  # any member of an object, and what stands in it can be anything
        below = _step_into(at, step)
        if below is None:
            return (_unknown_field(tuple(walked), step, at, span),)
        walked.append(given)
        at = below
    return ()


def _step_into(at: Field, step: str | int) -> Field | None:
    is_entry = at.kind == "list" and (isinstance(step, int) or step == "*" or at.list_key or at.is_set)
    return find_child(at, 0 if is_entry else step)


def _unknown_field(path: tuple[Step, ...], step: str | int, at: Field, span: Span) -> Diagnostic:
    where = f"`{format_path(path)}`" if path else "A cluster"
    hint = suggest(str(step), at.fields) if isinstance(step, str) else ""
    advice = hint or ' Correct it; or, if the API does have it, write unknown_fields = "warn" into the planner block.'
    return Diagnostic(
        code="unknown-field",
        summary="Unsupported field",
        detail=f"{where} has no field {step}, so this entry of ignore_changes would have no effect.{advice}",
        span=span,
    )
