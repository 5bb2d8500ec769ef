"""Escaping: text from outside made safe for a terminal and for the log of a pipeline.

What comes out holds no control, format, private or unassigned character, no space but the plain one, nothing without
a shape of its own, and no command for a pipeline's log (`##[…]`, `##vso[…]`). It is injective: two texts never look
the same. Refuses nothing.
"""

import json
import re
import unicodedata

__all__ = ["escape", "guard_line", "measure_width", "quote", "quote_json"]

_SHAPELESS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
"""Characters without a shape that Unicode nevertheless counts among letters, marks and symbols."""

_COMMAND = r"(?<=#)#(?=\w*\[)"
"""The second `#` of what GitHub, Azure and TeamCity take for a command, wherever on a line it stands."""

_HAS_SHAPELESS = re.compile(f"[{_SHAPELESS}]")
_IS_COMMAND = re.compile(_COMMAND)
_UNSAFE_IN_TEXT = re.compile(rf"[{_SHAPELESS}]|{_COMMAND}|\\u\{{")
_UNSAFE_IN_QUOTES = re.compile(rf"[{_SHAPELESS}]|{_COMMAND}|[\"\\]")
_CHARACTER = re.compile(r"(\\*)([^\\]|\Z)", re.DOTALL)
_LOG_COMMAND = re.compile(r"(\s*):(?=:)")
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def escape(text: str) -> str:
    r"""Return `text` for use in a line of prose: what cannot be shown becomes `\u{1b}`.

    Backslashes stay as they are, except before something that is, or could be taken for, such an escape: there they
    are doubled.
    """
    if text.isprintable() and not _UNSAFE_IN_TEXT.search(text):
        return text
    return "".join(_escape_character(text, match) for match in _CHARACTER.finditer(text))


def quote(text: str) -> str:
    r"""Return `text` as a quoted string of the configuration language, with `\u{1b}` for what cannot be shown."""
    if text.isprintable() and not _UNSAFE_IN_QUOTES.search(text):
        return f'"{text}"'
    inner = "".join(
        _SHORT.get(character) or (_name(character) if _is_unsafe(text, at) else character)
        for at, character in enumerate(text)
    )
    return f'"{inner}"'


def quote_json(text: str) -> str:
    r"""Return `text` as a JSON string: other scripts stay readable, what cannot be shown becomes `\u001b`."""
    shown = json.dumps(text, ensure_ascii=False)
    if shown.isprintable() and not _UNSAFE_IN_TEXT.search(shown):
        return shown
    return "".join(
        _name_for_json(character) if _is_unsafe(shown, at) else character for at, character in enumerate(shown)
    )


def guard_line(line: str) -> str:
    """Return an escaped `line` that no pipeline takes for a command: one that begins with `::`, after any space."""
    return _LOG_COMMAND.sub(r"\1\\u{3a}", line, count=1) if _LOG_COMMAND.match(line) else line


def measure_width(text: str) -> int:
    """Return how many columns of a terminal the escaped `text` takes."""
    if text.isascii():
        return len(text)
    return sum(_measure_character(character) for character in text)


def _escape_character(text: str, match: re.Match[str]) -> str:
    slashes, character = match.groups()
    at = match.start(2)
    if character and _is_unsafe(text, at):
        return slashes * 2 + _name(character)
    return slashes * (2 if text.startswith("u{", at) else 1) + character


def _is_unsafe(text: str, at: int) -> bool:
    character = text[at]
    return (
        not character.isprintable()
        or _HAS_SHAPELESS.match(character) is not None
        or _IS_COMMAND.match(text, at) is not None
    )


def _name(character: str) -> str:
    return f"\\u{{{ord(character):x}}}"


def _name_for_json(character: str) -> str:
    return r"\u0023" if character == "#" else json.dumps(character)[1:-1]


def _measure_character(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
