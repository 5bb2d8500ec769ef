"""A reading: what comes up while a directory is read, and is needed at its end.

The one thing here that grows; all that is made of it is frozen.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from planner.model.diagnostics import Diagnostic, has_errors
from planner.model.spans import Span, find_position

__all__ = ["Reading"]


@dataclass(slots=True)
class Reading:
    """The texts that were read, by file, and the mistakes in them.

    `gaps` are the texts of which a part was lost to a mistake; None where nothing at all could be read. `values` are
    the files that hold values of variables, any of which may be a secret.
    """

    texts: dict[str, str] = field(default_factory=dict)
    found: list[Diagnostic] = field(default_factory=list)
    gaps: list[str | None] = field(default_factory=list)
    values: set[str] = field(default_factory=set)

    def list_sources(self) -> Mapping[str, str]:
        """Return the texts as people may be shown them: where values of variables stand, only names are left."""
        return MappingProxyType(
            {file: _hide_values(text) if file in self.values else text for file, text in self.texts.items()}
        )

    def lose(self, mistakes: Iterable[Diagnostic], text: str | None) -> None:
        """Note mistakes for which a part of `text` was not read, unless they are warnings."""
        mistakes = tuple(mistakes)
        self.found.extend(mistakes)
        if has_errors(mistakes):
            self.gaps.append(text)

    def is_lost(self, name: str) -> bool:
        """Tell whether a declaration or value of `name` may stand in a gap: then nobody is told that there is none."""
        return any(text is None or name in _list_declared(text) for text in self.gaps)

    def list_diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return the mistakes in the order of the files, each once, however many instances of a block make it."""
        first: dict[object, Diagnostic] = {}
        for one in self.found:
            if not self._is_consequence(one):
                place = (one.span, one.code, one.detail)
                first.setdefault(place if one.span is not None else (place, one.address), one)
        return tuple(sorted(first.values(), key=_order))

    def describe_place(self, span: Span) -> str:
        """Return where a span starts as people write it: `main.hcl:12:3`."""
        position = find_position(self.texts.get(span.file, ""), span.start)
        return f"{span.file}:{position.line}:{position.column}"

    def _is_consequence(self, diagnostic: Diagnostic) -> bool:
        """Tell whether a variable that is not declared is one whose declaration was lost."""
        if not self.gaps or diagnostic.code != "undeclared-variable" or diagnostic.span is None:
            return False
        span = diagnostic.span
        reference = self.texts.get(span.file, "")[span.start : span.end]
        return self.is_lost(reference.rpartition(".")[2].strip())


_DECLARED = re.compile(r'(?:variable|cluster)[\s"]+([\w-]+)|"([\w-]+)"\s*:|^[^\S\n]*([\w-]+)\s*=', re.MULTILINE)


@lru_cache(maxsize=64)
def _list_declared(text: str) -> frozenset[str]:
    """Return the names that a text which could not be read may declare or set."""
    return frozenset(name for found in _DECLARED.findall(text) for name in found if name)


_NAMED = re.compile(r'^[\s{,]*"?[\w-]+"?\s*[:=]')
_VISIBLE = re.compile(r"\S")


def _hide_values(text: str) -> str:
    """Return `text` with every character masked that is not part of the name before a value, and every place kept."""
    lines = text.split("\n")
    kept = [match.end() if (match := _NAMED.match(line)) else 0 for line in lines]
    return "\n".join(line[:length] + _VISIBLE.sub("*", line[length:]) for line, length in zip(lines, kept, strict=True))


def _order(diagnostic: Diagnostic) -> tuple[str, int]:
    span = diagnostic.span
    return (span.file, span.start) if span is not None else ("", 0)
