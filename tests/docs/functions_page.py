"""The page about functions, made of the table of functions, and the world in which its examples are run."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from planner.config.function_files import FILE_LIMIT, open_files
from planner.lang.evaluate import evaluate
from planner.lang.functions.arguments import ELEMENT_LIMIT, TEXT_LIMIT
from planner.lang.functions.globbing import ENTRY_LIMIT
from planner.lang.functions.signature import Function, Parameter
from planner.lang.functions.special import CAN, TRY, TYPE
from planner.lang.functions.table import LEFT_OUT, find_function
from planner.lang.functions.yaml_reading import DEPTH_LIMIT, NODE_LIMIT, SIZE_LIMIT
from planner.lang.parse import parse_expression
from planner.lang.rendering import make_environment
from planner.lang.scope import Budget, Scope
from planner.lang.show_value import show_type, show_value
from planner.lang.syntax import Call
from planner.lang.types import format_type
from planner.lang.values import Value, make_object, make_text
from planner.model.spans import Source

__all__ = ["FILES", "GROUPS", "PAGE", "SPECIAL", "list_functions", "render_page", "run_example", "write_files"]

PAGE = Path(__file__).parents[2] / "docs" / "language" / "functions.md"
SPECIAL = {function.name: function for function in (CAN, TRY, TYPE)}

GROUPS: Mapping[str, Sequence[str]] = {
    "Numbers": ("abs", "ceil", "floor", "log", "max", "min", "parseint", "pow", "signum"),
    "Strings": (
        *("chomp", "endswith", "format", "formatlist", "indent", "join", "lower", "regex", "regexall", "replace"),
        *("split", "startswith", "strcontains", "strrev", "substr", "templatestring", "title", "trim", "trimprefix"),
        *("trimspace", "trimsuffix", "upper"),
    ),
    "Collections": (
        *("alltrue", "anytrue", "chunklist", "coalesce", "coalescelist", "compact", "concat", "contains", "distinct"),
        *("element", "flatten", "index", "keys", "length", "lookup", "matchkeys", "merge", "one", "range", "reverse"),
        *("setintersection", "setproduct", "setsubtract", "setunion", "slice", "sort", "sum", "transpose", "values"),
        "zipmap",
    ),
    "Encoding": (
        *("base64decode", "base64encode", "base64gzip", "csvdecode", "jsondecode", "jsonencode", "textdecodebase64"),
        *("textencodebase64", "urlencode", "yamldecode", "yamlencode"),
    ),
    "Files": (
        *("abspath", "basename", "dirname", "file", "filebase64", "fileexists", "fileset", "pathexpand"),
        "templatefile",
    ),
    "Date and time": ("formatdate", "plantimestamp", "timeadd", "timecmp", "timestamp"),
    "Hashes and identifiers": (
        *("base64sha256", "base64sha512", "filebase64sha256", "filebase64sha512", "filemd5", "filesha1", "filesha256"),
        *("filesha512", "md5", "sha1", "sha256", "sha512", "uuid", "uuidv5"),
    ),
    "IP networks": ("cidrhost", "cidrnetmask", "cidrsubnet", "cidrsubnets"),
    "Types": (
        *("can", "ephemeralasnull", "issensitive", "nonsensitive", "sensitive", "tobool", "tolist", "tomap"),
        *("tonumber", "toset", "tostring", "try", "type"),
    ),
}
"""The functions as Terraform's documentation groups them."""

FILES = {
    "greeting.txt": "hello",
    "list.tftpl": "%{ for host in hosts ~}\nhost ${host}:${port}\n%{ endfor ~}\n",
}
"""The files that examples read."""
TEMPLATE = "Hello, ${name}!"
"""What examples call `local.template`."""

_INTRODUCTION = """# Functions

A function is called by its name, with its arguments in parentheses: `upper("a")`. `core::upper` is the same one.
After the last argument, `...` makes an argument of each element of a list: `max([1, 2]...)`.

They are Terraform's: arguments are converted to the types below, `any` takes any of them; null is a mistake, except where a function takes it.
Of what is not known yet, the result is not known yet. What is made of something sensitive is sensitive.

The examples are expressions, and what `planner console` prints for them.
"""

_NOTES = {
    "Files": f"""
Paths are relative to the configuration's directory, which `path.root` names; `path.module` is the directory of a module.
Functions read regular files below the configuration's directory, of up to {FILE_LIMIT // 1024**2} MiB, and nothing else. Links are followed as long as they stay inside.

In a pattern of `fileset`, `*` stands for any part of a name, `?` for one character, `[a-z]` for one of some and `[^a-z]` for one of the others, `{{a,b}}` for `a` or `b`, and `**` for directories of any depth. A backslash takes its meaning from what follows.

In the examples, the directory has two files:

```text greeting.txt
{FILES["greeting.txt"]}
```

```text list.tftpl
{FILES["list.tftpl"].rstrip()}
```
""",
    "Strings": f"""
Strings are counted, cut and padded by characters as a reader sees them.
In the examples, `local.template` is the string `{TEMPLATE}`.
""",
    "Date and time": """
A time is a string as RFC 3339 has it: `2018-01-02T23:12:01Z`, `2018-01-02T15:12:01-08:00`.
A duration is made of numbers with the units `h`, `m`, `s`, `ms`, `us` and `ns`: `1h30m`, `-1.5h`.
In a format, letters stand for the parts of a time, and text for itself in `'…'`:

| letters | what they stand for |
| --- | --- |
| `YYYY`, `YY` | the year: 2018, 18 |
| `MMMM`, `MMM`, `MM`, `M` | the month: January, Jan, 01, 1 |
| `DD`, `D` | the day of the month: 02, 2 |
| `EEEE`, `EEE` | the day of the week: Tuesday, Tue |
| `hh`, `h` | the hour of 24: 09, 9 |
| `HH`, `H` with `AA`, `aa` | the hour of 12 with AM, am |
| `mm`, `m`; `ss`, `s` | the minute; the second |
| `ZZZZZ`, `ZZZZ` | the offset from UTC: -08:00, -0800 |
| `Z`, `ZZZ` | the same, but for UTC: Z, UTC |
""",
}
"""What is said below the heading of a group."""


