"""Made-up configurations that are valid and badly laid out: every construct of the language, with any blanks between.

All choices come from the `Random` that is handed in, so the same one writes the same text.
"""

from collections.abc import Callable, Sequence
from random import Random

__all__ = ["write_messy"]

_NAMES = ("a", "bb", "for", "in", "type", "long_name", "é", "with-dash", "x1", "日本", "list", "null")
_WORDS = (
    "a",
    "b c",
    "#",
    "//",
    "'",
    "{",
    "}",
    "$",
    "$$",
    "%",
    "$${x",
    "%%{y",
    r"\n",
    r"\"",
    r"\\",
    "é",
    "e\u0301",
    "👩‍🚀",
)
_LABELS = ('"a"', "a", '"b c"', "b-c", r'"\u00e9"', r'"\""', '""', "é", '"日本"')
_OPERATORS = ("+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||")
_STEPS = (".b", ". b", " .b", "[0]", "[ 0 ]", " [0]", '["k"]', ".0", "[*]", ".*", "[*].c", "[a]", "[a + 1]", "[-1]")
_BLANKS = ("", "", "", " ", " ", "  ", "\t", " \t  ")
_ENDS = ("\n", "\n", "\n", "  \n", "\n\n")
_COMMENTS = ("/* {} */", "/*# {}*/", "/* {}\n lines */", "/** {} **/")
_COMMENTS_TO_THE_END = ("# {}\n", "#{}\n", "   // {}\n", "//{} # d\n", "#é日本 {}\n")


def write_messy(random: Random, *, comments_in_headers: bool = True) -> str:
    """Return the text of a configuration.

    Each comment has a number of its own, `note 1` and so on; `comments_in_headers` lets some stand between labels.
    """
    text = _Writer(random, comments_in_headers).write_body(3, random.randrange(1, 6))
    end = random.choice(("", "", "", "  ", "\t", "# end", "\n\n\n", "// end  "))
    text += end
    if random.random() < 0.1:
        text = text.replace("\n", "\r\n")
    return text


