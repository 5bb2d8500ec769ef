"""Messages about syntax errors: what to tell people, under Terraform's summaries; see `syntax_errors` for when."""

from planner.lang.layout import Construct
from planner.lang.reading import Message

__all__ = [
    "AFTER_ELLIPSIS",
    "EXTRA",
    "INVALID_BLOCK",
    "INVALID_BODY",
    "INVALID_DIRECTIVE",
    "INVALID_KEYWORD",
    "LONE_BACKSLASH",
    "MISPLACED",
    "MISSING_ALTERNATIVE",
    "MISSING_BLOCK_NEWLINE",
    "MISSING_CALL",
    "MISSING_FUNCTION",
    "MISSING_NEWLINE",
    "MULTI_LINE_STRING",
    "ONLY_ARGUMENT",
    "QUOTED_NAME",
    "QUOTED_ONLY_NAME",
    "SINGLE_LINE_BLOCK",
    "UNCLOSED",
    "UNCLOSED_SPLAT",
    "UNEXPECTED_COMMA",
    "UNTERMINATED_HEREDOC",
    "UNTERMINATED_LABEL",
    "UNTERMINATED_STRING",
]

LONE_BACKSLASH = Message(
    "invalid-escape",
    "Invalid escape sequence",
    "A backslash must be followed by what it escapes. Write \\\\ for a backslash itself.",
)
MULTI_LINE_STRING = Message(
    "multi-line-string",
    "Invalid multi-line string",
    "A quoted string must end on the line where it starts. Close it with a quotation mark; for text of several lines "
    "use \\n, or a heredoc (<<EOT).",
)
UNTERMINATED_STRING = Message(
    "unterminated-string",
    "Unterminated template string",
    "There is no quotation mark that closes this string before the end of the file. Add one.",
)
UNTERMINATED_LABEL = Message(
    "unterminated-string",
    "Unterminated string literal",
    "There is no quotation mark that closes this label before the end of the file. Add one.",
)
UNCLOSED_SPLAT = Message(
    "unclosed-index",
    "Missing close bracket on splat index",
    "The star of a splat must be followed by a closing bracket. Write [*].",
)
UNTERMINATED_HEREDOC = Message(
    "unterminated-heredoc",
    "Unterminated template string",
    "The marker that starts this heredoc does not stand alone on a later line. Add that line, with a newline behind "
    "it.",
)
UNCLOSED: dict[Construct, Message] = {
    Construct.BODY: Message(
        "unclosed-block",
        "Unclosed configuration block",
        "There is no closing brace for this block before the end of the file. Add one; the mistake may also be a "
        "brace too many or too few inside the block.",
    ),
    Construct.CALL: Message(
        "unclosed-call",
        "Unterminated function call",
        "There is no closing parenthesis for this function call before the end of the file. Add one.",
    ),
    Construct.DIRECTIVE: Message(
        "unclosed-directive",
        "Unclosed template control sequence",
        "There is no closing brace for this directive. Add one, or write %%{ if these characters are meant.",
    ),
    Construct.INDEX: Message(
        "unclosed-index",
        "Missing close bracket on index",
        "There is no closing bracket for this index before the end of the file. Add one.",
    ),
    Construct.INTERPOLATION: Message(
        "unclosed-interpolation",
        "Unclosed template interpolation sequence",
        "There is no closing brace for this interpolation. Add one, or write $${ if these characters are meant.",
    ),
    Construct.OBJECT: Message(
        "unclosed-object",
        "Unterminated object constructor expression",
        "There is no closing brace for this object before the end of the file. Add one.",
    ),
    Construct.PARENTHESES: Message(
        "unbalanced-parentheses",
        "Unbalanced parentheses",
        "There is no closing parenthesis for this one before the end of the file. Add one.",
    ),
    Construct.TUPLE: Message(
        "unclosed-tuple",
        "Unterminated tuple constructor expression",
        "There is no closing bracket for this list before the end of the file. Add one.",
    ),
    Construct.FOR: Message(
        "invalid-for",
        "Invalid 'for' expression",
        "This `for` expression is not closed before the end of the file. Add its closing bracket or brace.",
    ),
}
UNCLOSED[Construct.BRACES] = UNCLOSED[Construct.OBJECT]
MISSING_FUNCTION = Message(
    "missing-function",
    "Missing function name",
    "The name of a function must follow `::`. Add it, as in provider::NAME::FUNCTION(…).",
)
MISSING_ALTERNATIVE = Message(
    "missing-alternative",
    "Missing false expression in conditional",
    "A colon and the value for the other case must follow. A conditional has the form CONDITION ? VALUE : VALUE.",
)
MISSING_CALL = Message(
    "missing-parenthesis",
    "Missing open parenthesis",
    "Only the name of a function may hold `::`, and its arguments in parentheses must follow. Add them.",
)
AFTER_ELLIPSIS = Message(
    "missing-parenthesis",
    "Missing closing parenthesis",
    "An argument with `...` must be the last one. Close the parenthesis behind it.",
)
INVALID_KEYWORD = Message(
    "invalid-directive",
    "Invalid template control keyword",
    "A directive starts with if, else, endif, for or endfor. Use one of them, or write %%{ if these characters are "
    "meant.",
)
INVALID_DIRECTIVE = Message(
    "invalid-directive",
    "Invalid template directive",
    "A directive has the form %{ if … }, %{ else }, %{ endif }, %{ for … in … } or %{ endfor }. Correct this one.",
)
EXTRA = Message(
    "extra-characters",
    "Extra characters after expression",
    "An expression ended before this. Remove the rest, or add the operator that is missing.",
)
MISPLACED: dict[Construct, Message] = {
    Construct.CALL: Message(
        "missing-separator",
        "Missing argument separator",
        "A comma must stand between two arguments of a function. Add one, or close the parenthesis.",
    ),
    Construct.FOR: Message(
        "invalid-for",
        "Invalid 'for' expression",
        "A `for` has the form [for NAME in COLLECTION : VALUE] or {for NAME, NAME in COLLECTION : KEY => VALUE}, with "
        "`if` and a condition at the end if wanted. Correct this one.",
    ),
    Construct.INDEX: Message(
        "unclosed-index",
        "Missing close bracket on index",
        "The index ended before this. Close its bracket.",
    ),
    Construct.INTERPOLATION: Message(
        "extra-characters",
        "Extra characters after interpolation expression",
        "The expression ended before this. Close the interpolation with a brace, or add the operator that is missing.",
    ),
    Construct.PARENTHESES: Message(
        "unbalanced-parentheses",
        "Unbalanced parentheses",
        "The expression ended before this. Close its parenthesis, or add the operator that is missing.",
    ),
    Construct.TUPLE: Message(
        "missing-separator",
        "Missing item separator",
        "A comma must stand between two items of a list. Add one, or close the bracket.",
    ),
}
INVALID_FOR_DIRECTIVE = Message(
    "invalid-directive",
    "Invalid 'for' directive",
    "A `for` directive has the form %{ for NAME in COLLECTION }, with a second NAME after a comma if wanted. Correct "
    "this one.",
)
ONLY_ARGUMENT = Message(
    "single-line-block",
    "Argument definition required",
    "A block on one line can hold a single argument and no block. Put each on a line of its own.",
)
SINGLE_LINE_BLOCK = Message(
    "single-line-block",
    "Invalid single-argument block definition",
    "A block on one line can hold a single argument, and its brace must close on that line. Put each argument "
    "on a line of its own.",
)
UNEXPECTED_COMMA = Message(
    "unexpected-comma",
    "Unexpected comma after argument",
    "Arguments are separated by newlines and not by commas. Remove the comma, and start a new line behind it.",
)
MISSING_NEWLINE = Message(
    "missing-newline",
    "Missing newline after argument",
    "An argument ends at the end of its line. Start a new line here.",
)
MISSING_BLOCK_NEWLINE = Message(
    "missing-newline",
    "Missing newline after block definition",
    "A block ends at the end of its line. Start a new line here.",
)
QUOTED_NAME = Message(
    "invalid-name",
    "Invalid argument name",
    "The name of an argument stands without quotation marks. Remove them.",
)
QUOTED_ONLY_NAME = Message("invalid-body", "Argument or block definition required", QUOTED_NAME.detail)
INVALID_BLOCK = Message(
    "invalid-block",
    "Invalid block definition",
    'A block has the form TYPE "LABEL" {, all on one line. Correct its header.',
)
INVALID_BODY = Message(
    "invalid-body",
    "Argument or block definition required",
    "An argument or a block must stand here. To set an argument, write its name, an equals sign and a value.",
)
