r"""Graphemes: what a reader takes for one character, of however many code points it is made.

Widths and lengths are counted in them, by the rules of Unicode 15.0, which are Terraform's: later ones, and so `\X`,
make one of two consonants that a virama joins. Refuses nothing.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

__all__ = ["count_graphemes", "split_graphemes"]

_GRAPHEME = r"""
    \r\n
  | [\p{GCB=Control}\r\n]
  | \p{GCB=Prepend}*
    (?: \p{GCB=L}* (?: \p{GCB=V}+ | \p{GCB=LV} \p{GCB=V}* | \p{GCB=LVT} ) \p{GCB=T}*
      | \p{GCB=L}+
      | \p{GCB=T}+
      | \p{GCB=Regional_Indicator}{2}
      | \p{Extended_Pictographic} (?: \p{GCB=Extend}* \p{GCB=ZWJ} \p{Extended_Pictographic} )*
      | [^\p{GCB=Control}\r\n]
    )
    [\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}]*
"""
"""The table "Regex Definitions" of Unicode's annex 29, in which each line is one of its names written out."""


def count_graphemes(text: str) -> int:
    r"""Return how many graphemes `text` has; `\r\n` is one."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    return len(split_graphemes(text))


def split_graphemes(text: str) -> list[str]:
    """Return the graphemes of `text`, in their order."""
    if text.isascii() and "\r" not in text:
        return list(text)
    return _compile().findall(text)


@cache
def _compile() -> "regex.Pattern[str]":
    import regex  # noqa: PLC0415 - only text beyond ASCII pays for it

    return regex.compile(_GRAPHEME, regex.VERBOSE)
