"""What HCL refuses: what is said, where it points, and that the rest of the file is still read."""

from collections.abc import Callable
from typing import Any

import pytest

from planner.lang.layout import DEPTH_LIMIT
from planner.lang.number import Number
from planner.lang.parse import MISTAKE_LIMIT, SIZE_LIMIT, parse_expression, parse_hcl, parse_template
from planner.model.spans import Source

MISTAKES = [
    # Bodies.
    ("b {\n a = 1\n", "Unclosed configuration block", "{"),
    ("a = 1 b = 2\n", "Missing newline after argument", "b"),
    ("x == 1\n", "Argument or block definition required", "x"),
    ("= 1\n", "Argument or block definition required", "="),
    ("x\n", "Argument or block definition required", "x"),
    ('"x" = 1\n', "Invalid argument name", '"'),
    ("x = 1\n}\n", "Argument or block definition required", "}"),
    ("b {} c = 1\n", "Missing newline after block definition", "c"),
    ("b {\n}}\n", "Missing newline after block definition", "}"),
    ("b {\n a = 1 }\n", "Missing newline after argument", "}"),
    ("b\n{\n}\n", "Argument or block definition required", "b"),
    ('b "a" = 1\n', "Invalid block definition", "="),
    ("b a.b {\n}\n", "Invalid block definition", "."),
    ("b { c {} }\n", "Argument definition required", "{"),
    ("b { a = 1, c = 2 }\n", "Invalid single-argument block definition", ","),
    ("b { a = 1\n}\n", "Invalid single-argument block definition", "\n"),
    ('b "a${c}" {}\n', "Invalid string literal", '"a${c}"'),
    ("a = 1\nb = 2\na = 3\n", "Attribute redefined", "a"),
    # Expressions.
    ("x =\n", "Invalid expression", "\n"),
    ("x = 1 +\n", "Invalid expression", "\n"),
    ("x = 1 +* 2\n", "Invalid expression", "*"),
    ("x = && a\n", "Invalid expression", "&&"),
    ("x = 1\n+ 2\n", "Argument or block definition required", "+"),
    ("x = a\n? b : c\n", "Argument or block definition required", "?"),
    ("x = a ? b\n", "Missing false expression in conditional", "\n"),
    ("x = a.\n", "Invalid attribute name", "\n"),
    ("x = 5.\n", "Invalid attribute name", "\n"),
    ("x = a.0.1\n", "Invalid legacy index syntax", "0.1"),
    ("x = a.*.b.*.c\n", "Nested splat expression not allowed", ".*"),
    ("x = a[1, 2]\n", "Missing close bracket on index", ","),
    ("x = a[\n", "Missing close bracket on index", "["),
    ("x = [1 2]\n", "Missing item separator", "2"),
    ("x = [1\n", "Unterminated tuple constructor expression", "["),
    ("x = (1 2)\n", "Unbalanced parentheses", "2"),
    ("x = (1\n", "Unbalanced parentheses", "("),
    ("x = f(a b)\n", "Missing argument separator", "b"),
    ("x = f(a..., b)\n", "Missing closing parenthesis", ","),
    ("x = f(a\n", "Unterminated function call", "("),
    ("x = a::b\n", "Missing open parenthesis", "\n"),
    ("x = {a = 1 b = 2}\n", "Missing attribute separator", "b"),
    ("x = {a = 1\n, b = 2}\n", "Invalid expression", ","),
    ("x = {a}\n", "Missing key/value separator", "}"),
    ("x = {a\n= 1}\n", "Missing attribute value", "\n"),
    ("x = {a = 1\n", "Unterminated object constructor expression", "{"),
    ("x = {for = 1}\n", "Invalid 'for' expression", "="),
    ("x = {for a in b : a}\n", "Invalid 'for' expression", "}"),
    ("x = [for a in b : a...]\n", "Invalid 'for' expression", "..."),
    ("x = 1.2.3\n", "Invalid number literal", "1.2.3"),
    ("x = 1e99999999999999999999\n", "Invalid number literal", "1e99999999999999999999"),
    # Characters.
    ("x = 'a'\n", "Invalid character", "'"),
    ("x = `a`\n", "Invalid character", "`"),
    ("x = a; y = b\n", "Invalid character", ";"),
    ("x = @\n", "Invalid character", "@"),
    ("x = ${a}\n", "Invalid character", "$"),
    ("x = \0\n", "Invalid character", "\0"),
    ("x = 1\ry = 2\r", "Invalid character", "\r"),
    ("x = a & b\n", "Unsupported operator", "&"),
    ("x = ~a\n", "Unsupported operator", "~"),
    # Strings and templates.
    ('x = "abc\n', "Invalid multi-line string", '"abc'),
    ('x = "a\nb"\n', "Invalid multi-line string", '"a'),
    (r'x = "a\q"' + "\n", "Invalid escape sequence", r"\q"),
    (r'x = "\ud800"' + "\n", "Invalid escape sequence", r"\ud800"),
    (r'x = "\u12"' + "\n", "Invalid escape sequence", r"\u12"),
    ('x = "${a"\n', "Unclosed template interpolation sequence", "${"),
    ('x = "${a b}"\n', "Extra characters after interpolation expression", "b"),
    ('x = "${}"\n', "Invalid expression", "}"),
    ('x = "%{ foo }"\n', "Invalid template control keyword", "foo"),
    ('x = "%{}"\n', "Invalid template directive", "}"),
    ('x = "%{ fora in b }c%{ endfor }"\n', "Invalid template control keyword", "fora"),
    ('x = "%{ if a }b"\n', "Unexpected end of template", "%{ if a }"),
    ('x = "%{ endif }"\n', "Unexpected endif directive", "%{ endif }"),
    ('x = "%{ if a }b%{ endfor }"\n', "Unexpected endfor directive", "%{ endfor }"),
    ('x = "%{ if a }%{ else }%{ else }%{ endif }"\n', "Unexpected else directive", "%{ else }"),
    ("x = <<EOT\na\n", "Unterminated template string", "<<EOT\n"),
    ("x = <<EOT\na\nEOT", "Unterminated template string", "<<EOT\n"),
    ("x = <<EOT\n${a b}\nEOT\n", "Extra characters after interpolation expression", "b"),
]


