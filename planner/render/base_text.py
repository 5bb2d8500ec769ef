"""The comparison of a plan with that of its base, in a few lines below the plan."""

from collections.abc import Iterator, Sequence

from planner.model.base import Base, Origin
from planner.render.escaping import escape
from planner.render.outside_text import count_things
from planner.render.paint import choose_paint
from state.address import Address

__all__ = ["render_base"]

_NAMED = 10


def render_base(base: Base, *, color: bool) -> str:
    """Return the lines, a newline at their end."""
    paint = choose_paint(color=color)
    name = escape(base.ref) + (f" ({escape(base.commit[:10])})" if base.commit else "")
    head, pending, drift = base.count()
    told = f"{count_things(head, 'change')} from this pull request, {pending} already pending there, {drift} drift."
    lines = [f"{paint.bold}Compared with {name}:{paint.end} {told}"]
    titles = {Origin.BASE: "already pending", Origin.BOTH: "already pending in part", Origin.DRIFT: "drift"}
    for origin, title in titles.items():
        lines.extend(_list(title, [address for address, one in base.origins.items() if one is origin]))
    lines.extend(_list("no longer planned", base.undone))
    if base.unexplained:
        lines.append(f"{paint.red}{paint.bold}  The file that declares it did not change, and it is lost:{paint.end}")
        lines.extend(f"    {paint.red}{escape(str(one))}{paint.end}" for one in sorted(base.unexplained))
    return "\n".join(lines) + "\n"


def _list(title: str, addresses: Sequence[Address]) -> Iterator[str]:
    if addresses:
        names = ", ".join(escape(str(one)) for one in addresses[:_NAMED])
        more = f" and {len(addresses) - _NAMED:,} more" if len(addresses) > _NAMED else ""
        yield f"  {title}: {names}{more}"
