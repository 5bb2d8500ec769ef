"""The grammar: python-hcl2's own, corrected where it and Terraform disagree.

Each correction names the text of the shipped grammar that it replaces and the inputs that it puts right. One whose
text is not found is left out, so that a newer python-hcl2 goes on working; `find_missing_corrections` says which.
"""

from dataclasses import dataclass

__all__ = ["CORRECTIONS", "Correction", "correct_grammar", "find_missing_corrections", "read_grammar"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One replacement in the text of the grammar.

    `fixes` are inputs that the shipped grammar refuses though they are valid, or accepts though they are not.
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
    # Terminals.
    Correction(
        name="newlines",
        shipped=r"NL_OR_COMMENT: /\n[ \t]*/ | /#.*\n/ | /\/\/.*\n/ | /\/\*(.|\n)*?(\*\/)/",
        corrected=r"NL_OR_COMMENT: /\n(?:[ \t]*\r?\n)*[ \t]*/",
        fixes=("x /* a */ = /* b */ 1\n", 'b /* a */ "l" {\n}\n'),
    ),
    Correction(
        name="blanks",
        shipped=r"%ignore /[ \t\r]+/",
        corrected=(
            "%ignore /[ \\t]+|\\r(?=\\n)/\n%ignore /(?:#|\\/\\/)[^\\n]*/\n%ignore /\\/\\*(?:[^*]|\\*(?!\\/))*\\*\\//"
        ),
        fixes=("x = 1\ry = 2\r",),
    ),
    Correction(
        name="keyword-if",
        shipped='\nIF : "if"\n',
        corrected="\nIF.2 : /if(?![\\w-])/\n",
        fixes=('x = "%{ ifa }b%{ endif }"\n',),
    ),
    Correction(
        name="keyword-for",
        shipped='\nFOR : "for"\n',
        corrected="\nFOR.2 : /for(?![\\w-])/\n",
        fixes=('x = "%{ fora in b }c%{ endfor }"\n',),
    ),
    Correction(
        name="names",
        shipped="NAME : /[a-zA-Z_][a-zA-Z0-9_-]*/",
        corrected=r"NAME : /[^\W\d][\w-]*/",
        fixes=("é = 1\n", "x = π_x\n"),
    ),
    Correction(
        name="escaped-interpolation",
        shipped=r"ESCAPED_INTERPOLATION.2: /\$\$\{[^}]*\}/",
        corrected=r"ESCAPED_INTERPOLATION.2: /\$\$\{/",
        fixes=('x = "$${foo"\n',),
    ),
    Correction(
        name="escaped-directive",
        shipped=r"ESCAPED_DIRECTIVE.2: /%%\{[^}]*\}/",
        corrected=r"ESCAPED_DIRECTIVE.2: /%%\{/",
        fixes=('x = "%%{ if"\n',),
    ),
    Correction(
        name="string-characters",
        shipped=(
            r"STRING_CHARS.1: /(?:(?!\$\$\{)(?!\$\{)(?!%%\{)(?!%\{)"
            r'[^"\\]|\\.|(?:\$(?!\$?\{))|(?:%(?!%?\{)))+/'
        ),
        corrected=r'STRING_CHARS.1: /(?:[^"\\$%\n]+|\\[^\n]|\$(?!\$?\{)|%(?!%?\{))+/',
        fixes=('x = "a\nb"\n',),
    ),
    Correction(
        name="whole-numbers",
        shipped="INT_LITERAL: NEGATIVE_DECIMAL? DECIMAL+",
        corrected="INT_LITERAL: /[0-9]+/",
        fixes=("x = 10-33\n", "x = [a -10]\n"),
    ),
    Correction(
        name="decimal-numbers",
        shipped=(
            'FLOAT_LITERAL: (NEGATIVE_DECIMAL? DECIMAL+ | NEGATIVE_DECIMAL+) "." DECIMAL+ (EXP_MARK)?\n'
            "               | (NEGATIVE_DECIMAL? DECIMAL+ | NEGATIVE_DECIMAL+) (EXP_MARK)"
        ),
        corrected=r"FLOAT_LITERAL: /[0-9]+(?:\.[0-9]+|[eE][+-]?[0-9]+)+/",
        fixes=("x = 5 -1.5\n", "x = a.0.1\n"),
    ),
    Correction(
        name="interpolation-start",
        shipped='INTERP_START : "${"',
        corrected=r"INTERP_START : /\$\{~?/",
        fixes=('x = "a ${~ b} c"\n',),
    ),
    Correction(
        name="directive-start",
        shipped='DIRECTIVE_START : "%{"',
        corrected=r"DIRECTIVE_START : /%\{~?/",
        fixes=('x = "%{ ~ if a }b%{ endif }"\n',),
    ),
    Correction(
        name="strip-marker",
        shipped='STRIP_MARKER : "~"',
        corrected=r"STRIP_MARKER : /~(?=\})/",
        fixes=('x = "%{ if a ~ }b%{ endif }"\n',),
    ),
    Correction(
        name="full-splat",
        shipped='FULL_SPLAT_START : "[*]"',
        corrected=r"FULL_SPLAT_START : /\[\s*\*\s*\]/",
        fixes=("x = a[ * ].b\n",),
    ),
    Correction(
        name="heredoc",
        shipped=(
            r"HEREDOC_TEMPLATE : /<<(?P<heredoc>[a-zA-Z][a-zA-Z0-9._-]*)\r?\n"
            r"(?:(?:.|\n)*?\r?\n)??\s*(?P=heredoc)\r?\n/"
        ),
        corrected=(
            r"HEREDOC_TEMPLATE : /<<(?P<heredoc>[^\W\d][\w-]*)\r?\n"
            r"(?:[^\n]*\n)*?[^\S\n]*(?P=heredoc)[^\S\n]*(?=\n)/"
        ),
        fixes=("x = <<_EOT\na\n_EOT\n", "x = <<E.T\na\nE.T\n"),
    ),
    Correction(
        name="indented-heredoc",
        shipped=(
            r"HEREDOC_TEMPLATE_TRIM : /<<-(?P<heredoc_trim>[a-zA-Z][a-zA-Z0-9._-]*)\r?\n"
            r"(?:(?:.|\n)*?\r?\n)??\s*(?P=heredoc_trim)\r?\n/"
        ),
        corrected=(
            r"HEREDOC_TEMPLATE_TRIM : /<<-(?P<heredoc_trim>[^\W\d][\w-]*)\r?\n"
            r"(?:[^\n]*\n)*?[^\S\n]*(?P=heredoc_trim)[^\S\n]*(?=\n)/"
        ),
        fixes=("x = <<-ÉOT\n  a\n  ÉOT\n",),
    ),
    # Rules. Newlines that mean nothing never reach the parser (see layout), so only the places where a newline ends
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
        corrected="object_elem_key : expression | IN | IF | FOR_EACH | ELSE | ENDIF | ENDFOR",
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

# Its parts repeat those of `string_part`: were they shared, the lexer could not tell after a `}` which text goes on.
_ADDITIONS = r"""
TEMPLATE_CHARS.3 : /(?:[^$%]+|\$(?!\$?\{)|%(?!%?\{))+/
template : template_part*
template_part : TEMPLATE_CHARS
              | ESCAPED_INTERPOLATION
              | ESCAPED_DIRECTIVE
              | template_interpolation
              | template_directive
template_interpolation : INTERP_START expression STRIP_MARKER? RBRACE -> interpolation
template_directive : DIRECTIVE_START IF expression STRIP_MARKER? RBRACE -> template_if_start
                   | DIRECTIVE_START ELSE STRIP_MARKER? RBRACE -> template_else
                   | DIRECTIVE_START ENDIF STRIP_MARKER? RBRACE -> template_endif
                   | DIRECTIVE_START FOR _template_names IN expression STRIP_MARKER? RBRACE -> template_for_start
                   | DIRECTIVE_START ENDFOR STRIP_MARKER? RBRACE -> template_endfor
_template_names : identifier (COMMA identifier)?
"""
"""The text of a heredoc, or of a string in JSON syntax, on its own."""
