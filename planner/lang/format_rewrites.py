"""Rewrites: what `terraform fmt` writes otherwise than it was written, beyond spaces, and means the same.

`"${a}"` as the whole value of an argument becomes `a`; the labels of blocks stand in quotes, without needless escapes
and without comments between them; a variable's type is written as it has been since Terraform 0.12. Takes the tokens
of a text that is valid. Leaves alone what would not be valid afterwards, though Terraform does not.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from planner.lang.tokens import Token, tokenize

__all__ = ["rewrite_tokens"]

_DEPTHS = {"(": 1, "[": 1, "{": 1, "template-start": 1, ")": -1, "]": -1, "}": -1, "template-end": -1}
_TYPES = {"list": "list(any)", "map": "map(any)", "set": "set(any)"}
_QUOTED_TYPES = {"string": "string", "list": "list(string)", "map": "map(string)"}
_WRAPPING = ["quote-start", "template-start", "template-end", "quote-end"]
_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": r"\\"}


@dataclass(slots=True)
class _Writer:
    """The tokens read up to `at` and what is written of them; `blocks` are the types of the blocks that are open."""

    tokens: Sequence[Token]
    at: int = 0
    written: list[Token] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)

    def copy(self, end: int) -> None:
        """Write the tokens up to `end` as they are."""
        self.written.extend(self.tokens[self.at : end])
        self.at = end


def rewrite_tokens(tokens: Sequence[Token]) -> list[Token]:
    """Return `tokens`, none of them blanks, with all that is to be written otherwise."""
    writer = _Writer(tokens)
    while writer.at < len(tokens):
        token = tokens[writer.at]
        if token.kind == "name":
            _write_item(writer)
            continue
        if token.kind == "}" and writer.blocks:
            writer.blocks.pop()
        writer.copy(writer.at + 1)
    return writer.written


def _write_item(writer: _Writer) -> None:
    """Write an argument, or the header of a block."""
    tokens = writer.tokens
    name = tokens[writer.at].text
    following = _skip_comments(tokens, writer.at + 1)
    if following < len(tokens) and tokens[following].kind == "=":
        writer.copy(_skip_comments(tokens, following + 1))
        end = _find_end(tokens, writer.at)
        value, behind = tokens[writer.at : end], tokens[end : _skip_comments(tokens, end) + 1]
        is_type = name == "type" and writer.blocks == ["variable"]
        writer.written.extend(_rewrite_type(value) if is_type else _unwrap(value, behind))
        writer.at = end
    else:
        _write_header(writer, following)
        writer.blocks.append(name)


def _skip_comments(tokens: Sequence[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].kind == "comment":
        at += 1
    return at


def _find_end(tokens: Sequence[Token], start: int) -> int:
    """Return where the expression that begins at `start` ends, without the comments behind it."""
    depth = 0
    end = start
    for at in range(start, len(tokens)):
        token = tokens[at]
        change = _DEPTHS.get(token.kind, 0)
        if depth == 0 and (change < 0 or _breaks_line(token)):
            break
        depth += change
        if token.kind != "comment":
            end = at + 1
    return end


def _breaks_line(token: Token) -> bool:
    return token.kind == "newline" or (token.kind == "comment" and token.text.endswith("\n"))


def _write_header(writer: _Writer, following: int) -> None:
    """Write a block's type and labels, up to its brace."""
    tokens = writer.tokens
    writer.copy(writer.at + 1)
    while following < len(tokens) and tokens[following].kind in {"name", "quote-start"}:
        writer.at = following
        if tokens[following].kind == "name":
            writer.written.extend(_quote(tokens[following].text))
            writer.at += 1
        else:
            _write_label(writer)
        following = _skip_comments(tokens, writer.at)
    writer.copy(following + 1)


