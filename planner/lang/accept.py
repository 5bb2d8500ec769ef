"""Acceptance: whether a text is surely valid, told by its tokens, and far sooner than by parsing it.

Says yes only to what the parser takes without a word. What is rare or hard to judge it does not know: directives,
`::`, numbers behind dots, keywords as names, deep nesting, and all that is wrong. Then the parser is to be asked.
"""

import re
from collections.abc import Sequence

from planner.lang.scan import measure_name
from planner.lang.tokens import Token

__all__ = ["is_surely_valid"]

_DEEPEST = 40
"""Well below what the parser takes, which counts in another way."""
_KEYWORDS = frozenset({"else", "endfor", "endif", "for", "if", "in"})
_CONSTANTS = frozenset({"false", "null", "true"})
_NUMBER = re.compile(r"[0-9]{1,40}(?:\.[0-9]{1,40})?(?:[eE][+-]?[0-9]{1,2})?")
_PLAIN = re.compile(r'(?:[^\\\r\n]|\\[nrt"\\])*')

_LABEL = re.compile(r"[^$%\\\r\n]*")


class _UnsureError(Exception):
    """Something stands here that is not known to be valid."""


def is_surely_valid(tokens: Sequence[Token]) -> bool:
    """Tell whether the parser surely takes the text that `tokens` are; they may be without blanks."""
    try:
        meaning = [_read_comment(token) if token.kind == "comment" else token for token in tokens]
        if not all(_is_plain_name(token) for token in tokens if token.kind in {"name", "heredoc"}):
            return False
        judge = _Judge([token for token in meaning if token.kind != "blanks"])
        judge.judge_body(0)
    except _UnsureError:
        return False
    return judge.is_at_end


def _is_plain_name(token: Token) -> bool:
    """Tell whether `token`, a name or what starts a heredoc, has no letters that may be none for the parser."""
    return token.text.isascii() or (token.kind == "name" and measure_name(token.text) == len(token.text))


def _read_comment(comment: Token) -> Token:
    """Return what a comment means: a newline, or no more than a blank."""
    if comment.text.startswith("/*"):
        if not comment.text[2:].endswith("*/"):
            raise _UnsureError
    elif comment.text.endswith("\n"):
        return Token("newline", "\n")
    return Token("blanks", "")


