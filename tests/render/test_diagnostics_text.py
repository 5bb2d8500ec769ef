"""Diagnostics on a screen: what, where, the line itself, and what to do."""

import re
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from planner.model.diagnostics import Diagnostic, Severity
from planner.model.spans import Span
from planner.render.diagnostics_text import render_diagnostics
from state.address import Address

MAIN = """\
planner {
  backend "local" {}
}

cluster "web" {
  spec {
    version = "2021.06"
\tquery   = { replicas = 0 }
    tier    = "東京" + nonsense
  }
}
"""


def point(part: str, text: str = MAIN, file: str = "main.hcl", **more: str) -> Diagnostic:
    start = text.index(part)
    return Diagnostic(
        code="test", summary=more.get("summary", "It is wrong"), span=Span(file, start, start + len(part))
    )


def show(diagnostic: Diagnostic, **sources: str) -> str:
    return render_diagnostics([diagnostic], sources or {"main.hcl": MAIN}, color=False)


def test_the_whole_frame() -> None:
    start = MAIN.index("version")
    diagnostic = Diagnostic(
        code="unknown-field",
        summary="Unknown field",
        detail="`verison` is not a field of `spec`. Did you mean `version`? "
        "A field that the schema does not know is an error.\n\n  a line of code stays as it is, however long it may be,"
        " for it is not prose\nCorrect it.",
        span=Span("main.hcl", start, start + 7),
        address=Address("web"),
    )
    assert show(diagnostic) == (
        "Error: Unknown field\n"
        "\n"
        "  with cluster.web,\n"
        '  on main.hcl:7:5, in cluster "web":\n'
        '  7:     version = "2021.06"\n'
        "         ^^^^^^^\n"
        "\n"
        "`verison` is not a field of `spec`. Did you mean `version`? A field that the\n"
        "schema does not know is an error.\n"
        "\n"
        "  a line of code stays as it is, however long it may be, for it is not prose\n"
        "Correct it.\n"
        "\n"
    )


def test_a_tab_takes_four_columns() -> None:
    assert show(point("query")).splitlines()[2:] == [
        '  on main.hcl:8:2, in cluster "web":',
        "  8:     query   = { replicas = 0 }",
        "         ^^^^^",
        "",
    ]


def test_wide_characters_take_two_columns() -> None:
    assert show(point("nonsense")).splitlines()[3:] == [
        '  9:     tier    = "東京" + nonsense',
        "                            ^^^^^^^^",
        "",
    ]


def test_what_cannot_be_shown_is_named() -> None:
    text = 'x = "\x1b[31m" + y\n'
    assert show(point("y", text), **{"main.hcl": text}).splitlines()[2:5] == [
        "  on main.hcl:1:15:",
        '  1: x = "\\u{1b}[31m" + y',
        "                        ^",
    ]


@pytest.mark.parametrize(
    ("start", "end", "place", "carets"),
    [
        (0, 0, "1:1:", "^"),
        (10, 22, "2:1, in planner:", "^^^^^^^^^^^^"),
        (len(MAIN), len(MAIN), "12:1:", "^"),
        (10**9, 10**9, "12:1:", "^"),
        (MAIN.index("spec"), MAIN.index("version"), '6:3, in cluster "web":', "^^^^^^"),
        (MAIN.index("cluster"), MAIN.index(" {\n  spec"), "5:1:", "^^^^^^^^^^^^^"),
    ],
)
def test_any_span_finds_its_place(start: int, end: int, place: str, carets: str) -> None:
    lines = show(Diagnostic(code="test", summary="x", span=Span("main.hcl", start, end))).splitlines()
    assert lines[2] == f"  on main.hcl:{place}"
    assert lines[4].strip() == carets


def test_a_long_line_is_cut_around_the_place() -> None:
    text = "a" * 5000 + "HERE" + "b" * 5000
    *_, code, carets, _ = show(point("HERE", text), **{"main.hcl": text}).splitlines()
    assert code == "  1: …" + "a" * 60 + "HERE" + "b" * 136 + "…"
    assert carets == " " * 66 + "^^^^"


def test_without_the_text_there_is_the_file() -> None:
    diagnostic = Diagnostic(code="test", summary="It is wrong", span=Span("lost.hcl", 3, 4), address=Address("web"))
    assert show(diagnostic) == "Error: It is wrong\n\n  with cluster.web,\n  on lost.hcl\n\n"


def test_without_a_place_there_is_the_message() -> None:
    assert show(Diagnostic(code="test", summary="No answer", detail="Try again.")) == (
        "Error: No answer\n\nTry again.\n\n"
    )


def test_warnings_first_then_by_file_and_place() -> None:
    sources = {"a.hcl": "one two\n", "b.hcl": "one two\n"}
    found = [
        point("two", "one two", "b.hcl", summary="5"),
        point("one", "one two", "b.hcl", summary="4"),
        Diagnostic(code="test", summary="2"),
        point("two", "one two", "a.hcl", summary="3"),
        Diagnostic(code="test", summary="1", severity=Severity.WARNING, span=Span("b.hcl", 4, 7)),
    ]
    text = render_diagnostics(found, sources, color=False)
    titles = [line for line in text.splitlines() if line.startswith(("Error", "Warning"))]
    assert titles == ["Warning: 1", "Error: 2", "Error: 3", "Error: 4", "Error: 5"]


def test_with_colour_there_is_a_frame() -> None:
    diagnostic = Diagnostic(code="test", summary="Bad \x1b", detail="::error::\nFix it.")
    assert render_diagnostics([diagnostic], {}, color=True) == (
        "\x1b[31m╷\x1b[0m\n"
        "\x1b[31m│\x1b[0m \x1b[31m\x1b[1mError: \x1b[0m\x1b[1mBad \\u{1b}\x1b[0m\n"
        "\x1b[31m│\x1b[0m\n"
        "\x1b[31m│\x1b[0m \\u{3a}:error::\n"
        "\x1b[31m│\x1b[0m Fix it.\n"
        "\x1b[31m╵\x1b[0m\n"
        "\n"
    )


def test_none_is_nothing() -> None:
    assert render_diagnostics([], {}, color=True) == ""


@given(st.text(max_size=60), st.integers(0, 70), st.integers(0, 70), st.text(max_size=30))
@example('x = """\n\x1b', 8, 9, "::error::")
@example("a\u2028b\rc\n", 3, 4, "##[error]")
def test_whatever_is_in_the_file_the_text_is_safe(text: str, start: int, end: int, words: str) -> None:
    diagnostic = Diagnostic(code="test", summary=words, detail=f"{words}\n{words}", span=Span(words, start, end))
    plain, colored = (render_diagnostics([diagnostic], {words: text}, color=color) for color in (False, True))
    for line in (plain + re.sub(r"\x1b\[[0-9]*m", "", colored)).split("\n"):
        assert line.isprintable()
        assert not line.removeprefix("│").lstrip().startswith("::")
        assert re.search(r"##\w*\[", line) is None


@pytest.mark.parametrize("text", ['"a' * 50_000, "a " * 50_000, '"\\' * 50_000, "[{" * 50_000, " \n" * 50_000])
def test_a_hostile_file_is_shown_at_once(text: str) -> None:
    at = len(text) - 1
    diagnostic = Diagnostic(code="test", summary="x", span=Span("main.hcl", at, at + 1))
    started = process_time()
    shown = show(diagnostic, **{"main.hcl": text})
    assert process_time() - started < 5
    assert len(shown) < 1000
