"""The functions of files and paths: contents, lists of files, and templates that are filled with variables.

Files are read through the environment, which has only those below the configuration's directory. Refuses to take what
is not UTF-8 as a string.
"""

import re
from collections.abc import Callable, Sequence

from planner.lang.conversion import ConversionError, convert
from planner.lang.functions.arguments import is_collection, write_text
from planner.lang.functions.encoding import encode_base64
from planner.lang.functions.globbing import find_files
from planner.lang.functions.path_text import find_relative, join_paths, name_of, parent_of
from planner.lang.functions.signature import Compute, Environment, Example, Function, FunctionError, Parameter
from planner.lang.quoting import quote
from planner.lang.sets import make_set
from planner.lang.types import BOOL, DYNAMIC, STRING, ObjectType, Type, set_of
from planner.lang.values import Value, make_bool, make_text, members_of, text_of

__all__ = ["FUNCTIONS"]

_PATH = Parameter(name="path", type=STRING)
_VARS = Parameter(name="vars", type=DYNAMIC)
_NAME = re.compile(r"[^\W\d][\w-]*")
_SHOWN = 100
"""Up to how many characters of a name or a path a message shows."""
_STRING_NAME = "the template"
"""What a template that is a string is called in messages."""


def _read_text(path: str, environment: Environment) -> str:
    content = environment.files.read(path)
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise FunctionError(f"{_show(path)} is not UTF-8, so it is no string; filebase64() reads any file") from None


def _show(text: str) -> str:
    return quote(text) if len(text) <= _SHOWN else f"{quote(text[:_SHOWN])}…"


def _file(arguments: Sequence[Value], _type: Type, environment: Environment) -> Value:
    return write_text(_read_text(text_of(arguments[0]), environment))


def _filebase64(arguments: Sequence[Value], _type: Type, environment: Environment) -> Value:
    return make_text(encode_base64(environment.files.read(text_of(arguments[0]))))


def _blame_call(compute: Compute) -> Compute:
    """Return `compute`, but that what it refuses blames no argument: where Terraform does not."""

    def wrapped(arguments: Sequence[Value], type_: Type, environment: Environment) -> Value:
        try:
            return compute(arguments, type_, environment)
        except FunctionError as error:
            error.argument = None
            raise

    return wrapped


def _fileexists(arguments: Sequence[Value], _type: Type, environment: Environment) -> Value:
    return make_bool(environment.files.exists(text_of(arguments[0])))


def _fileset(arguments: Sequence[Value], _type: Type, environment: Environment) -> Value:
    directory, pattern = map(text_of, arguments)
    base = join_paths(".", directory) if not directory.startswith("/") else join_paths(directory)
    found = find_files(join_paths(base, pattern), environment.files.list_directory)
    return make_set(STRING, [write_text(find_relative(base, path)) for path in found])


