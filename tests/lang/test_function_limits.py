"""What the functions refuse though Terraform would try, results that fill the memory, and what takes no time."""

from typing import cast

import pytest

from planner.lang.calls import call
from planner.lang.functions.signature import Environment, FunctionError, TooLargeError
from planner.lang.functions.table import find_function
from planner.lang.types import NUMBER, STRING, list_of
from planner.lang.values import Value, make_list, number_of, text_of
from tests.lang.making import list_value, of

MEBIBYTE = "x" * 1024 * 1024
TEN = of("0123456789")
THOUSAND = list_value(NUMBER, *range(1000))
LINES = make_list(STRING, [of(MEBIBYTE)] * 2)

TOO_LARGE_TEXT = [
    ("join", [of(","), LINES]),
    ("indent", [of(2_000_000), of("a\nb")]),
    ("indent", [of(9_000_000_000_000_000_000), of("a\nb")]),
    ("replace", [of(MEBIBYTE), of("x"), TEN]),
    ("replace", [of(MEBIBYTE[:200_000]), of("/x/"), TEN]),
    ("replace", [of(MEBIBYTE), of("/^/"), TEN]),
    ("format", [of("%s%s"), of(MEBIBYTE), of("a")]),
    ("format", [of(MEBIBYTE + "a")]),
    ("formatlist", [of("%1000000s"), of(["a", "b"])]),
]
TOO_MANY = [
    ("setproduct", [THOUSAND, THOUSAND]),
    ("setproduct", [of([1, 2])] * 100),
    ("split", [of(""), of(MEBIBYTE)]),
    ("split", [of("x"), of(MEBIBYTE)]),
    ("regexall", [of("x"), of(MEBIBYTE)]),
    ("concat", [THOUSAND] * 201),
    ("flatten", [of([THOUSAND] * 201)]),
]
OTHERWISE = [
    ("format", [of("%2000000s"), of("a")], "above 1,048,576"),
    ("format", [of("%.99999999999999999999f"), of(1)], "above 1,048,576"),
    ("format", [of("%[1234567890]s"), of(1)], "above 1,048,576"),
    ("parseint", [of("1" * 7000), of(10)], "6,000 digits"),
    ("range", [of(1025)], "1024 elements"),
]


def _call(name: str, arguments: list[Value]) -> Value:
    function = find_function(name)
    assert function is not None
    return call(function, arguments, cast("Environment", None))


@pytest.mark.parametrize(("name", "arguments"), TOO_LARGE_TEXT)
def test_text_that_would_be_too_large_is_refused(name: str, arguments: list[Value]) -> None:
    with pytest.raises(TooLargeError, match="more than 1,048,576 characters"):
        _call(name, arguments)


@pytest.mark.parametrize(("name", "arguments"), TOO_MANY)
def test_collection_that_would_be_too_large_is_refused(name: str, arguments: list[Value]) -> None:
    with pytest.raises(TooLargeError, match="more than 200,000 elements"):
        _call(name, arguments)


@pytest.mark.parametrize(("name", "arguments", "words"), OTHERWISE)
def test_message_names_the_limit(name: str, arguments: list[Value], words: str) -> None:
    with pytest.raises(FunctionError, match=words):
        _call(name, arguments)


def test_texts_up_to_the_limit_are_made() -> None:
    assert text_of(_call("format", [of("%1048576s"), of("a")])) == " " * (1024 * 1024 - 1) + "a"
    assert text_of(_call("join", [of(""), make_list(STRING, [of("ab")] * 1000)])) == "ab" * 1000


@pytest.mark.parametrize("pattern", ["(x+x+)+y", "(x*)*y", "(?:x?){500}x{500}y"])
def test_no_pattern_takes_more_than_linear_time(pattern: str) -> None:
    assert _call("regexall", [of(pattern), of("x" * 100_000)]).content == ()


def test_equal_elements_are_found_without_comparing_each_with_each() -> None:
    many = list_value(NUMBER, *[number % 1000 for number in range(50_000)])
    assert len(cast("tuple[Value, ...]", _call("distinct", [many]).content)) == 1000
    found = _call("matchkeys", [many, many, THOUSAND])
    assert number_of(_call("length", [found])) == number_of(of(50_000))
    assert found.type == list_of(NUMBER)