class _Judge:
    """Goes through tokens: each method moves on behind what it is named for, or gives up.

    Those for expressions return how deep these are at most. `loose` says that newlines mean nothing, because a
    bracket is open.
    """

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._kinds = [*(token.kind for token in tokens), "newline", "end"]
        self._texts = [*(token.text for token in tokens), "", ""]
        self._at = 0
        self._nested = 0

    @property
    def is_at_end(self) -> bool:
        """Tell whether nothing is left."""
        return self._kinds[self._at] == "end"

    def judge_body(self, depth: int) -> None:
        """Judge arguments and blocks, up to what is neither."""
        if depth > _DEEPEST:
            raise _UnsureError
        names: set[str] = set()
        self._skip_newlines()
        while self._kinds[self._at] == "name":
            self._judge_item(names, depth)
            self._take("newline")
            self._skip_newlines()

    def _judge_item(self, names: set[str], depth: int) -> None:
        name = self._judge_name()
        if self._kinds[self._at] == "=":
            self._judge_argument(name, names, depth)
            return
        while self._kinds[self._at] != "{":
            self._judge_label()
        self._at += 1
        if self._kinds[self._at] == "newline":
            self.judge_body(depth + 1)
        elif self._kinds[self._at] == "name":
            self._judge_argument(self._judge_name(), set(), depth + 1)
        self._take("}")

    def _judge_argument(self, name: str, names: set[str], depth: int) -> None:
        """Judge the rest of the argument `name`, which must be none of the `names` before it."""
        self._take("=")
        if name in names or self._judge_expression(loose=False) + depth > _DEEPEST:
            raise _UnsureError
        names.add(name)

    def _judge_label(self) -> None:
        if self._kinds[self._at] == "name":
            self._at += 1
            return
        self._take("quote-start")
        if self._kinds[self._at] == "text" and _LABEL.fullmatch(self._texts[self._at]):
            self._at += 1
        self._take("quote-end")

    def _judge_name(self) -> str:
        name = self._texts[self._at]
        self._take("name")
        if name in _KEYWORDS or name in _CONSTANTS:
            raise _UnsureError
        return name

    def _judge_expression(self, *, loose: bool) -> int:
        self._nested += 1
        if self._nested > _DEEPEST:
            raise _UnsureError
        depth = self._judge_operation(loose=loose)
        self._nested -= 1
        return depth

    def _judge_operation(self, *, loose: bool) -> int:
        depth = self._judge_operand(loose=loose)
        while self._peek(loose=loose) in {"operator", "-"}:
            self._at += 1
            depth = max(depth, self._judge_operand(loose=loose)) + 1
        if self._peek(loose=loose) == "?":
            self._at += 1
            depth = max(depth, self._judge_expression(loose=loose))
            self._close(":", loose=loose)
            depth = max(depth, self._judge_expression(loose=loose)) + 1
        return depth

    def _judge_operand(self, *, loose: bool) -> int:
        depth = 1
        while self._peek(loose=loose) in {"-", "!"}:
            self._at += 1
            depth += 1
        kind, text = self._kinds[self._at], self._texts[self._at]
        self._at += 1
        match kind:
            case "number" if _NUMBER.fullmatch(text):
                return depth
            case "name" if text in _CONSTANTS:
                return depth
            case "name" if text not in _KEYWORDS:
                if self._kinds[self._at] == "(":
                    self._at += 1
                    depth += self._judge_items(")")
                return depth + self._judge_steps()
            case "quote-start":
                return depth + self._judge_texts("quote-end")
            case "heredoc-start":
                return depth + self._judge_texts("heredoc-end")
            case "(":
                depth += self._judge_expression(loose=True)
                self._close(")")
                return depth + self._judge_steps()
            case "[":
                return depth + self._judge_tuple() + self._judge_steps()
            case "{":
                return depth + self._judge_object() + self._judge_steps()
            case _:
                raise _UnsureError

    def _judge_steps(self) -> int:
        """Judge the names and indexes behind an operand."""
        depth = 0
        while (kind := self._kinds[self._at]) in {".", "["}:
            self._at += 1
            depth += 1
            if kind == ".":
                self._judge_name()
            elif self._texts[self._at] == "*":
                self._at += 1
                self._take("]")
            else:
                depth += self._judge_expression(loose=True)
                self._close("]")
        return depth

    def _judge_tuple(self) -> int:
        if self._peek(loose=True) == "name" and self._texts[self._at] == "for":
            depth = self._judge_for()
            return self._judge_condition(depth, "]")
        return self._judge_items("]")

    def _judge_object(self) -> int:
        at = self._at
        if self._peek(loose=True) == "name" and self._texts[self._at] == "for":
            depth = self._judge_for()
            self._close("sign", "=>")
            depth = max(depth, self._judge_expression(loose=True) + 1)
            if self._peek(loose=True) == "...":
                self._at += 1
            return self._judge_condition(depth, "}")
        self._at = at
        return self._judge_members()

    def _judge_for(self) -> int:
        """Judge a `for`, at its word, up to where its result or its key ends."""
        self._at += 1
        self._judge_loose_name()
        if self._peek(loose=True) == ",":
            self._at += 1
            self._judge_loose_name()
        self._close("name", "in")
        depth = self._judge_expression(loose=True)
        self._close(":")
        return max(depth, self._judge_expression(loose=True)) + 1

    def _judge_loose_name(self) -> None:
        self._peek(loose=True)
        self._judge_name()

    def _judge_condition(self, depth: int, closer: str) -> int:
        """Judge the end of a `for`, so `depth` deep until now."""
        if self._peek(loose=True) == "name" and self._texts[self._at] == "if":
            self._at += 1
            depth = max(depth, self._judge_expression(loose=True) + 1)
        self._close(closer)
        return depth

    def _judge_items(self, closer: str) -> int:
        """Judge what stands in a tuple or a call."""
        depth = 0
        while self._peek(loose=True) != closer:
            depth = max(depth, self._judge_expression(loose=True))
            if closer == ")" and self._peek(loose=True) == "...":
                self._at += 1
                break
            if self._peek(loose=True) != ",":
                break
            self._at += 1
        self._close(closer)
        return depth + 1

    def _judge_members(self) -> int:
        depth = 0
        self._skip_newlines()
        while self._kinds[self._at] != "}":
            depth = max(depth, self._judge_key())
            if self._kinds[self._at] not in {"=", ":"}:
                raise _UnsureError
            self._at += 1
            depth = max(depth, self._judge_expression(loose=False))
            if self._kinds[self._at] not in {",", "newline"}:
                break
            self._at += 1
            self._skip_newlines()
        self._take("}")
        return depth + 1

    def _judge_key(self) -> int:
        kind = self._kinds[self._at]
        if kind == "name":
            self._judge_name()
            return 1
        self._at += 1
        if kind == "quote-start":
            return self._judge_texts("quote-end")
        if kind != "(":
            raise _UnsureError
        depth = self._judge_expression(loose=True)
        self._close(")")
        return depth + 1

    def _judge_texts(self, closer: str) -> int:
        """Judge literal text and interpolations; over lines these may only go between quotes."""
        start, depth = self._at, 0
        is_quoted = closer == "quote-end"
        while (kind := self._kinds[self._at]) != closer:
            text = self._texts[self._at]
            self._at += 1
            if kind == "template-start" and text.startswith("$"):
                depth = max(depth, self._judge_expression(loose=True))
                self._close("template-end")
            elif kind != "text" or (is_quoted and not _PLAIN.fullmatch(text)):
                raise _UnsureError
        if not is_quoted and "newline" in self._kinds[start : self._at]:
            raise _UnsureError
        self._at += 1
        return depth + 1

    def _skip_newlines(self) -> None:
        while self._kinds[self._at] == "newline":
            self._at += 1

    def _peek(self, *, loose: bool) -> str:
        """Return the kind of the next token that means something."""
        if loose:
            self._skip_newlines()
        return self._kinds[self._at]

    def _close(self, kind: str, text: str | None = None, *, loose: bool = True) -> None:
        """Move on behind a token of `kind`, after newlines if they mean nothing."""
        self._peek(loose=loose)
        if text is not None and self._texts[self._at] != text:
            raise _UnsureError
        self._take(kind)

    def _take(self, kind: str) -> None:
        if self._kinds[self._at] != kind:
            raise _UnsureError
        self._at += 1
