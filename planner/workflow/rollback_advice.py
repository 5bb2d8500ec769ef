"""Advice on a rollback: what the configuration still says, and what it would have to say to keep what is rolled back.

A rollback changes the cluster and not the configuration. Left alone, the next apply puts everything forward again.
"""

import json
from collections.abc import Sequence

from planner.config.configuration import Configuration
from planner.model.desired import DesiredCluster
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.paths import Path, format_entry_path, position_path
from planner.model.plan import Change, Difference, Missing
from planner.model.spans import find_position
from state.values import Json, Late, Secret, Value

__all__ = ["DIFFERS", "advise"]

DIFFERS = "configuration-differs"
"""The code of the warning that the next apply undoes the rollback."""

_SHOWN = 20
_LONGEST = 60


def advise(
    desired: DesiredCluster | None, change: Change, later: Sequence[Difference], configuration: Configuration
) -> tuple[Diagnostic, ...]:
    """Return what to know of the configuration before agreeing to `change`; `later` is what the next plan sends."""
    address = change.address
    if configuration.desired is None:
        return (
            _warn(
                change,
                "configuration-unread",
                "The configuration cannot be read as it is now",
                "So nobody can tell what it asks for after this. planner validate says what is wrong with it. Before "
                f"the next apply, see that it says of {address} what is rolled back here.",
            ),
        )
    if desired is None:
        return (
            _warn(
                change,
                DIFFERS,
                f"The configuration does not declare {address} any more",
                "The next apply deletes it, rolled back or not. Declare it again to keep it.",
            ),
        )
    if not later:
        return ()
    lines = [_write_line(difference, desired, configuration) for difference in later[:_SHOWN]]
    lines += [f"  and {len(later) - _SHOWN} more"] if len(later) > _SHOWN else []
    return (
        _warn(
            change,
            DIFFERS,
            f"The configuration of {address} says something else",
            "The next apply would undo this rollback. To keep what is rolled back, write into the configuration:\n"
            + "\n".join(lines),
        ),
    )


def _warn(change: Change, code: str, summary: str, detail: str) -> Diagnostic:
    return Diagnostic(severity=Severity.WARNING, code=code, summary=summary, detail=detail, address=change.address)


def _write_line(difference: Difference, desired: DesiredCluster, configuration: Configuration) -> str:
    """Return where to write what; `before` is what is rolled back, `after` what the configuration says."""
    place = _find_place(difference.path, desired, configuration)
    path, wanted = format_entry_path(difference.path), _show(difference.after)
    if isinstance(difference.before, Missing):
        return f"  {place}{path}: take it out; it is {wanted}"
    now = "it is not set" if isinstance(difference.after, Missing) else f"it is {wanted}"
    return f"  {place}{path} = {_show(difference.before)}; {now}"


def _find_place(path: Path, desired: DesiredCluster, configuration: Configuration) -> str:
    span = desired.find_span(position_path(path, desired.document))
    if span is None:
        return ""
    text = configuration.sources.get(span.file)
    line = f":{find_position(text, span.start).line}" if text is not None else ""
    return f"{span.file}{line}  "


def _show(side: "Value | Missing") -> str:
    if isinstance(side, dict) and side.keys() == {"name", "value"}:
        side = side["value"]  # the name stands in the path
    match side:
        case Missing():
            return "not set"
        case Secret():
            return "(sensitive value)"
        case Late():
            return "(known after apply)"
        case _:
            text = json.dumps(_hide(side), ensure_ascii=False)
            return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _hide(value: Value) -> Json:
    match value:
        case Secret():
            return "(sensitive value)"
        case Late():
            return "(known after apply)"
        case dict():
            return {name: _hide(member) for name, member in value.items()}
        case list():
            return [_hide(item) for item in value]
        case _:
            return value
