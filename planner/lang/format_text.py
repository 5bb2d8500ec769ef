"""Formatting: the text of an HCL file as `terraform fmt` would write it, its meaning and its comments kept.

Refuses, with the parser's diagnostics, what is not valid.
"""

from collections.abc import Sequence

from planner.lang.accept import is_surely_valid
from planner.lang.format_lines import arrange_lines
from planner.lang.format_rewrites import rewrite_tokens
from planner.lang.tokens import Token, tokenize
from planner.model.diagnostics import Diagnostic, has_errors
from planner.model.spans import Source

__all__ = ["format_hcl"]

_BYTE_ORDER_MARK = "\ufeff"
_LONGEST = 10_000_000
"""How many characters a text may have that is cut into tokens before the parser, who may refuse it, has seen it."""


def format_hcl(source: Source) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the text of `source` in the standard style, or as it is where it is not valid, and what is wrong with it.

    Formatting a second time changes nothing. The ends of lines stay what they are; a byte order mark goes.
    """
    text = source.text.removeprefix(_BYTE_ORDER_MARK)
    tokens = tokenize(text) if len(text) <= _LONGEST else None
    if tokens is None or not is_surely_valid(tokens):
        from planner.lang.parse import parse_hcl  # noqa: PLC0415 - what is valid mostly does without it

        _, diagnostics = parse_hcl(source)
        if has_errors(diagnostics):
            return source.text, diagnostics
    return _arrange(tokenize(text) if tokens is None else tokens), ()


def _arrange(tokens: Sequence[Token]) -> str:
    # Blanks behind the last line are the one thing of their kind that Terraform keeps.
    rest = " " * len(tokens[-1].text) if tokens and tokens[-1].kind == "blanks" else ""
    return arrange_lines(rewrite_tokens([token for token in tokens if token.kind != "blanks"])) + rest