def _change_path(change: Callable[[str], str]) -> Compute:
    def compute(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
        return write_text(change(text_of(arguments[0])))

    return compute


def _abspath(arguments: Sequence[Value], _type: Type, environment: Environment) -> Value:
    return write_text(environment.files.make_absolute(text_of(arguments[0])))


def _pathexpand(arguments: Sequence[Value], _type: Type, environment: Environment) -> Value:
    return write_text(environment.files.expand_home(text_of(arguments[0])))


def _check_variables(value: Value) -> None:
    if not isinstance(value.type, ObjectType) and not is_collection(value.type, "map"):
        raise FunctionError("the variables must be an object or a map", 1)
    for name in members_of(value):
        if _NAME.fullmatch(name) is None:
            raise FunctionError(f"{_show(name)} is no name for a variable: letters, digits, `_` and `-` make one", 1)


def _templatefile(arguments: Sequence[Value], _type: Type, environment: Environment) -> Value:
    path, variables = text_of(arguments[0]), arguments[1]
    text = text_of(write_text(_read_text(path, environment)))
    _check_variables(variables)
    try:
        return environment.render(path, text, members_of(variables), may_read=True)
    except FunctionError as error:
        # The path is right, whatever is wrong in the file.
        error.argument = error.argument or None
        raise


def _templatestring(arguments: Sequence[Value], _type: Type, environment: Environment) -> Value:
    template, variables = arguments
    _check_variables(variables)
    result = environment.render(_STRING_NAME, text_of(template), members_of(variables), may_read=False)
    try:
        return convert(result, STRING)
    except ConversionError as error:
        raise FunctionError(f"the template does not come to a string: {error}") from None


FUNCTIONS = (
    Function(
        name="abspath",
        summary="Gives a path from the root on, seen from the configuration's directory; nothing need be there.",
        parameters=(_PATH,),
        returns=STRING,
        compute=_abspath,
        examples=(Example(expression='abspath("/srv/../etc/x.txt")', result='"/etc/x.txt"'),),
    ),
    Function(
        name="basename",
        summary="Gives the last name in a path.",
        parameters=(_PATH,),
        returns=STRING,
        compute=_change_path(name_of),
        examples=(Example(expression='basename("foo/bar/baz.txt")', result='"baz.txt"'),),
    ),
    Function(
        name="dirname",
        summary="Gives a path without its last name.",
        parameters=(_PATH,),
        returns=STRING,
        compute=_change_path(parent_of),
        examples=(Example(expression='dirname("foo/bar/baz.txt")', result='"foo/bar"'),),
    ),
    Function(
        name="file",
        summary="Gives what a file holds, which must be UTF-8.",
        parameters=(_PATH,),
        returns=STRING,
        compute=_file,
        examples=(Example(expression='file("${path.module}/greeting.txt")', result='"hello"'),),
    ),
    Function(
        name="filebase64",
        summary="Gives what a file holds as Base64.",
        parameters=(_PATH,),
        returns=STRING,
        compute=_filebase64,
        examples=(Example(expression='filebase64("greeting.txt")', result='"aGVsbG8="'),),
    ),
    Function(
        name="fileexists",
        summary="Tells whether there is a file at a path.",
        parameters=(_PATH,),
        returns=BOOL,
        compute=_blame_call(_fileexists),
        examples=(Example(expression='fileexists("missing.txt")', result="false"),),
    ),
    Function(
        name="fileset",
        summary="Gives the paths of the files below a directory that a pattern matches.",
        parameters=(_PATH, Parameter(name="pattern", type=STRING)),
        returns=set_of(STRING),
        compute=_blame_call(_fileset),
        examples=(
            Example(
                expression='fileset(".", "*.{txt,tftpl}")', result='toset([\n  "greeting.txt",\n  "list.tftpl",\n])'
            ),
        ),
    ),
    Function(
        name="pathexpand",
        summary="Puts the home directory in place of a `~` at the start of a path.",
        parameters=(_PATH,),
        returns=STRING,
        compute=_blame_call(_pathexpand),
        examples=(Example(expression='pathexpand("/etc/ssh")', result='"/etc/ssh"'),),
    ),
    Function(
        name="templatefile",
        summary="Fills the template in a file with variables.",
        parameters=(_PATH, _VARS),
        returns=DYNAMIC,
        compute=_templatefile,
        examples=(
            Example(
                expression='templatefile("list.tftpl", { port = 8080, hosts = ["a", "b"] })',
                result="<<EOT\nhost a:8080\nhost b:8080\n\nEOT",
            ),
        ),
    ),
    Function(
        name="templatestring",
        summary="Fills the template in a string with variables; the string must be had from elsewhere.",
        parameters=(Parameter(name="template", type=STRING, is_reference=True), _VARS),
        returns=STRING,
        compute=_templatestring,
        examples=(Example(expression='templatestring(local.template, { name = "Anna" })', result='"Hello, Anna!"'),),
    ),
)
