"""Type constraints: the expression behind `type =` to a type, and the defaults of its optional attributes.

Refuses what names no type, and defaults that their own type does not take.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from planner.lang.constants import evaluate_constant
from planner.lang.conversion import ConversionError, convert
from planner.lang.defaults import Defaults
from planner.lang.suggest import suggest
from planner.lang.syntax import Call, Expression, Literal, ObjectExpression, TupleExpression, Variable
from planner.lang.types import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    PrimitiveType,
    TupleType,
    Type,
    list_of,
    make_object_type,
    map_of,
    set_of,
)
from planner.lang.values import Value
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span

__all__ = ["parse_type"]

_SUMMARY = "Invalid type specification"
_PRIMITIVES: dict[str, PrimitiveType] = {"string": STRING, "number": NUMBER, "bool": BOOL}
_ELEMENTS = {kind: f"{kind} needs the type of its elements. Write {kind}(string)." for kind in ("list", "set", "map")}
_CONSTRUCTORS = {
    **_ELEMENTS,
    "object": "object needs the types of its attributes. Write object({ name = string }).",
    "tuple": "tuple needs the types of its elements. Write tuple([string, number]).",
}
_KEYWORDS = (*_PRIMITIVES, "any", *_CONSTRUCTORS)
_Parsed = tuple[Type, Defaults | None]
_NOTHING = (DYNAMIC, None)
"""What stands in place of a mistake: it takes any value."""


def parse_type(expression: Expression) -> tuple[Type, Defaults | None, tuple[Diagnostic, ...]]:
    """Return the type that `expression` names, the defaults in it if there are any, and the mistakes in it.

    `list` and `map` alone are those of any single type.
    """
    match expression:
        case Variable(name="list"):
            return list_of(DYNAMIC), None, ()
        case Variable(name="map"):
            return map_of(DYNAMIC), None, ()
        case Literal(value=str() as text, span=span):
            return DYNAMIC, None, (_refuse_quotes(text, span),)
        case _:
            parsing = _Parsing()
            type_, defaults = _parse(expression, parsing)
            return type_, defaults, tuple(parsing.diagnostics)


def _refuse_quotes(text: str, span: Span) -> Diagnostic:
    is_old = text in {"string", "list", "map"}
    summary = "Invalid quoted type constraints" if is_old else "Invalid legacy variable type hint"
    wanted = f"{text}(string)" if text in {"list", "map"} else text if text in _KEYWORDS else "string"
    detail = f"A type stands without quotation marks. Write {wanted}."
    return Diagnostic(code="invalid-type", summary=summary, detail=detail, span=span)


@dataclass(slots=True)
class _Parsing:
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def refuse(self, detail: str, span: Span, summary: str = _SUMMARY) -> _Parsed:
        """Note a mistake."""
        self.diagnostics.append(Diagnostic(code="invalid-type", summary=summary, detail=detail, span=span))
        return _NOTHING


def _parse(node: Expression, parsing: _Parsing) -> _Parsed:
    match node:
        case Variable(name="any"):
            return _NOTHING
        case Variable(name=name) if name in _PRIMITIVES:
            return _PRIMITIVES[name], None
        case Variable(name=name, span=span):
            return parsing.refuse(_CONSTRUCTORS.get(name) or _advise(name), span)
        case Call():
            return _parse_call(node, parsing)
        case _:
            detail = "A type is a keyword such as string, or a constructor such as list(string). Write one of them."
            return parsing.refuse(detail, node.span)


def _parse_call(node: Call, parsing: _Parsing) -> _Parsed:
    name = node.name
    parse = _PARSERS.get(name)
    if name in _PRIMITIVES or name == "any":
        return parsing.refuse(f"{name} takes no arguments. Write {name} alone.", _find_arguments(node))
    if name == "optional":
        detail = "optional(…) is only for the attributes of an object type. Remove it, or put it around an attribute."
        return parsing.refuse(detail, _find_name(node))
    if parse is None:
        return parsing.refuse(_advise(name), node.span)
    if len(node.arguments) != 1:
        span = _find_arguments(node)
        if node.arguments:
            span = Span(span.file, node.arguments[1].span.start, node.arguments[-1].span.end)
        return parsing.refuse(_CONSTRUCTORS[name], span)
    return parse(node.arguments[0], parsing)


def _find_name(node: Call) -> Span:
    return Span(node.span.file, node.span.start, node.span.start + len(node.name))


def _find_arguments(node: Call) -> Span:
    return Span(node.span.file, node.span.start + len(node.name), node.span.end)


def _advise(name: str) -> str:
    known = "string, number, bool, any, list(…), set(…), map(…), object({…}) and tuple([…])"
    return f'"{name}" is not a type.{suggest(name, _KEYWORDS)} The types are {known}. Use one of them.'


def _parse_collection(make: Callable[[Type], Type], argument: Expression, parsing: _Parsing) -> _Parsed:
    element, defaults = _parse(argument, parsing)
    return make(element), None if defaults is None else Defaults(element=defaults)


def _parse_tuple(argument: Expression, parsing: _Parsing) -> _Parsed:
    if not isinstance(argument, TupleExpression):
        return parsing.refuse(_CONSTRUCTORS["tuple"], argument.span)
    parts = [_parse(item, parsing) for item in argument.items]
    items = {position: defaults for position, (_, defaults) in enumerate(parts) if defaults is not None}
    return TupleType(tuple([type_ for type_, _ in parts])), Defaults(items=items) if items else None


def _parse_object(argument: Expression, parsing: _Parsing) -> _Parsed:
    if not isinstance(argument, ObjectExpression):
        return parsing.refuse(_CONSTRUCTORS["object"], argument.span)
    types: dict[str, Type] = {}
    optional: set[str] = set()
    values: dict[str, Value] = {}
    inner: dict[str, Defaults] = {}
    for item in argument.items:
        name = _read_name(item.key)
        if name is None:
            parsing.refuse(
                "The name of an attribute is a plain word without quotation marks. Write one.", item.key.span
            )
        elif name in types:
            parsing.refuse(f'There is an attribute "{name}" already. Remove one of the two.', item.key.span)
        else:
            attribute = _parse_attribute(item.value, parsing)
            types[name] = attribute.type
            if attribute.is_optional:
                optional.add(name)
            if attribute.default is not None:
                values[name] = attribute.default
            if attribute.inner is not None:
                inner[name] = attribute.inner
    defaults = Defaults(values=values, attributes=inner)
    return make_object_type(types, frozenset(optional)), None if defaults.is_empty else defaults


def _read_name(key: Expression) -> str | None:
    """Return the name that a bare word is; in quotation marks it is two characters longer than what it says."""
    if isinstance(key, Literal) and isinstance(key.value, str):
        return key.value if key.span.end - key.span.start < len(key.value) + 2 else None
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attribute:
    type: Type
    is_optional: bool = False
    default: Value | None = None
    inner: Defaults | None = None


def _parse_attribute(node: Expression, parsing: _Parsing) -> _Attribute:
    if not (isinstance(node, Call) and node.name == "optional"):
        type_, inner = _parse(node, parsing)
        return _Attribute(type=type_, inner=inner)
    if not 1 <= len(node.arguments) <= 2:
        detail = "optional needs the attribute's type, and may have a default besides. Write optional(string)."
        parsing.refuse(detail, _find_arguments(node))
        return _Attribute(type=DYNAMIC, is_optional=True)
    type_, inner = _parse(node.arguments[0], parsing)
    default = _read_default(node.arguments[1], type_, parsing) if len(node.arguments) == 2 else None
    return _Attribute(type=type_, is_optional=True, default=default, inner=inner)


def _read_default(node: Expression, type_: Type, parsing: _Parsing) -> Value | None:
    value, diagnostics = evaluate_constant(node)
    if diagnostics:
        parsing.diagnostics.extend(diagnostics)
        return None
    try:
        return convert(value, type_)
    except ConversionError as error:
        detail = f"This default is not what the attribute's type asks for: {error}. Correct one of the two."
        parsing.refuse(detail, node.span, "Invalid default value for optional attribute")
        return None


_PARSERS: dict[str, Callable[[Expression, _Parsing], _Parsed]] = {
    "list": partial(_parse_collection, list_of),
    "set": partial(_parse_collection, set_of),
    "map": partial(_parse_collection, map_of),
    "object": _parse_object,
    "tuple": _parse_tuple,
}
