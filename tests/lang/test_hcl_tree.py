"""What HCL means: texts and the trees that Terraform reads from them."""

from collections.abc import Callable
from typing import Any

import pytest

from planner.lang.number import format_number

EXPRESSIONS = [
    # Literals.
    ("12345678901234567890123.5", "12345678901234567890123.5"),
    ("1.5e3", "1500"),
    ("007", "7"),
    ("true", "true"),
    ("null", "null"),
    ("truex", "truex"),
    ('"a\\n\\t\\"\\\\\\u00e9\\U0001F600"', repr('a\n\t"\\é😀')),
    ('"e\\u0301"', repr("é")),
    ('""', "''"),
    # Names.
    ("π_x", "π_x"),
    ("iffy", "iffy"),
    ("if", "if"),
    ("a.if.null", "(. (. a if) null)"),
    # Operators: precedence, associativity, and the forms that look alike.
    ("1 + 2 * 3", "(+ 1 (* 2 3))"),
    ("1 - 2 - 3", "(- (- 1 2) 3)"),
    ("a || b && c == d < e + f * -g", "(|| a (&& b (== c (< d (+ e (* f (- g)))))))"),
    ("10-33", "(- 10 33)"),
    ("a -10", "(- a 10)"),
    ("a-b", "a-b"),
    ("5 -1.5", "(- 5 1.5)"),
    ("--1", "(- (- 1))"),
    ("!!a", "(! (! a))"),
    ("-a.b", "(- (. a b))"),
    ("1 /* x */ + 2", "(+ 1 2)"),
    ("(1\n+ 2)", "(paren (+ 1 2))"),
    ("(3\n- 2)", "(paren (- 3 2))"),
    ("a ? b : c ? d : e", "(? a b (? c d e))"),
    ("a ? b ? c : d : e", "(? a (? b c d) e)"),
    # Traversals.
    ("a.b[0].c", "(. (@ (. a b) 0) c)"),
    ("a.0.b", "(. (@ a 0) b)"),
    ('a["b"]', "(@ a 'b')"),
    ("(a\n.b)", "(paren (. a b))"),
    ("f(x)[0].y", "(. (@ (call f x) 0) y)"),
    ('"a".b', "(. 'a' b)"),
    ("a.*.b[0]", "(@ (splat a (. * b)) 0)"),
    ("a.*.b.0.c", "(splat a (. (@ (. * b) 0) c))"),
    ("a[*].b[0]", "(splat a (@ (. * b) 0))"),
    ("a[ * ].b", "(splat a (. * b))"),
    ("a[*].b[*].c", "(splat a (splat (. * b) (. * c)))"),
    ("a.*.b[*].c", "(splat (splat a (. * b)) (. * c))"),
    ("a[*].b.*.c", "(splat a (splat (. * b) (. * c)))"),
    ("a[*]", "(splat a *)"),
    # Calls.
    ("f()", "(call f)"),
    ("f(a, b,)", "(call f a b)"),
    ("f(\na\n,\nb\n)", "(call f a b)"),
    ("f(a, b...)", "(call f... a b)"),
    ("core::max(1, 2)", "(call core::max 1 2)"),
    ("a::b::c()", "(call a::b::c)"),
    # Collections.
    ("[]", "(tuple)"),
    ("[1,\n 2,\n]", "(tuple 1 2)"),
    ("[\n 1\n - 2\n]", "(tuple (- 1 2))"),
    ("{}", "(object)"),
    ('{a = 1, "b" : 2, (c) = 3,}', "(object 'a'=1 'b'=2 (paren c)=3)"),
    ("{\n\n a = 1\n\n b = 2, # c\n c = 3\n}", "(object 'a'=1 'b'=2 'c'=3)"),
    ("{ in = 1, null = 2, a = 3, for = 4 }", "(object 'in'=1 'null'=2 'a'=3 'for'=4)"),
    ('{"${a}" = 1}', "(object (template a)=1)"),
    ("{a.b = 1}", "(object (. a b)=1)"),
    ("{1 = 2}", "(object 1=2)"),
    ("[for x in xs : x]", "(for None x xs - x -)"),
    ("[for k, v in xs : k if v]", "(for k v xs - k v)"),
    ("{for k, v in xs : k => v...}", "(for k v xs k v - ...)"),
    ("{\nfor k,\n v in xs :\n k\n => v\n if\n v\n}", "(for k v xs k v v)"),
    ("[for in in in : in]", "(for None in in - in -)"),
    # Templates.
    ('"${a}"', "(template a)"),
    ('"a${b}c"', "(template 'a' b 'c')"),
    ('"$${a}"', repr("${a}")),
    ('"$${foo"', repr("${foo")),
    ('"%%{ if"', repr("%{ if")),
    ('"$${foo ${a} }"', "(template '${foo ' a ' }')"),
    ('"$$${a}"', repr("$${a}")),
    ('"$ % $$ %% $a %a"', repr("$ % $$ %% $a %a")),
    ('"a /* b */ # c // d"', repr("a /* b */ # c // d")),
    ('"a  ${~ b ~}\\n  c"', "(template 'a' b 'c')"),
    ('"${\n a\n}"', "(template a)"),
    ('"${ /* c */ a }"', "(template a)"),
    ('"${"a${"b"}"}"', "(template (template 'a' 'b'))"),
    ('"${ {a = 1}["a"] }"', "(template (@ (object 'a'=1) 'a'))"),
    ('"%{ if a == "b" }c%{ else }d%{ endif }e"', "(template (%if (== a 'b') (then 'c') (else 'd')) 'e')"),
    ('"%{ for k, v in a ~} ${k} %{~ endfor }"', "(template (%for k v a (do k)))"),
    ('"%{ if a }%{ for v in b }c%{ endfor }%{ endif }"', "(template (%if a (then (%for None v b (do 'c'))) (else)))"),
]


