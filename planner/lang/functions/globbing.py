"""Patterns of paths: `*`, `?`, `[a-z]` and `{a,b}` within a name, and `**` for directories of any depth.

What they match is what Terraform's do, alternatives within alternatives and brackets included. Refuses patterns that
are not closed, and those that would look at too many files.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from planner.lang.functions.path_text import join_paths
from planner.lang.functions.signature import Entry, FunctionError, TooLargeError
from planner.lang.quoting import quote

__all__ = ["ENTRY_LIMIT", "find_files", "match_name"]

ENTRY_LIMIT = 20_000
"""How many files and directories one pattern looks at."""
_STEP_LIMIT = 200_000
"""How many steps the comparison of names with one pattern may take."""
_PATTERN_LIMIT = 1_000
"""How many characters a pattern may have."""
_SHOWN = 50
"""Up to how many characters of a pattern a message shows."""
_MAGIC = re.compile(r"[*?\[{\\]")
_COMMA = re.compile(r"(?<!\\),")
_CLASS = re.compile(r"(?P<low>\\.|[^\\-])(?:-(?P<high>\\.|[^\\-]))?", re.DOTALL)

_List = Callable[[str], tuple[Entry, ...]]


def find_files(pattern: str, list_directory: _List) -> list[str]:
    """Return the paths of the regular files that `pattern` matches, which is tidied up.

    Raises:
        FunctionError: it is no pattern, or it meets a link that leads nowhere, or outside.
        TooLargeError: it looks at too much.
    """
    if len(pattern) > _PATTERN_LIMIT:
        raise TooLargeError(f"the pattern has more than {_PATTERN_LIMIT:,} characters")
    is_absolute = pattern.startswith("/")
    search = _Search(list_directory)
    search.walk("/" if is_absolute else "", pattern.strip("/").split("/"))
    return sorted(search.found)


class _BrokenPatternError(Exception):
    """A pattern is not closed, or not complete."""


@dataclass(slots=True)
class _Matcher:
    """Compares names with patterns, and counts what that takes."""

    steps: int = 0

    def compare(self, pattern: str, name: str) -> bool:
        """Tell whether `pattern` matches all of `name`."""
        try:
            return self.match(pattern, name)
        except _BrokenPatternError:
            shown = quote(pattern if len(pattern) <= _SHOWN else f"{pattern[:_SHOWN]}…")
            raise FunctionError(f"the pattern {shown} is not closed, or not complete") from None

    def match(self, pattern: str, name: str) -> bool:
        self.steps += 1
        if self.steps > _STEP_LIMIT:
            raise TooLargeError("the pattern takes too long to compare; use fewer `*` and `{}`")
        while pattern and name:
            match pattern[0]:
                case "*":
                    return self._match_star(pattern[1:], name)
                case "{":
                    return self._match_alternatives(pattern[1:], name)
                case "[":
                    end = _find_end(pattern, 1, "]")
                    if not _is_in_class(pattern[1:end], name[0]):
                        return False
                    pattern = pattern[end + 1 :]
                case "\\":
                    if pattern[1:2] != name[0]:
                        _require(len(pattern) > 1)
                        return False
                    pattern = pattern[2:]
                case character if character in {"?", name[0]}:
                    pattern = pattern[1:]
                case _:
                    return False
            name = name[1:]
        return not name and pattern in {"", "*", "**"}

    def _match_star(self, rest: str, name: str) -> bool:
        return not rest or any(self.match(rest, name[at:]) for at in range(len(name)))

    def _match_alternatives(self, pattern: str, name: str) -> bool:
        """Tell whether one of the alternatives matches; `pattern` is all behind the bracket that opens them."""
        end = _find_end(pattern, 0, "}")
        rest = pattern[end + 1 :]
        return any(self.match(option + rest, name) for option in _COMMA.split(pattern[:end]))


@dataclass(slots=True)
class _Search:
    """A walk through directories: what it has found, and what it has looked at already."""

    list_directory: _List
    found: set[str] = field(default_factory=set)
    visited: set[tuple[str, int]] = field(default_factory=set)
    entries: int = 0
    matcher: _Matcher = field(default_factory=_Matcher)

    def walk(self, base: str, components: Sequence[str]) -> None:
        """Look for what `components` match below `base`."""
        plain = 0
        while plain < len(components) - 1 and not _MAGIC.search(components[plain]):
            plain += 1
        base, (component, *rest) = join_paths(base, *components[:plain]), components[plain:]
        if (base, len(rest)) in self.visited:
            return
        self.visited.add((base, len(rest)))
        entries = self._list(base)
        if component == "**":
            self._walk_below(base, entries, rest)
            if not rest:
                return
            component, *rest = rest
        for entry in self._select(component, entries):
            path = join_paths(base, entry.name)
            if not rest:
                self._take(path, entry)
            elif _is_directory(path, entry):
                self.walk(path, rest)

    def _walk_below(self, base: str, entries: tuple[Entry, ...], rest: Sequence[str]) -> None:
        for entry in entries:
            path = join_paths(base, entry.name)
            if entry.kind != "broken" and _is_directory(path, entry):
                self.walk(path, ["**", *rest])
            elif not rest and entry.kind == "file":
                self.found.add(path)

    def _list(self, path: str) -> tuple[Entry, ...]:
        entries = self.list_directory(path or ".")
        self.entries += len(entries)
        if self.entries > ENTRY_LIMIT:
            raise TooLargeError(
                f"the pattern looks at more than {ENTRY_LIMIT:,} files; name a directory below this one"
            )
        return entries

    def _select(self, component: str, entries: tuple[Entry, ...]) -> Iterator[Entry]:
        is_plain = not _MAGIC.search(component)
        for entry in entries:
            if entry.name == component if is_plain else self.matcher.compare(component, entry.name):
                yield entry

    def _take(self, path: str, entry: Entry) -> None:
        match entry.kind:
            case "file":
                self.found.add(path)
            case "broken":
                raise FunctionError(f"{quote(path)} is a link to what is not there; remove it")
            case "outside":
                raise _refuse_outside(path)
            case "directory" | "other":
                pass
            case _:
                assert_never(entry.kind)


def _is_directory(path: str, entry: Entry) -> bool:
    if entry.kind == "outside":
        raise _refuse_outside(path)
    return entry.kind == "directory"


def _refuse_outside(path: str) -> FunctionError:
    return FunctionError(f"{quote(path)} is a link out of the directory of the configuration; put the files below that")


def match_name(pattern: str, name: str) -> bool:
    """Tell whether `pattern` matches all of `name`, which has no slash.

    Raises:
        FunctionError: it is not closed.
    """
    return _Matcher().compare(pattern, name)


def _find_end(pattern: str, start: int, sign: str) -> int:
    """Return where `sign` stands in `pattern` from `start` on, without a backslash before it."""
    at = pattern.find(sign, start)
    while at > start and pattern[at - 1] == "\\":
        at = pattern.find(sign, at + 1)
    _require(at >= 0)
    return at


def _is_in_class(text: str, character: str) -> bool:
    is_negated = text.startswith("^")
    at, found = int(is_negated), False
    _require(bool(text))
    while at < len(text):
        one = _CLASS.match(text, at)
        _require(one is not None)
        if one is not None:
            low = one["low"][-1]
            found = found or low <= character <= (one["high"] or low)[-1]
            at = one.end()
    return found != is_negated


def _require(is_right: bool) -> None:  # noqa: FBT001 - the condition itself
    if not is_right:
        raise _BrokenPatternError
