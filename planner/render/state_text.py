"""What the state holds of a cluster, as `planner state show` and `planner show` list it.

In the form of the configuration language, but made to be read: secrets stay hidden, and what cannot be shown is named.
"""

from collections.abc import Iterable

from planner.render.escaping import escape, quote
from planner.render.layout import Look, Place, align, format_name, write_value
from state.address import Address
from state.values import Value

__all__ = ["render_record", "render_records"]


def render_record(address: Address, id_: str, document: dict[str, Value]) -> str:
    """Return one cluster of the state, its id and its document, in the form of the configuration language."""
    names = sorted(document)
    first, *labels = align(["id", *map(format_name, names)])
    lines = [f"# {escape(str(address))}:", f"cluster {quote(address.name)} {{", f"    {first}{quote(id_)}"]
    look = Look()
    for name, label in zip(names, labels, strict=True):
        write_value(lines, look, Place(2, label), document[name])
    lines.append("}")
    return "".join(f"{line}\n" for line in lines)


def render_records(records: Iterable[tuple[Address, str, dict[str, Value]]]) -> str:
    """Return several clusters, a blank line between them."""
    return "\n".join(render_record(address, id_, document) for address, id_, document in records)