@pytest.mark.parametrize(("text", "summary", "marked"), MISTAKES)
def test_mistake_is_named_as_terraform_names_it(
    text: str, summary: str, marked: str, read_body: Callable[[str], Any]
) -> None:
    _, (first, *others) = read_body(text)
    assert others == []
    assert first.summary == summary
    assert text[first.span.start : first.span.end].strip(" ") == marked
    assert first.detail.endswith((".", "?"))
    assert not first.summary.endswith(".")


def test_second_definition_names_the_place_of_the_first(read_body: Callable[[str], Any]) -> None:
    body, (mistake,) = read_body("b {\n  a = 1\n  a = 2\n}\n")
    assert "main.hcl:2,3" in mistake.detail
    assert len(body.blocks[0].body.attributes) == 1


def test_reading_goes_on_after_a_mistake(read_body: Callable[[str], Any], show: Callable[[Any], str]) -> None:
    body, mistakes = read_body('a = 1\nb "x" {\n  c = = 2\n}\nd = 3\ne {\n  f = (4\n}\ng {\n  h = 5\n}\n')
    assert [mistake.summary for mistake in mistakes] == ["Invalid expression", "Unbalanced parentheses"]
    assert show(body) == "{a=1; d=3; g{h=5}}"


def test_mistakes_come_in_the_order_of_the_text(read_body: Callable[[str], Any]) -> None:
    _, mistakes = read_body('a = "\\q"\nb = = 1\nc = "\\z"\n')
    assert [mistake.span.start for mistake in mistakes] == [5, 13, 22]


def test_one_file_reports_so_many_syntax_errors_and_no_more(read_body: Callable[[str], Any]) -> None:
    _, mistakes = read_body("a = = 1\n" * 1000)
    assert len(mistakes) == MISTAKE_LIMIT


TOO_DEEP = {
    "brackets": "[" * 100_000,
    "parentheses": "(" * 100_000 + "1" + ")" * 100_000,
    "interpolations": '"${' * 5_000 + "1" + '}"' * 5_000,
    "signs": "-" * 5_000 + "1",
    "conditionals": "a ? b : " * 1_000 + "c",
    "conditionals in the middle": "a ? " * 1_000 + "b" + " : c" * 1_000,
    "splats": "a" + "[*]" * 1_000,
    "directives": '"' + "%{ if a }" * 1_000 + "%{ endif }" * 1_000 + '"',
}


@pytest.mark.parametrize("text", TOO_DEEP.values(), ids=TOO_DEEP)
def test_nesting_beyond_the_limit_is_refused(text: str) -> None:
    _, (mistake,) = parse_expression(Source("x", text))
    assert mistake.code == "nesting-too-deep"
    body, (same,) = parse_hcl(Source("x", f"a = 1\nx = {text}\nb = 2\n"))
    assert same.code == "nesting-too-deep"
    names = [attribute.name for attribute in body.attributes]
    assert (names[0], names[-1]) == ("a", "b")


def test_nesting_up_to_the_limit_is_read(read_expression: Callable[[str], Any]) -> None:
    depth = DEPTH_LIMIT - 1
    node = read_expression("[" * depth + "1" + "]" * depth)
    for _ in range(depth):
        (node,) = node.items
    assert node.value == Number(1)


def test_blocks_nest_no_deeper_than_the_limit(read_body: Callable[[str], Any]) -> None:
    _, mistakes = read_body("b {\n" * 200 + "}\n" * 200)
    assert mistakes[0].code == "nesting-too-deep"


def test_file_beyond_the_limit_is_refused() -> None:
    text = " " * (SIZE_LIMIT + 1)
    assert parse_hcl(Source("x", text))[1][0].code == "file-too-large"
    assert parse_expression(Source("x", text))[1][0].code == "file-too-large"


@pytest.mark.parametrize(
    ("text", "summary"), [("", "Missing expression"), ("1 2", "Extra characters after expression")]
)
def test_expression_must_be_one_and_whole(text: str, summary: str) -> None:
    expression, (mistake,) = parse_expression(Source("x", text))
    assert expression is None
    assert mistake.summary == summary


def test_template_without_quotes_takes_quotes_and_backslashes_as_they_are(show: Callable[[Any], str]) -> None:
    expression, diagnostics = parse_template(Source("x", 'say "${a}" \\n\n# no comment'))
    assert diagnostics == ()
    assert show(expression) == "(template 'say \"' a '\" \\\\n\\n# no comment')"
