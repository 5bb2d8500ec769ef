"""Access: an attribute or an element of a value, or what to say where it has none."""

from collections.abc import Mapping

from planner.lang.reading import Message
from planner.lang.suggest import suggest
from planner.lang.values import UNKNOWN, LangValue, describe_kind, to_number, to_text

__all__ = ["find_attribute", "find_element"]


def find_attribute(value: LangValue, name: str) -> "LangValue | Message":
    """Return `value.name`; `value` bears no mark."""
    match value:
        case Mapping() if name in value:
            return value[name]
        case Mapping():
            detail = (
                f'This object does not have an attribute named "{name}".{suggest(name, value)} Use one that it has.'
            )
        case None:
            return Message(
                "access-to-null",
                "Attempt to get attribute from null value",
                f'This value is null, so it has no attribute "{name}". Give it a value first.',
            )
        case _ if value is UNKNOWN:
            return UNKNOWN
        case _:
            detail = f"A value of type {describe_kind(value)} has no attributes. Remove `.{name}`."
    return Message("unsupported-attribute", "Unsupported attribute", detail)


def find_element(value: LangValue, key: LangValue) -> "LangValue | Message":
    """Return `value[key]`; neither bears a mark."""
    if value is UNKNOWN or key is UNKNOWN:
        return UNKNOWN
    if value is None:
        return Message(
            "access-to-null",
            "Attempt to index null value",
            "This value is null, so it has no elements. Give it a value first.",
        )
    if key is None:
        detail = "Null cannot be an index. Use a key or a position that the value has."
    elif isinstance(value, Mapping):
        text = to_text(key)
        if text is not None and text in value:
            return value[text]
        detail = f"The given key is not one of this object's.{suggest(text or '', value)} Use one that it has."
    elif isinstance(value, tuple):
        number = to_number(key)
        if number is not None and number == number.to_integral_value() and 0 <= number < len(value):
            return value[int(number)]
        detail = f"Positions are whole numbers from 0, below the length, which is {len(value)} here. Use one of them."
    else:
        detail = f"A value of type {describe_kind(value)} has no elements. Remove the index."
    return Message("invalid-index", "Invalid index", detail)