def list_functions() -> list[Function]:
    """Return all functions of the page."""
    return [_find(name) for names in GROUPS.values() for name in names]


def _find(name: str) -> Function:
    function = SPECIAL.get(name) or find_function(name)
    assert function is not None, name
    return function


def write_files(directory: Path) -> None:
    """Write the files that examples read into `directory`."""
    for name, content in FILES.items():
        (directory / name).write_text(content, encoding="utf-8")


def run_example(text: str, directory: Path) -> str:
    """Return what the console prints for the expression `text` in a configuration in `directory`."""
    expression, mistakes = parse_expression(Source("example", text))
    assert mistakes == ()
    assert expression is not None
    is_typed = isinstance(expression, Call) and expression.name == "type"
    budget = Budget()
    files = open_files(str(directory))
    environment = make_environment(files, lambda: "2026-01-02T03:04:05Z", lambda count: b"\x5a" * count, budget)
    scope = Scope(names=_NAMES, environment=environment, budget=budget)
    inner = expression.arguments[0] if isinstance(expression, Call) and is_typed else expression
    value, diagnostics = evaluate(inner, scope)
    assert diagnostics == ()
    return show_type(value.type) if is_typed else show_value(value)


_NAMES: Mapping[str, Value] = {
    "local": make_object({"template": make_text(TEMPLATE)}),
    "path": make_object({"module": make_text(".")}),
}


def render_page() -> str:
    """Return the text of the page."""
    groups = "\n".join(_render_group(title, names) for title, names in GROUPS.items())
    return f"{_INTRODUCTION}\n{groups}\n{_render_left_out()}\n{_render_differences()}"


def _render_group(title: str, names: Sequence[str]) -> str:
    functions = "\n".join(_render_function(_find(name)) for name in names)
    return f"## {title}\n{_NOTES.get(title, '')}\n{functions}"


def _render_function(function: Function) -> str:
    examples = "\n\n".join(f"> {example.expression}\n{example.result}" for example in function.examples)
    return f"### {function.name}\n\n`{_write_signature(function)}`\n\n{function.summary}\n\n```repl\n{examples}\n```\n"


def _write_signature(function: Function) -> str:
    parameters = [_write_parameter(parameter) for parameter in function.parameters]
    if function.variadic is not None:
        parameters.append(f"{_write_parameter(function.variadic)}...")
    returns = "any" if callable(function.returns) else format_type(function.returns)
    return f"{function.name}({', '.join(parameters)}) → {returns}"


def _write_parameter(parameter: Parameter) -> str:
    return f"{parameter.name}: {format_type(parameter.type)}"


def _render_left_out() -> str:
    rows = "\n".join(f"| `{name}` | {reason} |" for name, reason in LEFT_OUT.items())
    return f"""## Left out, and why

| function | why |
| --- | --- |
{rows}
| `provider::…` | functions of providers: there is one provider, and it has none |

`list` and `map` are no longer in Terraform either: write `tolist([…])` and `tomap({{…}})`.
"""


def _render_differences() -> str:
    return f"""## Differences

What a function gives here is what Terraform 1.11 gives, or a mistake that says so. These are the exceptions and the limits:

- `timestamp`, `plantimestamp` and `uuid` have a value already in the plan, and nothing that is made of it may be in a cluster: each plan would change it. An output may have it.
- `base64gzip` compresses the same text into other bytes; what unpacks it does not see the difference.
- `textencodebase64` and `textdecodebase64` know no `Big5`, `EUC-JP`, `HZ-GB-2312` and `ISO-2022-JP`, and refuse about 80 rare characters in `GBK` and `GB18030`, and one in `windows-1255`.
- `yamldecode` reads documents of up to {SIZE_LIMIT:,} characters, {NODE_LIMIT:,} values with aliases written out, and {DEPTH_LIMIT} levels. A comment cannot follow the sign of a block without a space.
- `cidrhost`, `cidrnetmask`, `cidrsubnet` and `cidrsubnets` refuse IPv4 addresses in the form of IPv6, and each number for which the network has no room, negative ones of `cidrsubnet` among them: for some, Terraform gives addresses outside the network.
- `file` and all that reads files refuse what is outside of the configuration's directory. So does `fileset`, with links that lead out or nowhere; it looks at up to {ENTRY_LIMIT:,} files, and refuses a pattern that is not closed also where no name comes so far.
- A string that a function makes has up to {TEXT_LIMIT:,} characters, a collection up to {ELEMENT_LIMIT:,} elements.
- What is refused here alone is a mistake for `try` and `can` too, but for these limits of size.
"""
