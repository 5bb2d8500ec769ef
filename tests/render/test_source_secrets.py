"""A secret that a user wrote into a file is not shown with the line that it stands on, nor in the JSON of the same."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.diagnostics import Diagnostic
from planner.model.spans import Span
from planner.render import source_lines
from planner.render.diagnostics_json import diagnostic_document
from planner.render.diagnostics_text import render_diagnostics
from planner.render.source_secrets import find_hidden

CANARY = "hunter2"


def show(text: str, part: str = CANARY) -> str:
    start = text.index(part)
    diagnostic = Diagnostic(code="test", summary="It is wrong", span=Span("f", start, start + len(part)))
    document = json.dumps(diagnostic_document(diagnostic, {"f": text}), ensure_ascii=False)
    return render_diagnostics([diagnostic], {"f": text}, color=False) + document


@pytest.mark.parametrize(
    "text",
    [
        'password = "hunter2"',
        'password = "hunter2',
        'password = "${trimspace(" hunter2 ")}"',
        '"druid.metadata.storage.connector.password" = "hunter2"',
        'tags = { a = 1, "x.secret" = "hunter2" }',
        '  "druid.s3.accessKey" = var.x ? "hunter2" : ""',
        "secrets = [\n  \"a\",\n  'hunter2',\n]",
        'secrets = [\n\n  # two\n  "hunter2"]',
        "options = <<-EOT\n  clientId: x\n  clientHash: hunter2\n  EOT",
        "pivot {\n  options = <<EOT\nhash: hunter2\nEOT\n}",
        'customFiles = [{\n  name = "x"\n  contents = "hunter2"\n}]',
        '{"name": "druid.password", "value": "hunter2"}',
        '{"spec":{"pivot":{"options":"hunter2"}}}',
        '  {\n    "name": "druid.password",\n    "value": "hunter2"\n  }',
        '  {\n    "value": "hunter2",\n    "name": "druid.password"\n  }',
        'variable "db_password" {\n  default = "hunter2"\n}',
        'variable "db" {\n  default = "hunter2"\n  type = string\n\n\n\n\n\n  sensitive = true\n}',
        'variable "db" {\n  sensitive = true\n  default = {\n    user = "a"\n    hash = "hunter2"\n  }\n}',
        '{"variable": {"db": {"sensitive": true, "default": "hunter2"}}}',
        "Authorization: Bearer hunter2",
        'the token\r\napi_key = "hunter2"\r\n',
    ],
)
def test_a_secret_is_not_shown(text: str) -> None:
    assert CANARY not in show(text)


@pytest.mark.parametrize(
    ("text", "part", "code"),
    [
        ('pasword = "x"\npassword2 = "hunter2"', "password2", "  2: password2 = (sensitive value)"),
        ('accessMode = "OIDCC"', "OIDCC", '  1: accessMode = "OIDCC"'),
        ('awsKeyPair = "ops"', "ops", '  1: awsKeyPair = "ops"'),
        ('variable "db_password" {\n  type = strin\n}', "db_password", '  1: variable "db_password" {'),
        ('secret = "x"\nreplicas = three', "three", "  2: replicas = three"),
        ('a {\n  secret = "x"\n}\nb {\n  replicas = three\n}', "three", "  5:   replicas = three"),
        ("text = <<EOT\n  password: x\nEOT\nreplicas = three", "three", "  4: replicas = three"),
        ("options = <<EOT\n  x\nEOT\n  replicas = three", "three", "  4:   replicas = three"),
    ],
)
def test_what_is_no_secret_stays(text: str, part: str, code: str) -> None:
    assert code in show(text, part).splitlines()


def test_the_block_of_another_secret_hides_nothing() -> None:
    text = 'output "a" {\n  value = wrong\n}\n\noutput "b" {\n  value = "x"\n  sensitive = true\n}\n'
    assert "value = wrong" in show(text, "wrong")


def test_the_caret_stands_under_what_hides_the_secret() -> None:
    assert show('password = "hunter2"').splitlines()[3:5] == [
        "  1: password = (sensitive value)",
        "                ^^^^^^^^^^^^^^^^^",
    ]


@given(
    st.lists(
        st.sampled_from(
            ['password = "', '"', "hunter2", "{", "}", "\n", "  ", " = ", "<<EOT\n", "EOT\n", "[", ",", "\t"]
        ),
        max_size=20,
    ).map("".join)
)
def test_any_text_after_the_name_of_a_secret_is_hidden(junk: str) -> None:
    text = junk.replace(CANARY, "") + '\npassword = "hunter2"\n'
    assert CANARY not in show(text)


def test_a_line_is_searched_for_secrets_once_however_many_mistakes_are_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []

    def search(lines: list[str], heredocs: dict[int, int], number: int) -> int | None:
        searched.append(number)
        return find_hidden(lines, heredocs, number)

    monkeypatch.setattr(source_lines, "find_hidden", search)
    diagnostics = [Diagnostic(code="test", summary="It is wrong", span=Span("f", at, at + 1)) for at in range(40)]
    render_diagnostics(diagnostics, {"f": "x" * 40}, color=False)
    assert searched == [0]
