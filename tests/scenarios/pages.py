"""Pages: Markdown read as prose and fenced blocks, and written back as it was, byte for byte.

A fence opens with three backticks and a language, then what the block is for. Refuses a fence that is never closed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

__all__ = ["Block", "Page", "Prose", "parse_page", "write_page"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """What a person reads between two blocks, with its line ends."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: its language, what it is for (the name of a file, or a word), and its lines."""

    language: str
    purpose: str = ""
    text: str = ""


Page: TypeAlias = Sequence[Prose | Block]

_FENCED = re.compile(r"^```(?P<language>\w+) ?(?P<purpose>.*)\n(?P<text>(?:(?!```).*\n)*?)```\n", re.MULTILINE)


def parse_page(text: str) -> list[Prose | Block]:
    """Return the parts of a page in order.

    Raises:
        ValueError: a fence is left open, or has no language.
    """
    parts: list[Prose | Block] = []
    end = 0
    for match in _FENCED.finditer(text):
        parts.append(Prose(text=text[end : match.start()]))
        parts.append(Block(language=match["language"], purpose=match["purpose"], text=match["text"]))
        end = match.end()
    parts.append(Prose(text=text[end:]))
    for part in parts:
        if isinstance(part, Prose) and "```" in part.text:
            raise ValueError(f"a fence is not closed, or has no language: {part.text.partition('```')[2]!r}")
    return parts


def write_page(page: Page) -> str:
    """Return the text of a page; a block that follows another one gets a blank line before it."""
    text = ""
    for part in page:
        match part:
            case Prose():
                text += part.text
            case Block():
                purpose = f" {part.purpose}" if part.purpose else ""
                gap = "\n" if text.endswith("```\n") else ""
                text += f"{gap}```{part.language}{purpose}\n{part.text}```\n"
    return text
