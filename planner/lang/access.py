"""Access: an attribute or an element of a value, and what is said where it has none.

Refuses attributes of what is no object or map, and indexes into sets: their elements have no position.
"""

from collections.abc import Mapping

from planner.lang.conversion import ConversionError, convert
from planner.lang.evaluation import Evaluation, is_secret
from planner.lang.number import Number
from planner.lang.reading import Message
from planner.lang.suggest import suggest
from planner.lang.syntax import Expression, GetAttribute, Index, Variable
from planner.lang.types import (
    DYNAMIC,
    NUMBER,
    STRING,
    CollectionType,
    DynamicType,
    ObjectType,
    PrimitiveType,
    TupleType,
    Type,
    describe_type,
)
from planner.lang.values import (
    SENSITIVE,
    UNKNOWN,
    Marks,
    Nothing,
    Value,
    collect_marks,
    items_of,
    make_unknown,
    mark,
    members_of,
    text_of,
)
from planner.model.spans import Span

__all__ = ["evaluate_access", "find_attribute", "find_element"]

_HIDDEN = frozenset({SENSITIVE})


def evaluate_access(node: GetAttribute | Index, evaluation: Evaluation) -> Value:
    """Return the value of a chain of attributes and indexes, which may be of any length."""
    return _take_shortcut(node, evaluation) or _follow(node, evaluation)


def _take_shortcut(node: GetAttribute | Index, evaluation: Evaluation) -> Value | None:
    """Return the value of `a.b` or `a.b.c` where nothing stands in the way: most accesses are of this kind."""
    operand = node.operand
    value: Value | None = None
    if type(operand) is Variable:
        value = evaluation.names.get(operand.name)
    elif type(operand) is GetAttribute and type(operand.operand) is Variable:
        whole = evaluation.names.get(operand.operand.name)
        if whole is not None and type(whole.content) is dict and not whole.marks:
            value = whole.content.get(operand.name)
    if type(node) is GetAttribute and value is not None and type(value.content) is dict and not value.marks:
        return value.content.get(node.name)
    return None


def _follow(node: GetAttribute | Index, evaluation: Evaluation) -> Value:
    steps: list[GetAttribute | Index] = [node]
    base: Expression = node.operand
    while type(base) is GetAttribute or type(base) is Index:
        steps.append(base)
        base = base.operand
    value = evaluation.handlers[type(base)](base, evaluation)
    for step in reversed(steps):
        if type(step) is GetAttribute:
            value = _take_attribute(step, value, evaluation)
        elif type(step) is Index:
            value = _take_index(step, value, evaluation)
    return value


def _take_attribute(step: GetAttribute, value: Value, evaluation: Evaluation) -> Value:
    found = find_attribute(value, step.name)
    if isinstance(found, Message) and evaluation.is_hidden:
        found = find_attribute(mark(value, _HIDDEN), step.name)
    return _tell(step, found, evaluation)


def _take_index(step: Index, value: Value, evaluation: Evaluation) -> Value:
    key = evaluation.handlers[type(step.key)](step.key, evaluation)
    found = find_element(value, key)
    if isinstance(found, Message) and evaluation.is_hidden:
        found = find_element(value, mark(key, _HIDDEN))
    return _tell(step, found, evaluation)


def _tell(step: GetAttribute | Index, found: Value | Message, evaluation: Evaluation) -> Value:
    """Return what was found; unknown, and a report, where it is what to say instead."""
    if isinstance(found, Value):
        return found
    span = Span(step.span.file, step.operand.span.end, step.span.end)
    return evaluation.report(found.code, found.summary, found.detail, span)


def find_attribute(value: Value, name: str) -> Value | Message:
    """Return `value.name`, or what to say where there is none."""
    content = value.content
    if isinstance(content, (dict, Mapping)):
        found = content.get(name)
        if found is not None:
            return mark(found, value.marks) if value.marks else found
    if content is Nothing.NULL:
        return Message(
            "access-to-null",
            "Attempt to get attribute from null value",
            f'This value is null, so it has no attribute "{name}". Give it a value, or test it against null first.',
        )
    if content is Nothing.UNKNOWN:
        type_ = _find_attribute_type(value.type, name)
        if type_ is not None:
            return make_unknown(type_, value.marks)
    return _explain_attribute(value.type, name, None if is_secret(value.marks) else content)


def _find_attribute_type(type_: Type, name: str) -> Type | None:
    if isinstance(type_, DynamicType):
        return DYNAMIC
    if isinstance(type_, ObjectType):
        return dict(type_.attributes).get(name)
    return type_.element if isinstance(type_, CollectionType) and type_.kind == "map" else None


