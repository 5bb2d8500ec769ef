"""Places in JSON texts: scanned again, and only when somebody must be told; most texts never are.

Refuses nothing that JSON allows but a name that an object has twice, where the last would win in silence.
"""

from collections.abc import Iterator
from functools import lru_cache

from planner.config.draft import Place
from planner.lang.json_scan import JsonArray, JsonLeaf, JsonMember, JsonNode, JsonObject, scan_json
from planner.model.diagnostics import Diagnostic
from planner.model.paths import Key, Path, Step
from planner.model.spans import Source, Span

__all__ = ["explain_json", "find_json_place"]


def explain_json(source: Source) -> tuple[Diagnostic, ...]:
    """Return all that is wrong with `source` as a JSON text, its twice-named members too."""
    tree, diagnostics = scan_json(source)
    return (*diagnostics, *(_repeated(one, other, source.text) for one, other in _find_repeated(tree)))


def find_json_place(source: Source, path: Path, whole: Span) -> Place:
    """Return where the value at `path` is written, or the nearest value around it; `whole` where that is none."""
    tree = _scan(source)
    place = Place(whole, whole)
    for step in path:
        found = _step_into(tree, step)
        if found is None:
            break
        tree, place = found
    return place


@lru_cache(maxsize=2)
def _scan(source: Source) -> JsonNode | None:
    """Return the tree of a text; the last are kept, for one text is usually asked for many places in a row."""
    return scan_json(source)[0]


def _step_into(tree: JsonNode | None, step: Step) -> tuple[JsonNode, Place] | None:
    match tree, step:
        case JsonObject(members=members), str():
            member = next((member for member in members if member.name == step), None)
            return (member.value, Place(member.value.span, member.name_span)) if member else None
        case JsonArray(items=items), int() if 0 <= step < len(items):
            return items[step], Place(items[step].span, items[step].span)
        case JsonArray(items=items), Key(name=name):
            item = next((item for item in items if _has_name(item, name)), None)
            return (item, Place(item.span, item.span)) if item else None
        case _:
            return None


def _has_name(node: JsonNode, name: str) -> bool:
    found = _step_into(node, "name")
    return found is not None and isinstance(found[0], JsonLeaf) and found[0].value == name


def _find_repeated(tree: JsonNode | None) -> Iterator[tuple[JsonMember, JsonMember]]:
    """Yield each member whose name an earlier member of its object has, after that earlier one."""
    match tree:
        case JsonObject(members=members):
            first: dict[str, JsonMember] = {}
            for member in members:
                if first.setdefault(member.name, member) is not member:
                    yield first[member.name], member
                yield from _find_repeated(member.value)
        case JsonArray(items=items):
            for item in items:
                yield from _find_repeated(item)
        case _:
            return


def _repeated(first: JsonMember, second: JsonMember, text: str) -> Diagnostic:
    line = text.count("\n", 0, first.name_span.start) + 1
    return Diagnostic(
        code="duplicate-key",
        summary="Duplicate key in an object",
        detail=f'"{first.name}" is set in this object already, in line {line}. Keep one of the two.',
        span=second.name_span,
    )
