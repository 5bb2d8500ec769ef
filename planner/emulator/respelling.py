"""Respelling: values as a server may give them back, in its own words. The same is meant, and nothing else changes.

Which texts mean something, the schema says; how they are put in other words is the emulator's own. What is spelled its
way already stays as it is.
"""

import json
import re

from planner.emulator.json_text import Json
from schemas.druid_properties import find_property_meaning
from schemas.fields import Field, find_child

__all__ = ["respell"]

_UNITS = {
    "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "tib": 1 << 40, "pib": 1 << 50,
    "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12, "p": 10**15,
}  # fmt: skip
_HEAD = "# as the server keeps it\n"


def respell(value: Json, field: Field | None) -> Json:
    """Return `value`, of which the schema says `field`, as the server spells it."""
    if field is None:
        return value
    if isinstance(value, dict):
        return {name: respell(member, find_child(field, name)) for name, member in value.items()}
    if isinstance(value, list) and field.values is not None:
        return [_respell_property(entry) for entry in value]
    if isinstance(value, str) and field.meaning == "document":
        return _respell_document(value)
    return value


def _respell_property(entry: Json) -> Json:
    match entry:
        case {"name": str(name), "value": str(text)}:
            return {"name": name, "value": _respell_text(find_property_meaning(name), text)}
        case _:
            return entry


def _respell_text(meaning: str | None, text: str) -> str:
    match meaning:
        case "boolean" if text in {"True", "False"}:
            return text.lower()
        case "integer" if re.fullmatch("0+[0-9]+", text):
            return text.lstrip("0") or "0"
        case "size":
            return _write_bytes(text)
        case "duration" if hours := re.fullmatch("PT([0-9]{1,4})H", text):
            return f"PT{60 * int(hours[1])}M"
        case "json" | "locations" | "jvm-options-list":
            return _write_json(text, indent=None)
        case "jvm-options":
            return _sort_options(text)
        case _:
            return text


def _write_bytes(text: str) -> str:
    for unit, size in _UNITS.items():
        digits = text.lower().removesuffix(unit)
        if digits != text.lower():
            return str(int(digits) * size) if digits.isdecimal() and digits.isascii() and int(digits) else text
    return text


def _sort_options(text: str) -> str:
    """Return options in the order of the alphabet, where each is told by itself and is there once."""
    words = text.split()
    names = [re.split(r"=|(?<=-Xm[xs])", word)[0] for word in words]
    if '"' in text or len(set(names)) < len(names) or not all(re.match(r"-D|-Xm[xs]|-XX:Max", word) for word in words):
        return text
    return " ".join(sorted(re.sub(r"(-Xm[xs]\d+)[gG]\Z", _in_megabytes, word) for word in words))


def _in_megabytes(match: re.Match[str]) -> str:
    return re.sub(r"\d+", lambda digits: str(1024 * int(digits[0])), match[1]) + "m"


def _respell_document(text: str) -> str:
    if text.lstrip().startswith("{"):
        return _write_json(text, indent=2)
    return text if text.startswith(_HEAD) else f"{_HEAD}{text.rstrip()}"


def _write_json(text: str, indent: int | None) -> str:
    """Return JSON with its members in the order of the alphabet; what is none as it is."""
    try:
        document = json.loads(text, object_pairs_hook=_check_members)
        return json.dumps(document, indent=indent, sort_keys=True)
    except (ValueError, RecursionError):
        return text


def _check_members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is there twice")
    return members
