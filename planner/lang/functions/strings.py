"""The functions for strings: case, trimming, taking apart and joining. Patterns and formats are elsewhere.

A character is what a reader sees as one. Refuses to join or to build what has more than a mebibyte of characters.
"""

from collections.abc import Callable, Sequence

from planner.lang.functions.arguments import check_count, check_size, read_whole, write_text
from planner.lang.functions.signature import Compute, Environment, Example, Function, FunctionError, Parameter
from planner.lang.graphemes import split_graphemes
from planner.lang.letter_case import to_lower, to_title_words, to_upper
from planner.lang.types import BOOL, NUMBER, STRING, Type, list_of
from planner.lang.values import (
    TRUE,
    Value,
    is_known,
    is_null,
    is_wholly_known,
    items_of,
    make_bool,
    make_list,
    make_text,
    make_unknown,
    text_of,
)

__all__ = ["FUNCTIONS"]

_SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""White space as Unicode defines it; Python's own `strip` takes four control characters more."""

_STR = Parameter(name="str", type=STRING)
_ANY_STR = Parameter(name="str", type=STRING, takes_dynamic=True)
_SUBSTR = Parameter(name="substr", type=STRING)


def _change_with(change: Callable[..., str]) -> Compute:
    """Return what gives the string that `change` makes of its strings."""

    def compute(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
        return write_text(change(*map(text_of, arguments)))

    return compute


def _test_with(test: Callable[[str, str], bool]) -> Compute:
    """Return what gives the answer of `test` about two strings."""

    def compute(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
        return make_bool(test(text_of(arguments[0]), text_of(arguments[1])))

    return compute


def _chomp(text: str) -> str:
    return text.rstrip("\r\n")


def _reverse(text: str) -> str:
    return "".join(reversed(split_graphemes(text)))


def _trim_space(text: str) -> str:
    return text.strip(_SPACE)


def _contains(text: str, part: str) -> bool:
    return part in text


def _startswith(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    text, prefix = arguments[0], text_of(arguments[1])
    if is_known(text):
        return make_bool(text_of(text).startswith(prefix))
    return make_unknown(BOOL) if prefix else TRUE


def _indent(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    spaces, text = read_whole(arguments[0]), text_of(arguments[1])
    if spaces < 0:
        raise FunctionError("the number of spaces is below zero; give one from 0 up")
    check_size(len(text) + spaces * text.count("\n"))
    return make_text(text.replace("\n", "\n" + " " * spaces))


def _join(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    separator, lists = text_of(arguments[0]), arguments[1:]
    if not lists:
        raise FunctionError("a list of strings is needed after the separator")
    if not all(map(is_wholly_known, lists)):
        return make_unknown(STRING)
    texts = [
        _read_element(item, index, at, count=len(lists))
        for at, held in enumerate(lists, 1)
        for index, item in enumerate(items_of(held))
    ]
    check_size(sum(map(len, texts)) + len(separator) * max(len(texts) - 1, 0))
    return write_text(separator.join(texts))


def _read_element(item: Value, index: int, at: int, *, count: int) -> str:
    if is_null(item):
        place = f"element {index} of list {at}" if count > 1 else f"element {index}"
        raise FunctionError(f"{place} is null, and null cannot be joined; leave it out", at)
    return text_of(item)


def _split(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    separator, text = map(text_of, arguments)
    check_count(len(text) if not separator else text.count(separator) + 1)
    return make_list(STRING, map(write_text, text.split(separator) if separator else text))


def _substr(arguments: Sequence[Value], _type: Type, _environment: Environment) -> Value:
    characters = split_graphemes(text_of(arguments[0]))
    offset, length = read_whole(arguments[1]), read_whole(arguments[2])
    if offset >= 0:
        end = offset + length if length >= 0 else len(characters)
    else:
        # From the end, Terraform takes a length of 0 as all the rest.
        offset = max(offset + len(characters), 0)
        end = offset + length if length > 0 else len(characters)
    return write_text("".join(characters[offset:end]))


FUNCTIONS = (
    Function(
        name="chomp",
        summary="Removes all line ends at the end of a string.",
        parameters=(_STR,),
        returns=STRING,
        compute=_change_with(_chomp),
        examples=(Example(expression=r'chomp("hello\n\n")', result='"hello"'),),
    ),
    Function(
        name="endswith",
        summary="Tells whether a string ends with another one.",
        parameters=(_STR, Parameter(name="suffix", type=STRING)),
        returns=BOOL,
        compute=_test_with(str.endswith),
        examples=(Example(expression='endswith("hello world", "world")', result="true"),),
    ),
    Function(
        name="indent",
        summary="Puts spaces before each line of a string but the first.",
        parameters=(Parameter(name="spaces", type=NUMBER), _STR),
        returns=STRING,
        compute=_indent,
        examples=(Example(expression=r'split("\n", indent(2, "[\n1\n]"))[1]', result='"  1"'),),
    ),
    Function(
        name="join",
        summary="Makes one string of all strings of the lists, with a separator between them.",
        parameters=(Parameter(name="separator", type=STRING),),
        variadic=Parameter(name="lists", type=list_of(STRING)),
        returns=STRING,
        compute=_join,
        examples=(
            Example(expression='join("-", ["foo", "bar", "baz"])', result='"foo-bar-baz"'),
            Example(expression='join(", ", ["foo"], ["bar"])', result='"foo, bar"'),
        ),
    ),
    Function(
        name="lower",
        summary="Puts all letters of a string in lower case.",
        parameters=(_ANY_STR,),
        returns=STRING,
        compute=_change_with(to_lower),
        examples=(Example(expression='lower("HELLO")', result='"hello"'),),
    ),
    Function(
        name="split",
        summary="Takes a string apart at each separator.",
        parameters=(Parameter(name="separator", type=STRING), _STR),
        returns=list_of(STRING),
        compute=_split,
        examples=(
            Example(expression='split(",", "foo,bar,baz")[1]', result='"bar"'),
            Example(expression='length(split(",", ""))', result="1"),
        ),
    ),
    Function(
        name="startswith",
        summary="Tells whether a string begins with another one.",
        parameters=(Parameter(name="str", type=STRING, takes_unknown=True), Parameter(name="prefix", type=STRING)),
        returns=BOOL,
        compute=_startswith,
        examples=(Example(expression='startswith("hello world", "hello")', result="true"),),
    ),
    Function(
        name="strcontains",
        summary="Tells whether a string has another one in it.",
        parameters=(_STR, _SUBSTR),
        returns=BOOL,
        compute=_test_with(_contains),
        examples=(Example(expression='strcontains("hello world", "wor")', result="true"),),
    ),
    Function(
        name="strrev",
        summary="Turns the order of the characters of a string around.",
        parameters=(_ANY_STR,),
        returns=STRING,
        compute=_change_with(_reverse),
        examples=(Example(expression='strrev("hello")', result='"olleh"'),),
    ),
    Function(
        name="substr",
        summary="Gives a part of a string: from an offset on, or from the end if it is negative; -1 takes the rest.",
        parameters=(
            _ANY_STR,
            Parameter(name="offset", type=NUMBER, takes_dynamic=True),
            Parameter(name="length", type=NUMBER, takes_dynamic=True),
        ),
        returns=STRING,
        compute=_substr,
        examples=(
            Example(expression='substr("hello world", 1, 4)', result='"ello"'),
            Example(expression='substr("hello world", -5, -1)', result='"world"'),
        ),
    ),
    Function(
        name="title",
        summary="Puts the first letter of each word in upper case.",
        parameters=(_STR,),
        returns=STRING,
        compute=_change_with(to_title_words),
        examples=(Example(expression='title("hello world")', result='"Hello World"'),),
    ),
    Function(
        name="trim",
        summary="Removes all code points of a set from both ends of a string.",
        parameters=(_STR, Parameter(name="cutset", type=STRING)),
        returns=STRING,
        compute=_change_with(str.strip),
        examples=(Example(expression='trim("?!hello?!", "!?")', result='"hello"'),),
    ),
    Function(
        name="trimprefix",
        summary="Removes a prefix from a string that has it.",
        parameters=(_STR, Parameter(name="prefix", type=STRING)),
        returns=STRING,
        compute=_change_with(str.removeprefix),
        examples=(Example(expression='trimprefix("helloworld", "hello")', result='"world"'),),
    ),
    Function(
        name="trimspace",
        summary="Removes all white space from both ends of a string.",
        parameters=(_STR,),
        returns=STRING,
        compute=_change_with(_trim_space),
        examples=(Example(expression=r'trimspace("  hello\n\n")', result='"hello"'),),
    ),
    Function(
        name="trimsuffix",
        summary="Removes a suffix from a string that has it.",
        parameters=(_STR, Parameter(name="suffix", type=STRING)),
        returns=STRING,
        compute=_change_with(str.removesuffix),
        examples=(Example(expression='trimsuffix("helloworld", "world")', result='"hello"'),),
    ),
    Function(
        name="upper",
        summary="Puts all letters of a string in upper case.",
        parameters=(_ANY_STR,),
        returns=STRING,
        compute=_change_with(to_upper),
        examples=(Example(expression='upper("hello")', result='"HELLO"'),),
    ),
)
