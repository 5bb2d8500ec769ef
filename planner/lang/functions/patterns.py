"""The functions for regular expressions, and `replace`, which takes one between slashes.

Refuses a pattern that mixes groups with names and groups without, as Terraform does.
"""

import re
from collections.abc import Sequence
from itertools import islice

from planner.lang.functions.arguments import ELEMENT_LIMIT, check_count, check_size, write_text
from planner.lang.functions.signature import Environment, Example, Function, FunctionError, Parameter
from planner.lang.re2_patterns import Match, Pattern, PatternError, compile_pattern, find_matches
from planner.lang.types import DYNAMIC, STRING, CollectionType, TupleType, Type, list_of, make_object_type
from planner.lang.values import (
    Value,
    is_known,
    make_list,
    make_null,
    make_object,
    make_tuple,
    make_unknown,
    text_of,
)

__all__ = ["FUNCTIONS"]

# In a replacement: `$$`, `$1`, `$name`, `${name}`. `\w` takes a few marks more than Go's letters and digits.
_REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<braced>\w+)\}|(?P<name>\w+))")


def _decide_match(arguments: Sequence[Value]) -> Type:
    """Return the type of one match: a string, or of its groups a tuple or an object."""
    if not is_known(arguments[0]):
        return DYNAMIC
    groups = _compile(text_of(arguments[0]), 0).groups
    names = [name for name in groups if name is not None]
    if not groups:
        return STRING
    if not names:
        return TupleType((STRING,) * len(groups))
    if len(names) < len(groups):
        raise FunctionError("the pattern has groups with names and groups without; name all of them, or none", 0)
    return make_object_type(dict.fromkeys(names, STRING))


def _decide_matches(arguments: Sequence[Value]) -> Type:
    return list_of(_decide_match(arguments))


def _compile(text: str, argument: int | None) -> Pattern:
    try:
        return compile_pattern(text)
    except PatternError as error:
        raise FunctionError(f"the pattern is not valid: {error}", argument) from None


def _regex(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    pattern = _compile(text_of(arguments[0]), 0)
    match = next(find_matches(pattern, text_of(arguments[1])), None)
    if match is None:
        raise FunctionError("the pattern matches no part of the string; use can or try where it may not match")
    return _write_match(pattern, match, type_)


def _regexall(arguments: Sequence[Value], type_: Type, _environment: Environment) -> Value:
    if not isinstance(type_, CollectionType):
        return make_unknown(type_)
    pattern = _compile(text_of(arguments[0]), 0)
    matches = (match for match in find_matches(pattern, text_of(arguments[1])) if not match.is_empty_after_match)
    found = list(islice(matches, ELEMENT_LIMIT + 1))
    check_count(len(found))
    return make_list(type_.element, [_write_match(pattern, match, type_.element) for match in found])


def _write_match(pattern: Pattern, match: Match, type_: Type) -> Value:
    if not pattern.groups:
        return write_text(match.whole)
    groups = [make_null(STRING) if group is None else write_text(group) for group in match.groups]
    if isinstance(type_, TupleType):
        return make_tuple(groups)
    return make_object({str(name): group for name, group in zip(pattern.groups, groups, strict=True)})


def _replace(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    text, part, replacement = map(text_of, arguments)
    if len(part) > 1 and part.startswith("/") and part.endswith("/"):
        return write_text(_replace_matches(_compile(part[1:-1], None), text, replacement))
    check_size(len(text) + text.count(part) * max(len(replacement) - len(part), 0))
    return write_text(text.replace(part, replacement))


def _replace_matches(pattern: Pattern, text: str, replacement: str) -> str:
    parts, size, rest = [], 0, 0
    for match in find_matches(pattern, text):
        written = "" if match.is_empty_after_match else _expand(pattern, match, replacement)
        parts += [match.before, written]
        size += len(match.before) + len(written)
        rest += len(match.before) + len(match.whole)
        check_size(size)
    check_size(size + len(text) - rest)
    return "".join([*parts, text[rest:]])


def _expand(pattern: Pattern, match: Match, replacement: str) -> str:
    """Return `replacement` with the references in it replaced by the groups; those that there are not are empty."""
    if "$" not in replacement:
        return replacement

    def insert(found: re.Match[str]) -> str:
        return "$" if found["dollar"] else _find_group(pattern, match, found["braced"] or found["name"])

    return _REFERENCE.sub(insert, replacement)


def _find_group(pattern: Pattern, match: Match, name: str) -> str:
    if name.isascii() and name.isdigit() and (name == "0" or not name.startswith("0")):
        index = int(name) if len(name) < 9 else len(match.groups) + 1
        if index == 0:
            return match.whole
        return (match.groups[index - 1] or "") if index <= len(match.groups) else ""
    named = zip(pattern.groups, match.groups, strict=True)
    return next((group for key, group in named if key == name and group is not None), "")


FUNCTIONS = (
    Function(
        name="regex",
        summary="Finds the first match of a pattern: the text, or else its groups, as an object if they have names.",
        parameters=(Parameter(name="pattern", type=STRING), Parameter(name="string", type=STRING)),
        returns=_decide_match,
        compute=_regex,
        examples=(
            Example(expression='regex("[a-z]+", "53453453.345345aaabbbccc23454")', result='"aaabbbccc"'),
            Example(expression=r'regex("(\\d+)-(\\d+)", "2019-02-01")[1]', result='"02"'),
            Example(expression='regex("^(?P<scheme>[^:/]+)://", "https://example.com").scheme', result='"https"'),
        ),
    ),
    Function(
        name="regexall",
        summary="Finds all matches of a pattern, as a list of what regex gives for one.",
        parameters=(Parameter(name="pattern", type=STRING), Parameter(name="string", type=STRING)),
        returns=_decide_matches,
        compute=_regexall,
        examples=(
            Example(expression='join(",", regexall("[a-z]+", "1234abcd5678efgh9"))', result='"abcd,efgh"'),
            Example(expression='length(regexall("[a-z]+", "123456789"))', result="0"),
        ),
    ),
    Function(
        name="replace",
        summary="Replaces each occurrence of a text; of a pattern, if it stands between slashes.",
        parameters=(
            Parameter(name="str", type=STRING),
            Parameter(name="substr", type=STRING),
            Parameter(name="replace", type=STRING),
        ),
        returns=STRING,
        compute=_replace,
        examples=(
            Example(expression='replace("1 + 2 + 3", "+", "-")', result='"1 - 2 - 3"'),
            Example(expression='replace("hello world", "/w.*d/", "everybody")', result='"hello everybody"'),
            Example(expression='replace("hello", "/(l+)/", "<$1>")', result='"he<ll>o"'),
        ),
    ),
)