def _write_label(writer: _Writer) -> None:
    tokens, start = writer.tokens, writer.at
    end = start + 1
    while end < len(tokens) and tokens[end - 1].kind != "quote-end":
        end += 1
    label = _decode("".join(token.text for token in tokens[start + 1 : end - 1]))
    if label is None:
        writer.copy(end)
    else:
        writer.written.extend(_quote(unicodedata.normalize("NFC", label)))
        writer.at = end


def _decode(text: str) -> str | None:
    """Return the label that is written as `text` between quotes, or None if it should stay as it is written."""
    if "$" in text or "%" in text:
        return None
    if "\\" not in text:
        return text
    from planner.lang.templates import decode_escapes  # noqa: PLC0415 - hardly any label has escapes

    refused: list[int] = []
    label = decode_escapes(text, lambda *place: refused.extend(place))
    return None if refused else label


def _quote(label: str) -> list[Token]:
    quoted = label if label.isascii() and label.isidentifier() else "".join(map(_escape, label))
    text = [Token("text", quoted)] if quoted else []
    return [Token("quote-start", '"'), *text, Token("quote-end", '"')]


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _rewrite_type(value: Sequence[Token]) -> Sequence[Token]:
    match [token.text for token in value]:
        case [word] if word in _TYPES:
            return tokenize(_TYPES[word])
        case ['"', word, '"'] if word in _QUOTED_TYPES:
            return tokenize(_QUOTED_TYPES[word])
        case _:
            return value


def _unwrap(value: Sequence[Token], behind: Sequence[Token]) -> Sequence[Token]:
    """Return the expression that `value` wraps in quotes and `${ }`, however often.

    `behind` are the comments that follow, and the token after them.
    """
    before: list[Token] = []
    after: list[Token] = []
    while expression := _fit(_find_inner(value), [*after, *behind]):
        start = _skip_comments(expression, 0)
        end = _find_end(expression, start)
        before, value, after = [*before, *expression[:start]], expression[start:end], [*expression[end:], *after]
    return [*before, *value, *after]


def _find_inner(value: Sequence[Token]) -> Sequence[Token]:
    """Return what stands in the one interpolation that `value` is, and nothing if it is none, or more than one."""
    if [token.kind for token in (*value[:2], *value[-2:])] != _WRAPPING or not value[1].text.startswith("$"):
        return ()
    inner = value[2:-2]
    quotes = 0
    for kind, _ in inner:
        quotes += (kind == "quote-start") - (kind == "quote-end")
        if quotes == 0 and kind in {"template-start", "template-end"}:
            return ()
    return inner


def _fit(inner: Sequence[Token], behind: Sequence[Token]) -> Sequence[Token]:
    """Return `inner` as it can stand in place of its quotes, in parentheses if need be, and nothing if it cannot."""
    start, end = 0, len(inner)
    while start < end and inner[start].kind == "newline":
        start += 1
    while start < end and inner[end - 1].kind == "newline":
        end -= 1
    expression = inner[start:end]
    if not expression:
        return ()
    is_one_line = _is_one_line(expression[:-1])
    is_enclosed = (expression[0].kind, expression[-1].kind) == ("(", ")") and is_one_line
    if not is_enclosed and any(token.kind == "newline" for token in expression):
        return () if expression[-1].kind == "heredoc-end" else [Token("(", "("), *expression, Token(")", ")")]
    return expression if is_one_line and _can_end(expression[-1], behind) else ()


def _is_one_line(tokens: Sequence[Token]) -> bool:
    """Tell whether no line ends outside the brackets in `tokens`."""
    depth = 0
    for token in tokens:
        depth += _DEPTHS.get(token.kind, 0)
        if depth == 0 and _breaks_line(token):
            return False
    return True


def _can_end(last: Token, behind: Sequence[Token]) -> bool:
    """Tell whether a value can end in `last`: a heredoc must end its line, a comment not that of a whole block."""
    if last.kind == "heredoc-end":
        return bool(behind) and behind[0].kind == "newline"
    if _breaks_line(last):
        closer = next((token for token in behind if token.kind == "}" or _breaks_line(token)), None)
        return closer is None or closer.kind != "}"
    return True
