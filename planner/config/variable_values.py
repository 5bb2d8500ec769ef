"""Values of variables, in Terraform's order of precedence; a later one wins.

The default; TF_VAR_x, then PLANNER_VAR_x, of the environment; planner.vars.*; *.auto.vars.* in the order of their
names; -var and -var-file in the order of the command. Never shows the value of a sensitive variable.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.config.configuration import Assignment, Confinement, MissingVariable, VariableFile, VariableInputs
from planner.config.constants import read_constant
from planner.config.declarations import Variable
from planner.config.files import read_source
from planner.config.reading import Reading
from planner.config.variables import convert_to, explain_unsuitable
from planner.lang.constants import evaluate_constant
from planner.lang.content import read_content
from planner.lang.conversion import ConversionError
from planner.lang.json_syntax import JsonBody, parse_json
from planner.lang.parse import parse_expression, parse_hcl
from planner.lang.schema import AttributeSchema, BodySchema, Notation
from planner.lang.templates import normalize
from planner.lang.types import NUMBER, is_primitive
from planner.lang.values import (
    FALSE,
    SENSITIVE,
    UNKNOWN,
    Mark,
    MarkKind,
    Value,
    is_known,
    is_null,
    is_wholly_known,
    make_int,
    make_text,
    mark,
)
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.spans import Source, Span
from schemas.suggest import suggest_name

__all__ = ["VariableValues", "mark_variable", "read_values"]

_ENVIRONMENT = ("TF_VAR_", "PLANNER_VAR_")


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableValues:
    """What the variables stand for, which of them nobody gave a value, and where those from outside come from.

    `origins` says it in words, such as `the environment variable TF_VAR_a` or `planner.vars.hcl:3:1`.
    """

    values: Mapping[str, Value]
    missing: tuple[MissingVariable, ...]
    origins: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """A value from outside: a text where its type must say how to read it, else already a value.

    `origin` says to people where it is from; `span` is there for those that stand in a file. `is_own`: it stands in
    one of the configuration itself.
    """

    name: str
    value: Value | str
    origin: str
    span: Span | None = None
    is_own: bool = False

    @property
    def is_text(self) -> bool:
        """Whether it comes from the environment or the command line."""
        return isinstance(self.value, str)


def read_values(
    declared: Mapping[str, Variable],
    files: Sequence[Source],
    inputs: VariableInputs,
    reading: Reading,
) -> VariableValues:
    """Return the value of each declared variable; `files` are those that are read unasked."""
    given: dict[str, _Given] = {}
    confinement = inputs.world.confinement
    for one in _list_given(declared, files, inputs, reading):
        if confinement and not one.is_own and one.name not in confinement.settable:
            continue
        if one.name in declared:
            given[one.name] = one
        elif not reading.is_lost(one.name):
            reading.found.append(_undeclared(one, declared))
    values: dict[str, Value] = {}
    missing: list[MissingVariable] = []
    for name, declaration in declared.items():
        if name in given or declaration.has_default:
            value = _decide(declaration, given.get(name), reading)
            if confinement and name in confinement.hidden:
                value = _disguise(value, confinement)
            values[name] = mark_variable(value, declaration)
        else:
            values[name] = UNKNOWN
            if not reading.is_lost(name):
                missing.append(_miss(declaration))
    if missing:
        reading.found.append(_no_values(missing, declared[missing[0].name].span))
    origins = {name: reading.describe_place(one.span) if one.span else one.origin for name, one in given.items()}
    return VariableValues(values=values, missing=tuple(missing), origins=origins)


def _disguise(value: Value, confinement: Confinement) -> Value:
    """Return a value of the same type that says nothing of `value` but which parts it has."""
    content = value.content
    if isinstance(content, str):
        return Value(value.type, confinement.disguise(content), value.marks)
    if isinstance(content, tuple):
        return Value(value.type, tuple(_disguise(one, confinement) for one in content), value.marks)
    if isinstance(content, Mapping):
        return Value(value.type, {name: _disguise(one, confinement) for name, one in content.items()}, value.marks)
    if value.type == NUMBER and is_known(value) and not is_null(value):
        return mark(make_int(0), value.marks)
    return mark(FALSE, value.marks) if isinstance(content, bool) else value


def mark_variable(value: Value, declaration: Variable) -> Value:
    """Return the value of a variable with the marks that its block asks for."""
    if declaration.is_sensitive:
        value = mark(value, frozenset({SENSITIVE}))
    return mark(value, frozenset({Mark(MarkKind.EPHEMERAL)})) if declaration.is_ephemeral else value


def _miss(declaration: Variable) -> MissingVariable:
    return MissingVariable(
        name=declaration.name, description=declaration.description, sensitive=declaration.is_sensitive
    )


def _list_given(
    declared: Mapping[str, Variable],
    files: Sequence[Source],
    inputs: VariableInputs,
    reading: Reading,
) -> Iterator[_Given]:
    """Yield what is given from outside, what wins last."""
    for name in declared:
        for prefix in _ENVIRONMENT:
            if prefix + name in inputs.environment:
                value = inputs.environment[prefix + name]
                yield _Given(name=name, value=value, origin=f"the environment variable {prefix}{name}")
    for source in sorted(files, key=_order):
        yield from _read_file(source, reading, is_own=True)
    for one in inputs.command:
        match one:
            case Assignment(name=name, text=text):
                yield _Given(name=name, value=text, origin=f"-var {name}=…")
            case VariableFile():
                yield from _read_command_file(one, reading)


def _order(source: Source) -> tuple[bool, str]:
    return (".auto.vars." in source.file, source.file)


def _read_file(source: Source, reading: Reading, *, is_own: bool) -> Iterator[_Given]:
    """Yield what a file of variable values holds: arguments in HCL, or the members of one JSON object."""
    reading.values.add(source.file)
    body, mistakes = parse_json(source) if source.file.endswith(".json") else parse_hcl(source)
    content, problems = read_content(body, _expect_values(body))
    reading.lose(mistakes, source.text)
    reading.found.extend(problems)
    for name, attribute in content.attributes.items():
        value = read_constant(attribute, reading.found)
        yield _Given(name=name, value=value, origin=source.file, span=attribute.span, is_own=is_own)


def _expect_values(body: object) -> BodySchema:
    if not isinstance(body, JsonBody):
        return BodySchema(open=True)
    names = {member.name for node in body.objects for member in node.members}
    return BodySchema(attributes=tuple(AttributeSchema(name=name, notation=Notation.LITERAL) for name in sorted(names)))


def _read_command_file(file: VariableFile, reading: Reading) -> Iterator[_Given]:
    # A file of the configuration may have the same name, and each needs its own text for people to be shown.
    shown = file.shown or file.path
    name = f"./{shown}" if shown in reading.texts else shown
    source, diagnostic = read_source(name, file.path, option="-var-file")
    if source is not None:
        reading.texts[name] = source.text
    if diagnostic is not None:
        reading.lose([diagnostic], None)
    elif source is not None:
        yield from _read_file(source, reading, is_own=file.is_own)


def _decide(declaration: Variable, given: _Given | None, reading: Reading) -> Value:
    """Return the value of a variable that has one, as its type wants it."""
    if given is None:
        return declaration.default
    try:
        value = _read_given(declaration, given)
    except _UnsuitableError as error:
        reading.found.append(_unsuitable(declaration, given, str(error), reading))
        return UNKNOWN
    if not is_null(value) or declaration.is_nullable:
        return value
    if not declaration.has_default:
        reading.found.append(_unsuitable(declaration, given, "it must not be null", reading))
        return UNKNOWN
    return declaration.default


class _UnsuitableError(Exception):
    """A value from outside is not what its variable takes; says why, and never what it is."""


def _read_given(declaration: Variable, given: _Given) -> Value:
    value = given.value
    if isinstance(value, str):
        is_plain = not declaration.has_type or is_primitive(declaration.type)
        value = make_text(normalize(value)) if is_plain else _evaluate_text(value)
    if not is_wholly_known(value):
        return value
    try:
        return convert_to(value, declaration.type, declaration.defaults)
    except ConversionError as error:
        raise _UnsuitableError(explain_unsuitable(error, value, declaration)) from None


def _evaluate_text(text: str) -> Value:
    """Return the value of a text from outside whose variable is a list, a map or the like: an expression."""
    expression, mistakes = parse_expression(Source("", text))
    if expression is None or mistakes:
        raise _UnsuitableError("it must be an expression, such as [1, 2] or { a = 1 }, and cannot be read as one")
    value, problems = evaluate_constant(expression)
    if problems:
        raise _UnsuitableError("it must be written out, without references and functions")
    return value


def _unsuitable(declaration: Variable, given: _Given, why: str, reading: Reading) -> Diagnostic:
    """Return the message; it points at a file only where no line of it can hold a secret."""
    place = reading.describe_place(given.span) if given.span is not None else given.origin
    return Diagnostic(
        code="invalid-variable-value",
        summary="Invalid value for input variable",
        detail=f'The value of "{declaration.name}" from {place} is not suitable: {why}. Correct the value.',
        span=None if declaration.is_sensitive else given.span,
    )


def _undeclared(given: _Given, declared: Iterable[str]) -> Diagnostic:
    """Return the message, as Terraform grades it: an error on the command line, a warning in a file."""
    similar = suggest_name(given.name, sorted(declared))
    advice = f'Did you mean "{similar}"?' if similar else f'Declare it with variable "{given.name}" {{}}, or remove it.'
    return Diagnostic(
        severity=Severity.ERROR if given.is_text else Severity.WARNING,
        code="undeclared-variable-value",
        summary="Value for undeclared variable",
        detail=f'{given.origin} sets "{given.name}", which the configuration does not declare. {advice}',
        span=given.span,
    )


def _no_values(missing: Sequence[MissingVariable], span: Span) -> Diagnostic:
    names = ", ".join(f'"{one.name}" ({one.description})' if one.description else f'"{one.name}"' for one in missing)
    first = missing[0].name
    which = "each" if len(missing) > 1 else "it"
    return Diagnostic(
        code="missing-variable-value",
        summary="No value for required variable" + ("s" if len(missing) > 1 else ""),
        detail=f"Nothing sets {names}. Set {which} with -var {first}=…, in a file planner.vars.hcl, or in the "
        f"environment as PLANNER_VAR_{first}; or give {which} a default.",
        span=span,
    )
