"""Why a field is as it is, as one screen of text: first the answer, then each side, then where it is set.

Secrets are not in it, and text from outside is escaped.
"""

import textwrap
from collections.abc import Iterator
from typing import assert_never

from planner.model.paths import format_entry_path, format_path
from planner.model.plan import Action, Cause, Difference, Missing
from planner.model.why import FieldFacts, Origin, Why
from planner.render.brief import format_briefly
from planner.render.escaping import escape
from planner.render.paint import Paint, choose_paint
from state.values import Value

__all__ = ["explain_cause", "explain_request", "render_why"]

_WIDTH = 78
_SHOWN = 8
"""How many differences below the field are shown."""


def render_why(why: Why, *, color: bool) -> str:
    """Return the text of `why`, a newline at its end."""
    paint = choose_paint(color=color)
    lines = [f"{paint.bold}# {escape(f'{why.address}.{format_entry_path(why.path)}')}{paint.end}", ""]
    lines.extend(_write_sides(why, paint))
    if why.origin is not None:
        lines.extend(("", *_write_origin(why.origin)))
    for title, text in _list_answers(why):
        lines.extend(("", *_wrap(title, text, paint)))
    if why.differences:
        lines.extend(("", *_write_differences(why)))
    return "".join(f"{line}\n" for line in lines)


def explain_cause(why: Why) -> str:
    """Return, in a sentence, why the field differs or does not."""
    if why.refusal:
        return f"There is no plan: {why.refusal[0].summary}."
    match why.action:
        case Action.CREATE:
            return "The cluster is not there; it will be created."
        case Action.REPLACE:
            return "The cluster will be replaced, and so begins anew with what the configuration says."
        case Action.DELETE:
            return "The cluster will be deleted."
        case Action.FORGET:
            return "The state will forget the cluster."
        case Action.UPDATE | Action.NO_OP | None:
            return " ".join(_list_causes(why))
        case _:
            assert_never(why.action)


def explain_request(why: Why) -> str:
    """Return which request of the plan carries the field, or that none does."""
    if why.request:
        return why.request
    return "none of the next plan carries it" if not why.refusal else "none: a plan that is refused sends nothing"


def _list_causes(why: Why) -> Iterator[str]:
    causes = list(dict.fromkeys(difference.cause for difference in why.differences))
    for cause in causes:
        yield f"{cause.value}: {_explain(cause)}."
    if not causes and isinstance(why.configured, Missing) and isinstance(why.applied, Missing):
        yield "Neither the configuration nor our last apply sets it, so it is the server's and never a difference."
    elif not causes:
        yield "Nothing differs: the cluster is as the configuration says."


def _explain(cause: Cause) -> str:
    match cause:
        case Cause.EDIT:
            return "the configuration has changed it since the last apply, and nobody else has"
        case Cause.DRIFT:
            return "somebody else has changed it since the last apply, and the configuration has not; it is put back"
        case Cause.CONFLICT:
            return "the configuration and somebody else both have changed it since the last apply; the former wins"
        case Cause.ADOPT:
            return "the cluster already has what the configuration newly asks for, so nothing is sent"
        case Cause.DEFAULT:
            return "the server chose it"
        case Cause.ECHO:
            return "the server spells our value in its own way, so nothing is sent"
        case Cause.IGNORED:
            return "it differs, and ignore_changes leaves it alone"
        case _:
            assert_never(cause)


def _list_answers(why: Why) -> Iterator[tuple[str, str]]:
    yield "Cause", explain_cause(why)
    yield "Request", explain_request(why)
    if why.ignored_by is not None:
        rule = format_path(why.ignored_by) or "all"
        yield "Rule", f"lifecycle.ignore_changes covers it: {escape(rule)}."
    if why.facts is not None:
        yield "Schema", _describe_facts(why.facts)


def _write_sides(why: Why, paint: Paint) -> Iterator[str]:
    sides: list[tuple[str, Value | Missing, str]] = [
        ("configuration", why.configured, escape(why.origin.place) if why.origin else ""),
        ("last applied", why.applied, ""),
        ("last observed", why.observed, ""),
        ("live", why.live, "" if why.resource_version is None else f"resource version {why.resource_version}"),
    ]
    values = [format_briefly(value) for _, value, _ in sides]
    width = max(map(len, values))
    for (name, _, note), value in zip(sides, values, strict=True):
        tail = f"  {paint.dim}# {note}{paint.end}" if note else ""
        yield f"  {name:<15}{value:<{width if note else 0}}{tail}"


def _write_origin(origin: Origin) -> Iterator[str]:
    text = f" = {escape(origin.text)}" if origin.text else ""
    yield f"  It is set at {escape(origin.place)}{text}"
    yield from _write_origins(origin.origins, 4)


def _write_origins(origins: tuple[Origin, ...], indent: int) -> Iterator[str]:
    for origin in origins:
        value = f" is {escape(origin.value)}" if origin.value else ""
        text = f" = {escape(origin.text)}" if origin.text else ""
        place = f", from {escape(origin.place)}{text}" if origin.place else ""
        yield f"{' ' * indent}{escape(origin.name)}{value}{place}"
        yield from _write_origins(origin.origins, indent + 2)


def _write_differences(why: Why) -> Iterator[str]:
    for difference in why.differences[:_SHOWN]:
        path = escape(format_entry_path(difference.path))
        yield f"  {path}: {_write_turn(difference)} # {difference.cause.value}"
    if len(why.differences) > _SHOWN:
        yield f"  # ({len(why.differences) - _SHOWN} more)"


def _write_turn(difference: Difference) -> str:
    return f"{format_briefly(difference.before)} -> {format_briefly(difference.after)}"


def _describe_facts(facts: FieldFacts) -> str:
    told = [facts.kind]
    told += [f"one of {', '.join(facts.allowed)}"] if facts.allowed else []
    told += [f"at least {facts.minimum}"] if facts.minimum is not None else []
    told += [f"at most {facts.maximum}"] if facts.maximum is not None else []
    told += [f"entries are told apart by {facts.key}"] if facts.key else []
    told += ["fixed once the cluster is there"] if facts.is_immutable else []
    told += ["secret"] if facts.is_sensitive else []
    told += ["set by the server alone"] if facts.is_read_only else []
    description = f" {facts.description}" if facts.description else ""
    return f"{', '.join(told)}.{description}"


def _wrap(title: str, text: str, paint: Paint) -> Iterator[str]:
    first, *rest = textwrap.wrap(escape(text), _WIDTH - 11, break_long_words=False, break_on_hyphens=False) or [""]
    yield f"  {paint.bold}{title}{paint.end}{' ' * (9 - len(title))}{first}"
    yield from (f"{' ' * 11}{line}" for line in rest)
