"""Files in functions, seen from the language: patterns, templates and what they say of mistakes; functions left out."""

import gzip
from base64 import b64decode

import pytest

from planner.lang.functions.globbing import match_name
from planner.lang.functions.signature import TooLargeError
from planner.lang.functions.table import FUNCTION_NAMES, LEFT_OUT, find_function
from planner.lang.values import MarkKind, has_mark, text_of
from tests.lang.conftest import Run
from tests.lang.making import of, secret

FILES = {
    "list.tftpl": b"%{ for host in hosts ~}\nhost ${host}\n%{ endfor ~}\n",
    "missing.tftpl": b"one\n${nmae}\n",
    "broken.tftpl": b"${1 +}",
    "nested.tftpl": b'${templatefile("list.tftpl", {hosts = []})}',
    "deep.tftpl": b'${[for i in range(1000): [for j in range(1000): "x"]]}',
    "time.tftpl": b"${timestamp()}",
}


def _explain(run: Run, text: str) -> tuple[str, str]:
    _, mistakes = run(text, {"name": secret("hunter2"), "template": of("${file(path)}")}, files=FILES)
    assert len(mistakes) == 1
    return mistakes[0].summary, mistakes[0].detail


@pytest.mark.parametrize(
    ("text", "summary", "words"),
    [
        (
            'templatefile("missing.tftpl", {name = 1})',
            "Invalid function argument",
            'there is no "nmae" in it, which missing.tftpl refers to on line 2; did you mean "name"',
        ),
        ('templatefile("broken.tftpl", {})', "Error in function call", "broken.tftpl, line 1, column"),
        ('templatefile("nested.tftpl", {})', "Error in function call", "a template cannot render another one"),
        ('templatefile("list.tftpl", {hosts = 5})', "Error in function call", "list.tftpl, line 1, column 16"),
        ('templatefile("deep.tftpl", {})', "Evaluation limit reached", "more steps than an expression may"),
        ('templatestring(var.template, {path = "a"})', "Error in function call", 'cannot look at "a"'),
        ("templatestring(var.template, [])", "Invalid function argument", "must be an object or a map"),
        ('templatestring("${var.template}", {})', "Invalid function argument", "must be a reference to a string"),
        ('file("none.txt")', "Invalid function argument", 'there is no file "none.txt"'),
        ('fileset(".", "{a,b")', "Error in function call", 'the pattern "{a,b" is not closed'),
        ('fileset(".", join("", [for i in range(1001): "*"]))', "Evaluation limit reached", "1,000 characters"),
    ],
)
def test_mistakes_are_told(run: Run, text: str, summary: str, words: str) -> None:
    told = _explain(run, text)
    assert told[0] == summary
    assert words in told[1]


@pytest.mark.parametrize(
    "call", ["file(var.name)", "filemd5(var.name)", "base64decode(var.name)", 'yamldecode("[${var.name}")']
)
def test_secrets_are_not_told(run: Run, call: str) -> None:
    assert "hunter2" not in " ".join(_explain(run, call))


@pytest.mark.parametrize("text", ["", "hello", "é" * 10_000])
def test_gzip_unpacks_to_the_same_text_and_tells_no_time(run: Run, text: str) -> None:
    value, mistakes = run("base64gzip(var.text)", {"text": of(text)})
    assert mistakes == ()
    packed = b64decode(text_of(value))
    assert gzip.decompress(packed).decode() == text
    assert packed[4:8] == bytes(4)


def test_what_a_template_makes_of_the_time_bears_its_mark(run: Run) -> None:
    value, mistakes = run('templatefile("time.tftpl", {})', files=FILES)
    assert mistakes == ()
    assert has_mark(value, MarkKind.VOLATILE)


@pytest.mark.parametrize("name", ["timestamp", "plantimestamp", "uuid"])
def test_what_is_another_one_each_time_bears_a_mark(run: Run, name: str) -> None:
    value, _ = run(f'"${{{name}()}}"')
    assert [(one.kind, one.source) for one in value.marks] == [(MarkKind.VOLATILE, name)]


@pytest.mark.parametrize("name", LEFT_OUT)
def test_function_that_is_left_out_says_why(run: Run, name: str) -> None:
    summary, detail = _explain(run, f'{name}("x")')
    assert summary == "Call to unknown function"
    assert f"Terraform's {name}() is left out: {LEFT_OUT[name]}" in detail
    assert _explain(run, f'core::{name}("x")')[1].startswith("Terraform's")


@pytest.mark.parametrize(("call", "instead"), [('list("a")', "tolist([ ... ])"), ('map("a", 1)', "tomap({ ... })")])
def test_function_that_terraform_removed_says_what_to_write(run: Run, call: str, instead: str) -> None:
    summary, detail = _explain(run, call)
    assert summary == "Error in function call"
    assert f"Write {instead} instead." in detail


def test_table_has_each_function_where_it_says() -> None:
    for name in FUNCTION_NAMES:
        function = find_function(name)
        assert function is not None
        assert function.name == name
    assert find_function("bcrypt") is None


def test_pattern_that_takes_too_long_is_refused() -> None:
    with pytest.raises(TooLargeError, match="takes too long"):
        match_name("*a" * 30 + "b", "a" * 200)


@pytest.mark.parametrize(
    ("pattern", "name", "is_match"),
    [
        ("*", "", True),
        ("*", ".hidden", True),
        ("a*c", "abbbc", True),
        ("a*c", "ac", True),
        ("a*", "a", True),
        ("a?", "a", False),
        ("[^a-c]x", "dx", True),
        ("[^a-c]x", "bx", False),
        ("{a,b}*", "bee", True),
        ("{a,b}*", "cee", False),
        (r"\*", "*", True),
        (r"\*", "x", False),
    ],
)
def test_names_are_compared_with_patterns(pattern: str, name: str, *, is_match: bool) -> None:
    assert match_name(pattern, name) is is_match
