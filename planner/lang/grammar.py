"""The grammar: the rules of python-hcl2's own, corrected where it and Terraform disagree.

Its tokens are found by `scan`; only their names count here.
Each correction names the text of the shipped grammar that it replaces and the inputs that it puts right. One whose
text is not found is left out, so that a newer python-hcl2 goes on working; `find_missing_corrections` says which.
"""

from dataclasses import dataclass

__all__ = ["CORRECTIONS", "Correction", "correct_grammar", "describe_maker", "find_missing_corrections", "read_grammar"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One replacement in the text of the grammar.

    `fixes` are inputs that the shipped grammar refuses though they are valid, or accepts though they are not; there are
    none where only a node is spared that would hold another and say nothing.
    """

    name: str
    shipped: str
    corrected: str
    fixes: tuple[str, ...]


def read_grammar() -> str:
    """Return the grammar of the installed python-hcl2.

    The package is located and not imported: its import builds a second parser's worth of classes that are not used.
    """
    from importlib.util import find_spec  # noqa: PLC0415 - only a command that reads HCL pays for it

    spec = find_spec("hcl2")
    if spec is None or spec.origin is None or spec.loader is None:
        raise ModuleNotFoundError("python-hcl2 is not installed", name="hcl2")
    folder = spec.origin.removesuffix("__init__.py")
    data: bytes = spec.loader.get_data(f"{folder}hcl2.lark")  # type: ignore[attr-defined]  # a source loader has it
    return data.decode()


def describe_maker() -> str:
    """Return what is different when another version of lark makes the tables: its first module, which names it."""
    from importlib.util import find_spec  # noqa: PLC0415 - as above

    spec = find_spec("lark")
    if spec is None or spec.origin is None or spec.loader is None:
        raise ModuleNotFoundError("lark is not installed", name="lark")
    data: bytes = spec.loader.get_data(spec.origin)  # type: ignore[attr-defined]  # as above
    return data.decode()


def correct_grammar(shipped: str) -> str:
    """Return the grammar `shipped` with every correction that applies, and with the rules that are ours."""
    text = shipped
    for correction in CORRECTIONS:
        text = text.replace(correction.shipped, correction.corrected)
    return text + _ADDITIONS


def find_missing_corrections(shipped: str) -> tuple[str, ...]:
    """Return the names of the corrections whose text is not in the grammar `shipped`."""
    missing = []
    text = shipped
    for correction in CORRECTIONS:
        if correction.shipped not in text:
            missing.append(correction.name)
        text = text.replace(correction.shipped, correction.corrected)
    return tuple(missing)


CORRECTIONS: tuple[Correction, ...] = (
    # Newlines that mean nothing never reach the parser (see layout), so only the places where a newline ends
    # something speak of them.
    Correction(
        name="newlines-between",
        shipped=" new_line_or_comment? ",
        corrected=" ",
        fixes=("x = 1 +\n2\n", "x = a\n? 1 : 2\n"),
    ),
    Correction(
        name="newlines-before",
        shipped="new_line_or_comment? ",
        corrected="",
        fixes=("x = [\n 1\n - 2\n]\n",),
    ),
    Correction(
        name="newlines-after",
        shipped=" new_line_or_comment?",
        corrected="",
        fixes=("x = 1\n+ 2\n",),
    ),
    Correction(
        name="body",
        shipped="body : ((attribute | block))*\n",
        corrected="body : NL_OR_COMMENT? _items\n_items : ((attribute | block) NL_OR_COMMENT)*\n",
        fixes=("x = 1 y = 2\n", "a {\n} b {\n}\n"),
    ),
    Correction(
        name="block",
        shipped="block : _attribute_name (_attribute_name | string)* LBRACE body RBRACE",
        corrected=(
            "block : _attribute_name (_attribute_name | string)* LBRACE (attribute? | NL_OR_COMMENT _items) RBRACE"
        ),
        fixes=("a { b {} }\n", "a\n{\n}\n"),
    ),
    Correction(
        name="object",
        shipped="object : LBRACE ((object_elem | (object_elem COMMA)))* RBRACE",
        corrected=(
            "object : LBRACE NL_OR_COMMENT? (object_elem (COMMA NL_OR_COMMENT? | NL_OR_COMMENT))* object_elem? RBRACE"
        ),
        fixes=("x = {a=1 b=2}\n", "x = {\n a = 1\n , b = 2\n}\n"),
    ),
    Correction(
        name="object-key",
        shipped="object_elem_key : expression | keyword",
        corrected="object_elem_key : expression | IN | IF | ELSE | ENDIF | ENDFOR",
        fixes=("x = {\n for = 1\n}\n",),
    ),
    Correction(
        name="repeated-unary",
        shipped="!unary_op : (MINUS | NOT) expr_term",
        corrected="!unary_op : (MINUS | NOT) unary_expr",
        fixes=("x = --1\n", "x = !!true\n"),
    ),
    Correction(
        name="interpolation",
        shipped="interpolation: INTERP_START expression RBRACE",
        corrected="interpolation: INTERP_START expression STRIP_MARKER? RBRACE",
        fixes=('x = "${b ~}"\n',),
    ),
    Correction(
        name="escapes",
        shipped="           | ESCAPED_INTERPOLATION\n           | ESCAPED_DIRECTIVE\n",
        corrected="           | TEMPLATE_CHARS\n           | ESCAPE\n",
        fixes=('x = "$${foo"\n', 'x = "%%{ if"\n'),
    ),
    Correction(
        name="heredoc",
        shipped="heredoc_template : HEREDOC_TEMPLATE\n",
        corrected="heredoc_template : HEREDOC_START string_part* HEREDOC_END\n",
        fixes=("x = <<_EOT\na\n_EOT\n", "x = <<E.T\na\nE.T\n"),
    ),
    Correction(
        name="indented-heredoc",
        shipped="            | heredoc_template_trim\n",
        corrected="",
        fixes=("x = <<-ÉOT\n  a\n  ÉOT\n",),
    ),
    Correction(
        name="attribute-splat",
        shipped="attr_splat : ATTR_SPLAT (get_attr | index)*",
        corrected="attr_splat : DOT ASTERISK",
        fixes=("x = a . *\n",),
    ),
    Correction(
        name="full-splat",
        shipped="full_splat : FULL_SPLAT_START (get_attr | index)*",
        corrected="full_splat : LSQB ASTERISK RSQB",
        fixes=("x = a[ * ].b\n",),
    ),
    Correction(
        name="directives",
        shipped="DIRECTIVE_START STRIP_MARKER? ",
        corrected="DIRECTIVE_START ",
        fixes=('x = "%{ ~ if a }b%{ endif }"\n',),
    ),
    Correction(
        name="quotes-in-directives",
        shipped="            | template_string\n",
        corrected="",
        fixes=('x = "%{ if a == \\"b\\" }c%{ endif }"\n',),
    ),
    Correction(
        name="spared-terms",
        shipped="\nexpr_term : LPAR",
        corrected="\n?expr_term : LPAR",
        fixes=(),
    ),
    Correction(
        name="spared-parts",
        shipped="\nstring_part: STRING_CHARS",
        corrected="\n?string_part: STRING_CHARS",
        fixes=(),
    ),
    Correction(
        name="spared-keys",
        shipped="\nobject_elem_key : ",
        corrected="\n?object_elem_key : ",
        fixes=(),
    ),
    Correction(
        name="legacy-index",
        shipped="short_index : DOT INT_LITERAL",
        corrected="short_index : DOT (INT_LITERAL | FLOAT_LITERAL)",
        fixes=("x = a.0.1\n",),
    ),
    Correction(
        name="function-names",
        shipped="function_call : identifier (COLONS identifier COLONS identifier)? LPAR",
        corrected="function_call : identifier (COLONS identifier)* LPAR",
        fixes=("x = core::max(1, 2)\n",),
    ),
)

_ADDITIONS = r"""
%declare ESCAPE HEREDOC_END HEREDOC_START TEMPLATE_CHARS
template : string_part*
"""
"""What the shipped grammar leaves to a single token: the text of a heredoc, or of a string in JSON syntax."""