def _explain_attribute(type_: Type, name: str, content: object) -> Message:
    summary = "Unsupported attribute"
    match type_:
        case CollectionType(kind="map"):
            similar = suggest(name, content) if isinstance(content, Mapping) else ""
            summary = "Missing map element"
            detail = f'This map has no element with the key "{name}".{similar} Use a key that it has.'
        case ObjectType(attributes=attributes):
            similar = suggest(name, [known for known, _ in attributes]) if content is not None else ""
            detail = f'This object does not have an attribute named "{name}".{similar} Use one that it has.'
        case CollectionType(kind=kind, element=ObjectType()):
            one = f"[0].{name} for one of them, or " if kind == "list" else ""
            detail = f"This is a {kind} of objects, which has no attributes itself. Write {one}[*].{name} for all."
        case PrimitiveType(name=kind):
            detail = f"A {kind} has no attributes. Remove `.{name}`."
        case _:
            detail = f"A {describe_type(type_)} has no attributes. Remove `.{name}`."
    return Message("unsupported-attribute", summary, detail)


def find_element(value: Value, key: Value) -> Value | Message:
    """Return `value[key]`, or what to say where there is none; it bears the marks of both."""
    if value.content is Nothing.NULL:
        return Message(
            "access-to-null",
            "Attempt to index null value",
            "This value is null, so it has no elements. Give it a value, or test it against null first.",
        )
    if key.content is Nothing.NULL:
        return _explain_index("The index is null. Use a key or a position that the value has.")
    type_ = value.type
    if isinstance(type_, DynamicType) or isinstance(key.type, DynamicType):
        return mark(UNKNOWN, value.marks | key.marks)
    match type_:
        case TupleType():
            return _find_item(value, key)
        case CollectionType(kind="list"):
            return _find_item(value, key)
        case CollectionType(kind="set"):
            return _explain_index(
                "The elements of a set have no position. Convert it with tolist(), or use a for expression over it."
            )
        case ObjectType() | CollectionType():
            return _find_member(value, key)
        case PrimitiveType(name=kind):
            return _explain_index(f"A {kind} has no elements. Remove the index.")


def _explain_index(detail: str) -> Message:
    return Message("invalid-index", "Invalid index", detail)


def _convert_key(key: Value, type_: PrimitiveType) -> Value | Message:
    if key.type == type_:
        return key
    try:
        return convert(key, type_)
    except ConversionError:
        wanted = "position, a whole number from 0" if type_ == NUMBER else "key, a string"
        return _explain_index(f"The index must be a {wanted}; this is of type {describe_type(key.type)}. Use one.")


def _find_item(value: Value, key: Value) -> Value | Message:
    position = _convert_key(key, NUMBER)
    if isinstance(position, Message):
        return position
    marks = value.marks | position.marks
    type_ = value.type
    element = type_.element if isinstance(type_, CollectionType) else DYNAMIC
    if not isinstance(position.content, Number):
        return make_unknown(element, _join(marks, value))
    if not position.content.is_whole:
        return _explain_index("A position is a whole number, and this one is not. Use floor() to cut a fraction off.")
    if position.content.mantissa < 0:
        return _explain_index("A position is not negative: the first is 0. Count from the end with length().")
    if value.content is Nothing.UNKNOWN and not isinstance(type_, TupleType):
        return make_unknown(element, marks)
    at = position.content.mantissa << min(position.content.exponent or 0, 64)
    length = len(type_.items) if isinstance(type_, TupleType) else len(items_of(value))
    if at >= length:
        return _explain_length(None if is_secret(marks) else length)
    if isinstance(type_, TupleType) and value.content is Nothing.UNKNOWN:
        return make_unknown(type_.items[at], marks)
    return mark(items_of(value)[at], marks) if marks else items_of(value)[at]


def _explain_length(length: int | None) -> Message:
    if length is None:
        return _explain_index("There is no element at this position. Use a position below the length.")
    if not length:
        return _explain_index("There is nothing in it. Test its length() first, or use try().")
    noun = "element" if length == 1 else "elements"
    return _explain_index(f"There are {length} {noun}, so the last is at {length - 1}. Use a position up to that.")


def _join(marks: Marks, value: Value) -> Marks:
    """Return `marks` with those of the parts of `value`, any of which may be the one that is meant."""
    return marks | collect_marks(value)


def _find_member(value: Value, key: Value) -> Value | Message:
    name = _convert_key(key, STRING)
    if isinstance(name, Message):
        return name
    marks = value.marks | name.marks
    type_ = value.type
    if name.content is Nothing.UNKNOWN:
        element = type_.element if isinstance(type_, CollectionType) else DYNAMIC
        return make_unknown(element, _join(marks, value))
    text = text_of(name)
    if value.content is Nothing.UNKNOWN:
        found_type = _find_attribute_type(type_, text)
        return _explain_key(type_, key, (), marks) if found_type is None else make_unknown(found_type, marks)
    members = members_of(value)
    found = members.get(text)
    if found is None:
        return _explain_key(type_, key, members, marks)
    return mark(found, marks) if marks else found


def _explain_key(type_: Type, key: Value, known: object, marks: Marks) -> Message:
    what = "object" if isinstance(type_, ObjectType) else "map"
    if what == "object" and key.type == NUMBER:
        return _explain_index("The parts of an object have names, not positions. Use a name that it has.")
    if is_secret(marks) or not isinstance(known, Mapping) or not isinstance(key.content, str):
        return _explain_index(f"The given key is not one of this {what}'s. Use one that it has.")
    similar = suggest(key.content, known)
    return _explain_index(f'This {what} has no key "{_shorten(key.content)}".{similar} Use one that it has.')


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