@pytest.mark.parametrize(("text", "tree"), EXPRESSIONS)
def test_expression_is_read_as_terraform_reads_it(
    text: str, tree: str, show: Callable[..., str], read_expression: Callable[[str], Any]
) -> None:
    assert show(read_expression(text)) == tree


HEREDOCS = [
    ("x = <<EOT\nEOT\n", repr("")),
    ("x = <<EOT\na\n  b\nEOT\n", repr("a\n  b\n")),
    ("x = <<EOT\na\n  EOT\n", repr("a\n")),
    ("x = <<EOT\na\nEOT  \ny = 1\n", repr("a\n")),
    ("x = <<EOT\na EOT\nEOT\n", repr("a EOT\n")),
    ("x = <<_É-1\na\n_É-1\n", repr("a\n")),
    ("x = <<EOT\r\na\r\n  b\r\nEOT\r\n", repr("a\r\n  b\r\n")),
    ('x = <<EOT\n"q" \\n $ $${a} %%{b}\nEOT\n', repr('"q" \\n $ ${a} %{b}\n')),
    ("x = <<EOT\na ${b} c\nEOT\n", "(template 'a ' b ' c\\n')"),
    ("x = <<EOT\n${<<IN\na\nIN\n}\nEOT\n", "(template 'a\\n' '\\n')"),
    ("x = [<<EOT\na\nEOT\n, 1]\n", "(tuple 'a\\n' 1)"),
    # Indentation, each value as Terraform 1.11 gives it.
    ("x = <<-EOT\n    a\n\n      b\n    EOT\n", repr("a\n\n  b\n")),
    ("x = <<-EOT\n\ta\n\t\tb\n\tEOT\n", repr("a\n\tb\n")),
    ("x = <<-EOT\n    a\n   \n  b\n      \n  EOT\n", repr("  a\n   \nb\n      \n")),
    ("x = <<-EOT\n  ${a}\n    z\n  EOT\n", "(template a '\\n  z\\n')"),
    ("x = <<-EOT\n    a ${~ b ~}\n    c\n  \t d\n  EOT\n", "(template 'a' b '    c\\nd\\n')"),
    (
        "x = <<-EOT\n    %{ if a }\n    b\n    %{ endif }\n    c\n  EOT\n",
        "(template (%if a (then '\\nb\\n') (else)) '\\nc\\n')",
    ),
    (
        "x = <<-EOT\n    %{ if a ~}\n    b\n    %{~ endif }\n    c\n  EOT\n",
        "(template '    ' (%if a (then '    b\\n') (else)) '\\n    c\\n')",
    ),
]


@pytest.mark.parametrize(("text", "tree"), HEREDOCS)
def test_heredoc_is_read_as_terraform_reads_it(
    text: str, tree: str, show: Callable[..., str], read_body: Callable[[str], Any]
) -> None:
    body, diagnostics = read_body(text)
    assert diagnostics == ()
    assert show(body.attributes[0].expression) == tree


BODIES = [
    ("", "{}"),
    ("\n\n# only\n", "{}"),
    ("\ufeffa = 1\n", "{a=1}"),
    ("a = 1", "{a=1}"),
    ("a = 1 # no newline", "{a=1}"),
    ("a /* c */ = /* d */ 1\nb = 2 // e\n", "{a=1; b=2}"),
    ("é = 1\nfor = 2\nin = 3\n", "{é=1; for=2; in=3}"),
    ("b {}\n", "{b{}}"),
    ("b { a = 1 }\n", "{b{a=1}}"),
    ("b { a = {\n c = 1\n} }\n", "{b{a=(object 'c'=1)}}"),
    ('b /* c */ "x" y "é" {\n # d\n a = 1\n c {\n }\n}\n', "{b x y é{a=1; c{}}}"),
    ("a = 1\r\nb {\r\n c = 2\r\n}\r\n", "{a=1; b{c=2}}"),
    ('if "x" {\n}\n', "{if x{}}"),
]


@pytest.mark.parametrize(("text", "tree"), BODIES)
def test_body_is_read_as_terraform_reads_it(
    text: str, tree: str, show: Callable[..., str], read_body: Callable[[str], Any]
) -> None:
    body, diagnostics = read_body(text)
    assert diagnostics == ()
    assert show(body) == tree


def test_chains_may_be_of_any_length(read_expression: Callable[[str], Any]) -> None:
    node = read_expression("1" + " + 1" * 5000)
    length = 0
    while hasattr(node, "left"):
        node, length = node.left, length + 1
    assert length == 5000


def test_numbers_are_exact(read_expression: Callable[[str], Any]) -> None:
    digits = "3.14159265358979323846264338327950288419716939937510582097494459"
    assert format_number(read_expression(digits).value) == digits
