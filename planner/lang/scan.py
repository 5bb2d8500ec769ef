"""Scanning: a text as the tokens that the grammar speaks of.

What a character means depends on what it stands in: code, a quoted string, or the lines of a heredoc. Refuses
nothing; a character that belongs to no token is one of its own, of the kind "".
"""

import re
from collections.abc import Iterator
from unicodedata import category

from planner.lang.layout import NEWLINE, Frame, Layout, Writing
from planner.lang.trees import Token

__all__ = ["measure_name", "scan"]

_NAME = r"[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_\x80-\U0010ffff-]*+"
_CODE = re.compile(
    rf"""
    (?:[ \t]++|\r(?=\n)|(?:\#|//)[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+
    (?:
      (?P<name>{_NAME})
    | (?P<newline>\n(?:[ \t]*+\r?\n)*+)
    | (?P<heredoc><<-?{_NAME}\r?\n)
    | (?P<sign>[=!<>]=|=>|&&|\|\||\.\.\.|::|[-+*/%<>!?:.,=(){{}}"\[\]])
    | (?P<number>[0-9]++(?:(?:\.++(?:[eE][+-]?)?|[eE][+-]?)[0-9]++)*+)
    | (?P<strip>~(?=\}}))
    | (?P<stray>.)
    )?+
    """,
    re.VERBOSE | re.DOTALL,
)
_QUOTED = re.compile(
    r'(?P<chars>(?:[^"\\$%\r\n]++|\\[^\r\n]|\$(?!\$?\{)|%(?!%?\{))++)|(?P<escape>\$\$\{|%%\{)|(?P<open>[$%]\{~?)|(?P<quote>")'
)
_LINES = re.compile(
    r"(?P<chars>(?:[^$%\n]++|\$(?!\$?\{)|%(?!%?\{))++\n?|\n)|(?P<escape>\$\$\{|%%\{)|(?P<open>[$%]\{~?)"
)
_SIGNS = {
    "!": "NOT",
    "!=": "NEQ",
    '"': "DBLQUOTE",
    "%": "PERCENT",
    "&&": "DOUBLE_AMP",
    "(": "LPAR",
    ")": "RPAR",
    "*": "ASTERISK",
    "+": "PLUS",
    ",": "COMMA",
    "-": "MINUS",
    ".": "DOT",
    "...": "ELLIPSIS",
    "/": "SLASH",
    ":": "COLON",
    "::": "COLONS",
    "<": "LT",
    "<=": "LEQ",
    "=": "EQ",
    "==": "DOUBLE_EQ",
    "=>": "FOR_OBJECT_ARROW",
    ">": "GT",
    ">=": "GEQ",
    "?": "QMARK",
    "[": "LSQB",
    "]": "RSQB",
    "{": "LBRACE",
    "||": "DOUBLE_PIPE",
    "}": "RBRACE",
}
_STARTS = {"$": "INTERP_START", "%": "DIRECTIVE_START"}
_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"})
_OTHER_LETTERS = frozenset("\u1885\u1886\u2118\u212e\u309b\u309c")
_SIGN_LETTER = "\u2e2f"
"""Unicode calls it a letter and a sign of syntax at once."""
_MARKS = frozenset({"Mn", "Mc", "Nd", "Pc"})
_OTHER_MARKS = frozenset("-\u00b7\u0387\u1369\u136a\u136b\u136c\u136d\u136e\u136f\u1370\u1371\u19da")


def scan(text: str, start: int, end: int, layout: Layout) -> Iterator[Token]:
    """Yield the tokens of the part of `text` from `start` to `end`.

    `layout` must have taken each token before the next one is asked for: it says what the next one stands in.
    """
    at = start
    while at < end:
        frame = layout.frames[-1]
        match frame.writing:
            case Writing.CODE:
                token = _scan_code(text, at, end)
            case Writing.QUOTED:
                token = _scan_text(_QUOTED, "STRING_CHARS", text, at, end)
            case Writing.LINES:
                token = _scan_line(frame, text, at, end)
        if token is None:
            return
        at = token.end
        yield token


def measure_name(text: str) -> int:
    """Return how many characters of `text`, which starts like a name, are one."""
    if text.isascii():
        return len(text)
    for at, character in enumerate(text):
        kind = category(character)
        if (kind in _LETTERS and character != _SIGN_LETTER) or character == "_" or character in _OTHER_LETTERS:
            continue
        if not at or not (kind in _MARKS or character in _OTHER_MARKS):
            return at
    return len(text)


def _scan_code(text: str, at: int, end: int) -> Token | None:
    match = _CODE.match(text, at, end)
    if match is None or match.lastgroup is None:
        return None
    kind = match.lastgroup
    found = match[kind]
    last = match.end()
    if kind == "sign":
        return Token(_SIGNS[found], found, last - len(found), last)
    if kind == "name":
        return _make_name(found, last - len(found))
    if kind == "newline":
        return Token(NEWLINE, found, last - len(found), last)
    if kind == "number":
        return Token("INT_LITERAL" if found.isdigit() else "FLOAT_LITERAL", found, last - len(found), last)
    if kind == "heredoc":
        return _make_heredoc(found, last - len(found))
    return Token("STRIP_MARKER" if kind == "strip" else "", found, last - len(found), last)


def _make_name(found: str, start: int) -> Token:
    length = measure_name(found)
    return Token("NAME", found[:length], start, start + length) if length else Token("", found[0], start, start + 1)


def _make_heredoc(found: str, start: int) -> Token:
    marker = found[2:].lstrip("-").rstrip()
    if measure_name(marker) == len(marker):
        return Token("HEREDOC_START", found, start, start + len(found))
    return Token("LT", "<", start, start + 1)


def _scan_text(pattern: re.Pattern[str], kind: str, text: str, at: int, end: int) -> Token:
    match = pattern.match(text, at, end)
    if match is None:
        return Token("", text[at], at, at + 1)
    found = match[0]
    last = match.end()
    match match.lastgroup:
        case "chars":
            return Token(kind, found, at, last)
        case "escape":
            return Token("ESCAPE", found, at, last)
        case "open":
            return Token(_STARTS[found[0]], found, at, last)
        case _:
            return Token("DBLQUOTE", found, at, last)


def _scan_line(frame: Frame, text: str, at: int, end: int) -> Token:
    """Return the next token of a heredoc or of a text as a whole: its end, if it ends here, or a part of a line."""
    if frame.closing is not None and text[at - 1] == "\n":
        match = frame.closing.match(text, at, end)
        if match is not None:
            return Token("HEREDOC_END", match[0], at, match.end())
    return _scan_text(_LINES, "TEMPLATE_CHARS", text, at, end)
