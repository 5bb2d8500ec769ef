"""Formatting: the text of an HCL file as `terraform fmt` would write it, its meaning and its comments kept.

Refuses, with the parser's diagnostics, what is not valid.
"""

from planner.lang.format_lines import arrange_lines
from planner.lang.format_rewrites import rewrite_tokens
from planner.lang.parse import parse_hcl
from planner.lang.tokens import tokenize
from planner.model.diagnostics import Diagnostic, has_errors
from planner.model.spans import Source

__all__ = ["format_hcl"]


def format_hcl(source: Source) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the text of `source` in the standard style, or as it is where it is not valid, and what is wrong with it.

    Formatting a second time changes nothing. The ends of lines stay what they are.
    """
    _, diagnostics = parse_hcl(source)
    if has_errors(diagnostics):
        return source.text, diagnostics
    return _format(source.text), diagnostics


def _format(text: str) -> str:
    tokens = tokenize(text.removeprefix("\ufeff"))
    # What is left of the last line, if it is blanks alone, is the one thing of its kind that Terraform keeps.
    rest = " " * len(tokens[-1].text) if tokens and tokens[-1].kind == "blanks" else ""
    return arrange_lines(rewrite_tokens([token for token in tokens if token.kind != "blanks"])) + rest
