"""Why a value of one type cannot become one of another: in words, without a full stop, of types alone."""

from planner.lang.types import CollectionType, DynamicType, ObjectType, TupleType, Type, describe_type
from planner.lang.unify import is_convertible

__all__ = ["explain_mismatch"]


def explain_mismatch(given: Type, wanted: Type) -> str:
    """Return why no value of type `given` converts to `wanted`, naming the innermost part that does not."""
    match given, wanted:
        case ObjectType(), ObjectType():
            return _explain_objects(given, wanted)
        case ((TupleType() | ObjectType()), CollectionType()):
            return _explain_structure(given, wanted)
        case CollectionType(), CollectionType() if _is_like(given.kind, wanted.kind):
            return f"incorrect {wanted.kind} element type: {explain_mismatch(given.element, wanted.element)}"
        case _:
            return f"{_name(wanted)} required"


def _name(type_: Type) -> str:
    return "any type" if isinstance(type_, DynamicType) else describe_type(type_)


def _is_like(given: str, wanted: str) -> bool:
    return (given == "map") == (wanted == "map")


def _explain_objects(given: ObjectType, wanted: ObjectType) -> str:
    present = dict(given.attributes)
    missing = [name for name, _ in wanted.attributes if name not in present and name not in wanted.optional]
    if missing:
        return _name_missing(missing)
    shared = [(name, present[name], inner) for name, inner in wanted.attributes if name in present]
    for is_safe in (False, True):
        for name, source, target in shared:
            if not is_convertible(source, target, is_safe=is_safe):
                return f'attribute "{name}": {explain_mismatch(source, target)}'
    return "incorrect object attributes"


def _name_missing(names: list[str]) -> str:
    quoted = [f'"{name}"' for name in names]
    match quoted:
        case [name]:
            return f"attribute {name} is required"
        case [one, other]:
            return f"attributes {one} and {other} are required"
        case [*first, last]:
            return f"attributes {', '.join(first)}, and {last} are required"
        case _:
            return "incorrect object attributes"


def _explain_structure(given: TupleType | ObjectType, wanted: CollectionType) -> str:
    if isinstance(given, ObjectType) != (wanted.kind == "map"):
        return f"{_name(wanted)} required"
    if isinstance(wanted.element, DynamicType):
        return f"all {wanted.kind} elements must have the same type"
    if isinstance(given, TupleType):
        steps = [(str(at), part) for at, part in enumerate(given.items)]
    else:
        steps = [(f'"{name}"', part) for name, part in given.attributes]
    for step, part in steps:
        if not is_convertible(part, wanted.element):
            return f"element {step}: {explain_mismatch(part, wanted.element)}"
    return f"all elements must be {_name(wanted.element)}"
