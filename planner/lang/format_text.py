"""Formatting: the text of an HCL file as `terraform fmt` would write it, its meaning and its comments kept.

Refuses, with the parser's diagnostics, what is not valid.
"""

from planner.lang.accept import is_surely_valid
from planner.lang.format_lines import arrange_lines
from planner.lang.format_rewrites import rewrite_tokens
from planner.lang.parse import SIZE_LIMIT, parse_hcl
from planner.lang.tokens import tokenize
from planner.model.diagnostics import Diagnostic, has_errors
from planner.model.spans import Source

__all__ = ["format_hcl"]

_BYTE_ORDER_MARK = "\ufeff"


def format_hcl(source: Source) -> tuple[str, tuple[Diagnostic, ...]]:
    """Return the text of `source` in the standard style, or as it is where it is not valid, and what is wrong with it.

    Formatting a second time changes nothing. The ends of lines stay what they are; a byte order mark goes.
    """
    is_readable = len(source.text) <= SIZE_LIMIT
    tokens = tokenize(source.text.removeprefix(_BYTE_ORDER_MARK)) if is_readable else []
    meaningful = [token for token in tokens if token.kind != "blanks"]
    if not is_readable or not is_surely_valid(meaningful):
        _, diagnostics = parse_hcl(source)
        if has_errors(diagnostics):
            return source.text, diagnostics
    # Blanks behind the last line are the one thing of their kind that Terraform keeps.
    rest = " " * len(tokens[-1].text) if tokens and tokens[-1].kind == "blanks" else ""
    return arrange_lines(rewrite_tokens(meaningful)) + rest, ()
