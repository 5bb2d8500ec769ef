r"""Regular expressions as Terraform reads them: Go's syntax, which is RE2's, matched in linear time.

The one door to `re2`. Refuses what RE2 refuses (look-around, back references), and what only its C++ library takes:
`\C`, and names of groups outside ASCII.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from re2 import Options

__all__ = ["Match", "Pattern", "PatternError", "compile_pattern", "find_matches"]

_LARGE = 256 * 1024 * 1024
"""How many bytes a compiled pattern may take that the library's own limit is too low for."""

# What stands in a pattern: escapes, quoted text, classes of characters, and the openings of groups.
_TOKEN = re.compile(
    r"\\Q.*?(?:\\E|$)|\\(?P<escaped>.)|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*\]"
    r"|\((?:\?P?<(?P<name>[^>]*)>|(?P<other>\?)|(?P<plain>))",
    re.DOTALL,
)
_NAME = re.compile(r"[A-Za-z0-9_]+")


class PatternError(Exception):
    """A pattern is not valid: why."""


class _Found(Protocol):
    def span(self, group: int) -> tuple[int, int]: ...


class _Compiled(Protocol):
    def search(self, text: bytes, pos: int) -> _Found | None: ...


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern, and its groups in order: the name of each, None where it has none."""

    groups: tuple[str | None, ...]
    compiled: _Compiled


@dataclass(frozen=True, slots=True)
class Match:
    """What matched: the text before it since the last match, all of it, and each group, None where it took no part."""

    before: str
    whole: str
    groups: tuple[str | None, ...]
    is_empty_after_match: bool
    """Whether it is empty and follows another match at once: then it counts as none."""


@lru_cache(maxsize=128)
def compile_pattern(text: str) -> Pattern:
    """Return the pattern that `text` spells.

    Raises:
        PatternError: it is not valid.
    """
    compiled = _compile(text)
    tokens = list(_TOKEN.finditer(text))
    if any(token["escaped"] == "C" for token in tokens):
        raise PatternError("invalid escape sequence: \\C")
    for token in tokens:
        if token["name"] is not None and not _NAME.fullmatch(token["name"]):
            raise PatternError(f"invalid name of a group: {token['name']}")
    groups = tuple(token["name"] for token in tokens if token["name"] is not None or token["plain"] is not None)
    return Pattern(groups, compiled)


def _compile(text: str) -> _Compiled:
    import re2  # noqa: PLC0415 - few configurations have patterns

    options: Options = re2.Options()
    options.log_errors = False
    try:
        return _typed(re2.compile(text.encode(), options))
    except re2.error as error:
        if "too large" not in _read_message(error):
            raise PatternError(_read_message(error)) from None
    options.max_mem = _LARGE
    try:
        return _typed(re2.compile(text.encode(), options))
    except re2.error as error:
        raise PatternError(_read_message(error)) from None


def _typed(compiled: _Compiled) -> _Compiled:
    return compiled


def _read_message(error: Exception) -> str:
    message = error.args[0] if error.args else "invalid"
    return message.decode(errors="replace") if isinstance(message, bytes) else str(message)


def find_matches(pattern: Pattern, text: str) -> Iterator[Match]:
    """Yield the matches of `pattern` in `text`, from left to right, none overlapping another.

    After an empty match the search goes on one character further.
    """
    held = text.encode()
    at, end = 0, -1
    while at <= len(held):
        found = pattern.compiled.search(held, at)
        if found is None:
            return
        start, stop = found.span(0)
        groups = tuple(_cut(held, *found.span(group)) for group in range(1, len(pattern.groups) + 1))
        before = held[max(end, 0) : start].decode()
        yield Match(before, held[start:stop].decode(), groups, is_empty_after_match=start == stop == end)
        end = stop
        at = stop if stop > at else at + _measure(held, at)


def _cut(text: bytes, start: int, end: int) -> str | None:
    return text[start:end].decode() if start >= 0 else None


def _measure(text: bytes, at: int) -> int:
    """Return how many bytes the character at `at` has; 1 at the end."""
    lead = text[at] if at < len(text) else 0
    return 1 + (lead >= 0xC0) + (lead >= 0xE0) + (lead >= 0xF0)