class _Writer:
    """Writes constructs; a `depth` of 0 lets nothing be nested any more."""

    def __init__(self, random: Random, comments_in_headers: bool) -> None:  # noqa: FBT001 - private
        self._random = random
        self._choose = random.choice
        self._has_comments_in_headers = comments_in_headers
        self._notes = 0

    def write_body(self, depth: int, count: int) -> str:
        return "".join(self._write_item(depth) for _ in range(count))

    def _write_item(self, depth: int) -> str:
        indent = self._choose(("", "", "  ", "\t", "      "))
        kind = self._random.randrange(10 if depth else 7)
        if kind == 0:
            return self._choose(("\n", "\n\n", "  \n", "\t\n\n"))
        if kind == 1:
            return indent + self._note(_COMMENTS_TO_THE_END)
        if kind < 7:
            return indent + self._write_argument(depth)
        return indent + self._write_block(depth)

    def _write_argument(self, depth: int) -> str:
        name, gap = self._make_name(), self._blank
        if self._random.random() < 0.1:
            return f"{name}{gap()}={gap()}{self._write_heredoc(depth)}\n"
        return f"{name}{gap()}={gap()}{self._write_expression(depth)}{self._end_line()}"

    def _write_block(self, depth: int) -> str:
        kind = self._choose(("variable", "cluster", "spec", "a"))
        between = self._space if self._has_comments_in_headers else lambda: " "
        labels = "".join(between() + self._choose(_LABELS) for _ in range(self._random.randrange(3)))
        header = f"{kind}{labels}{self._blank()}{{"
        form = self._random.randrange(5)
        if form == 0:
            return f"{header}{self._blank()}}}{self._end_line()}"
        if form == 1:
            value = self._write_expression(depth - 1)
            return f"{header}{self._blank()}{self._make_name()} = {value}{self._blank()}}}{self._end_line()}"
        body = self.write_body(depth - 1, self._random.randrange(5))
        if self._random.random() < 0.2:
            body += self._choose(("type", "a")) + self._choose(("=", " = ")) + self._write_type() + self._end_line()
        return f"{header}{self._end_line()}{body}{self._blank()}}}{self._end_line()}"

    def _write_type(self) -> str:
        return self._choose(
            ("list", '"list"', "map", '"map"', "set", '"string"', '"any"', "string", "list (string)", "object({a=any})")
        )

    def _write_expression(self, depth: int) -> str:
        """Write an expression on what is one line but for its brackets."""
        if depth <= 0:
            return self._write_operand(depth)
        forms: Sequence[Callable[[int], str]] = (
            self._write_operand,
            self._write_operand,
            self._write_operand,
            self._write_unary,
            self._write_binary,
            self._write_conditional,
        )
        return self._choose(forms)(depth)

    def _write_unary(self, depth: int) -> str:
        return self._choose(("-", "!", "--", "!!", "-!")) + self._blank() + self._write_operand(depth - 1)

    def _write_binary(self, depth: int) -> str:
        operator = self._space() + self._choose(_OPERATORS) + self._space()
        return self._write_expression(depth - 1) + operator + self._write_expression(depth - 1)

    def _write_conditional(self, depth: int) -> str:
        parts = [self._write_expression(depth - 1) for _ in range(3)]
        question, colon = (self._blank() + sign + self._space() for sign in "?:")
        return f"{parts[0]}{question}{parts[1]}{colon}{parts[2]}"

    def _write_operand(self, depth: int) -> str:
        simple: Sequence[Callable[[int], str]] = (self._write_literal, self._write_traversal, self._write_quoted)
        nested: Sequence[Callable[[int], str]] = (
            self._write_quoted,
            self._write_wrapped,
            self._write_parentheses,
            self._write_tuple,
            self._write_object,
            self._write_call,
            self._write_for,
        )
        return self._choose((*simple, *nested) if depth > 0 else simple)(depth)

    def _write_literal(self, depth: int) -> str:  # noqa: ARG002 - as all its likes
        return self._choose(("1", "0.5", "12e3", "1.5E-7", "true", "false", "null"))

    def _write_traversal(self, depth: int) -> str:
        path = "".join(self._choose(_STEPS) for _ in range(self._random.randrange(3)))
        if depth > 0 and self._random.random() < 0.2:
            path += f"[{self._gap()}{self._write_expression(depth - 1)}{self._gap()}]"
        return self._choose(("a", "var.x", "each . key", "é")) + path

    def _write_quoted(self, depth: int) -> str:
        return f'"{self._write_parts(depth, _WORDS)}"'

    def _write_parts(self, depth: int, words: Sequence[str]) -> str:
        return "".join(
            self._write_sequence(depth - 1) if depth > 0 and self._random.random() < 0.4 else self._choose(words)
            for _ in range(self._random.randrange(4))
        )

    def _write_sequence(self, depth: int) -> str:
        gap = self._gap
        start, end = self._choose(("", "", "", "~")), self._choose(("}", "}", "}", " ~}"))
        if self._random.random() < 0.7:
            return f"${{{start}{gap()}{self._write_expression(depth)}{gap()}{end}"
        inner = self._write_parts(depth, ("a", " "))
        if self._random.random() < 0.5:
            return f"%{{{start} if{self._space()}{self._write_expression(depth)}{end}{inner}%{{ else{end}b%{{endif}}"
        loop = f"for{self._space()}a,{gap()}b in{self._space()}{self._write_operand(depth)}"
        return f"%{{{start} {loop}{end}{inner}%{{endfor}}"

    def _write_wrapped(self, depth: int) -> str:
        """Write an expression that needs no quotes, in quotes."""
        start, end = self._choose(("", "", "~")), self._choose(("}", "}", " ~}"))
        return f'"${{{start}{self._gap()}{self._write_expression(depth - 1)}{self._gap()}{end}"'

    def _write_heredoc(self, depth: int) -> str:
        mark, marker = self._choose(("<<", "<<-")), self._choose(("EOT", "E", "É-1"))
        words = ("a ", "  ", "\n", "\n", "\n  b\n", "$", "%", "# c", '"', "\\", "EOT", "é", "$${x}", "{", "}")
        text = self._write_parts(depth, words) + self._write_parts(depth, words)
        return f"{mark}{marker}\n{text}\n{self._choose(('', '  ', '    '))}{marker}{self._choose(('', '', ' '))}"

    def _write_parentheses(self, depth: int) -> str:
        return f"({self._gap()}{self._write_loose(depth)}{self._gap()})"

    def _write_loose(self, depth: int) -> str:
        """Write an expression that may go on in the next line wherever it likes: something is open around it."""
        if self._random.random() < 0.3:
            operator = self._space() + self._gap() + self._choose(_OPERATORS) + self._space() + self._gap()
            return self._write_expression(depth - 1) + operator + self._write_expression(depth - 1)
        return self._write_expression(depth - 1)

    def _write_tuple(self, depth: int) -> str:
        return f"[{self._gap()}{self._write_list(depth, self._random.randrange(4))}{self._gap()}]"

    def _write_list(self, depth: int, count: int) -> str:
        items = [self._write_loose(depth) for _ in range(count)]
        comma = self._choose(("", "", ",")) if items else ""
        return f"{self._gap()},{self._gap()}".join(items) + comma

    def _write_object(self, depth: int) -> str:
        gap, count = self._blank, self._random.randrange(4)
        members = [
            f"{self._write_key(depth)}{gap()}{self._choose('==:')}{self._space()}{self._write_expression(depth - 1)}"
            for _ in range(count)
        ]
        if count and self._random.random() < 0.6:
            ends = [self._choose(("", ",", " ,")) + self._end_line() for _ in members]
            lines = (f"{gap()}{member}{end}" for member, end in zip(members, ends, strict=True))
            return f"{{{self._end_line()}{''.join(lines)}{gap()}}}"
        return f"{{{gap()}{f'{gap()},{gap()}'.join(members)}{gap()}}}"

    def _write_key(self, depth: int) -> str:
        return self._choose((self._make_name(), '"k"', "1", "null", f"({self._gap()}{self._write_loose(depth)})"))

    def _write_call(self, depth: int) -> str:
        name = self._choose(("max", "upper", "provider::core::f", "f"))
        arguments = self._write_list(depth, self._random.randrange(1, 4)).removesuffix(",")
        return f"{name}{self._blank()}({self._gap()}{arguments}{self._choose(('', '', '...', ','))}{self._gap()})"

    def _write_for(self, depth: int) -> str:
        gap, space = self._gap, self._space
        names = self._choose(("k", f"k{gap()},{gap()}v"))
        head = f"for{space()}{names}{space()}in{space()}{self._write_operand(depth - 1)}{gap()}:{space()}"
        tail = f"{space()}if{space()}{self._write_expression(depth - 1)}" if self._random.random() < 0.3 else ""
        result = self._write_loose(depth)
        if self._random.random() < 0.5:
            return f"[{gap()}{head}{gap()}{result}{gap()}{tail}{gap()}]"
        group = self._choose(("", "", "..."))
        return f"{{{gap()}{head}{gap()}k{gap()}=>{gap()}{result}{group}{gap()}{tail}{gap()}}}"

    def _make_name(self) -> str:
        return self._choose(_NAMES) + self._choose(("", "_", "_x", str(self._random.randrange(1000))))

    def _note(self, forms: Sequence[str]) -> str:
        self._notes += 1
        return self._choose(forms).format(f"note {self._notes}")

    def _blank(self) -> str:
        """Return what may stand where a line must not end."""
        blank = self._choose(_BLANKS)
        return blank if self._random.random() < 0.8 else blank + self._note(_COMMENTS) + self._choose(_BLANKS)

    def _space(self) -> str:
        """Return the same between two words."""
        return " " + self._blank()

    def _gap(self) -> str:
        """Return what may stand where a line may end, because something is open around it."""
        return self._blank() + ("" if self._random.random() < 0.6 else self._end_line() + self._choose(_BLANKS))

    def _end_line(self) -> str:
        return self._choose(_ENDS) if self._random.random() < 0.7 else self._blank() + self._note(_COMMENTS_TO_THE_END)
