"""Type constraints: the expression behind `type =` in a `variable` block to a `Type`; refuses what names no type."""

from dataclasses import dataclass, field

from planner.lang.convert_value import ConversionError, convert
from planner.lang.evaluate import Scope, evaluate
from planner.lang.suggest import suggest
from planner.lang.syntax import (
    Call,
    Expression,
    Literal,
    ObjectExpression,
    ObjectItem,
    TupleExpression,
    Variable,
)
from planner.lang.types import AnyType, CollectionType, ObjectAttribute, ObjectType, PrimitiveType, TupleType, Type
from planner.lang.values import LangValue
from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span

__all__ = ["parse_type"]

_SUMMARY = "Invalid type specification"
_PRIMITIVES: dict[str, PrimitiveType] = {
    "string": PrimitiveType("string"),
    "number": PrimitiveType("number"),
    "bool": PrimitiveType("bool"),
}
_CONSTRUCTORS = ("list", "set", "map", "object", "tuple")


def parse_type(expression: Expression) -> tuple[Type | None, tuple[Diagnostic, ...]]:
    """Return the type that `expression` names; None, and why, where it names none."""
    parsing = _Parsing()
    type_ = _parse(expression, parsing)
    return (None if parsing.diagnostics else type_), tuple(parsing.diagnostics)


@dataclass(slots=True)
class _Parsing:
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def refuse(self, detail: str, span: Span, summary: str = _SUMMARY) -> Type:
        """Note a mistake; what stands in its place takes any value."""
        self.diagnostics.append(Diagnostic(code="invalid-type", summary=summary, detail=detail, span=span))
        return AnyType()


def _parse(node: Expression, parsing: _Parsing) -> Type:
    match node:
        case Variable(name="any"):
            return AnyType()
        case Variable(name=name) if name in _PRIMITIVES:
            return _PRIMITIVES[name]
        case Variable(name=name, span=span):
            return parsing.refuse(_advise(name), span)
        case Call(name="list" | "set" | "map" as kind, arguments=(element,)):
            return CollectionType(kind, _parse(element, parsing))
        case Call(name="object", arguments=(ObjectExpression(items=members),)):
            return ObjectType(tuple(_parse_attributes(members, parsing).items()))
        case Call(name="tuple", arguments=(TupleExpression(items=items),)):
            return TupleType(tuple([_parse(item, parsing) for item in items]))
        case Call(name=name, span=span):
            return parsing.refuse(_EXPLAIN.get(name) or _advise(name), span)
        case Literal(value=str() as text, span=span):
            return parsing.refuse(f"A type stands without quotation marks. Write {text or 'string'}.", span)
        case _:
            detail = "A type is a keyword such as string, or a constructor such as list(string). Write one of them."
            return parsing.refuse(detail, node.span)


_EXPLAIN = {
    **{kind: f"{kind} needs the type of its elements. Write {kind}(string)." for kind in ("list", "set", "map")},
    "object": "object needs the types of its attributes. Write object({ name = string }).",
    "tuple": "tuple needs the types of its elements. Write tuple([string, number]).",
    "optional": "optional(…) is only for the attributes of an object type. Remove it.",
}


def _advise(name: str) -> str:
    if name in _CONSTRUCTORS:
        return _EXPLAIN[name]
    hint = suggest(name, [*_PRIMITIVES, "any", *_CONSTRUCTORS])
    known = "string, number, bool, any, list(…), set(…), map(…), object({…}) and tuple([…])"
    return f'The keyword "{name}" is not a valid type specification.{hint} The types are {known}.'


def _parse_attributes(members: tuple[ObjectItem, ...], parsing: _Parsing) -> dict[str, ObjectAttribute]:
    attributes: dict[str, ObjectAttribute] = {}
    for member in members:
        match member.key:
            case Literal(value=str() as name):
                attributes[name] = _parse_attribute(member.value, parsing)
            case key:
                parsing.refuse("The name of an attribute is a plain word or a quoted string. Write one.", key.span)
    return attributes


def _parse_attribute(node: Expression, parsing: _Parsing) -> ObjectAttribute:
    match node:
        case Call(name="optional", arguments=(inner,)):
            return ObjectAttribute(_parse(inner, parsing), is_optional=True)
        case Call(name="optional", arguments=(inner, default)):
            type_ = _parse(inner, parsing)
            return ObjectAttribute(type_, is_optional=True, default=_parse_default(default, type_, parsing))
        case Call(name="optional", span=span):
            parsing.refuse("optional needs a type, and may have a default. Write optional(string).", span)
            return ObjectAttribute(AnyType())
        case _:
            return ObjectAttribute(_parse(node, parsing))


def _parse_default(node: Expression, type_: Type, parsing: _Parsing) -> LangValue:
    evaluated = evaluate(node, Scope())
    parsing.diagnostics.extend(evaluated.diagnostics)
    try:
        return convert(evaluated.value, type_)
    except ConversionError as error:
        detail = f"This default is not what the attribute's type asks for: {error}. Correct one of the two."
        parsing.refuse(detail, node.span, "Invalid default value for optional attribute")
        return None
