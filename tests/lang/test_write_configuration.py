"""Configuration that is written is read back as what it was, in either syntax, and is in the standard style."""

import json
import re
import tempfile
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.config.configuration import VariableInputs
from planner.config.read import read_configuration
from planner.lang.format_text import format_hcl
from planner.lang.write_configuration import Section, write_document, write_hcl, write_json_syntax
from planner.model.spans import Source
from planner.model.written import Block, Reference, Word, Written

TEXTS = st.text(st.sampled_from('${}%"\\~#[:/ \n\ta.é\u2028\x07\U0001f469\u0301'), max_size=8).map(
    lambda text: normalize("NFC", text)
)
NUMBERS = st.integers(-(2**80), 2**80) | st.floats(-1e300, 1e300).filter(lambda number: abs(number) > 1e-300)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS | st.sampled_from(["for", "null"]), inner, max_size=3)
    ),
    max_leaves=8,
)


def read_output(name: str, text: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the value of the output in a configuration of one file."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, name).write_text(text, encoding="utf-8", newline="")
        configuration = read_configuration(directory, VariableInputs())
    assert configuration.desired is not None, (text, configuration.diagnostics)
    return configuration.desired.outputs[0].value


@given(value=VALUES)
def test_a_value_is_read_back(value: Any) -> None:  # noqa: ANN401 - any JSON
    sections: list[Section] = [("output", Block(labels=("x",), members={"value": value}))]
    for name, text in (("x.hcl", write_hcl("So.", sections)), ("x.hcl.json", write_json_syntax("So.", sections))):
        assert json.dumps(read_output(name, text), sort_keys=True) == json.dumps(as_read(value), sort_keys=True)
        assert not re.search(r"(?m)^\s*::|##\[", text)


def as_read(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return `value` as the language has it, where a whole number is an integer."""
    match value:
        case float():
            return int(value) if value == int(value) else value
        case list():
            return [as_read(item) for item in value]
        case dict():
            return {name: as_read(member) for name, member in value.items()}
        case _:
            return value


@given(value=VALUES)
def test_what_is_written_is_in_the_standard_style(value: Written) -> None:
    text = write_hcl("So.", [("output", Block(labels=("x",), members={"value": value}))])
    assert format_hcl(Source("x.hcl", text)) == (text, ())


SECTIONS: list[Section] = [
    ("variable", Block(labels=("key",), members={"type": Word("string"), "sensitive": True})),
    (
        "cluster",
        Block(
            labels=("web",),
            members={
                "metadata": Block(members={"name": 'a "b"'}),
                "spec": Block(
                    members={
                        "version": "2021.06",
                        "awsTags": {"team": "ads", "a b": "", "for": "${x}"},
                        "query": Block(members={"replicas": 3}),
                        "pivot": Block(members={"options": Reference("var.key")}),
                        "druidExtensions": ["a", "b"],
                        "loadBalancers": [{"type": None}],
                    }
                ),
            },
        ),
    ),
    ("import", Block(members={"to": Word("cluster.web"), "id": "1"})),
    ("import", Block(members={"to": Word("cluster.b"), "id": "2"})),
]


def test_blocks_in_hcl() -> None:
    assert write_hcl("Generated.", SECTIONS) == (
        """\
# Generated.

variable "key" {
  type      = string
  sensitive = true
}

cluster "web" {
  metadata {
    name = "a \\"b\\""
  }

  spec {
    version = "2021.06"
    awsTags = {
      team  = "ads"
      "a b" = ""
      "for" = "$${x}"
    }

    query {
      replicas = 3
    }

    pivot {
      options = var.key
    }

    druidExtensions = ["a", "b"]
    loadBalancers = [
      {
        type = null
      },
    ]
  }
}

import {
  to = cluster.web
  id = "1"
}

import {
  to = cluster.b
  id = "2"
}
"""
    )


def test_blocks_in_json_syntax() -> None:
    assert json.loads(write_json_syntax("Generated.", SECTIONS)) == {
        "//": "Generated.",
        "variable": {"key": {"type": "string", "sensitive": True}},
        "cluster": {
            "web": {
                "metadata": {"name": 'a "b"'},
                "spec": {
                    "version": "2021.06",
                    "awsTags": {"team": "ads", "a b": "", "for": '${"$${x}"}'},
                    "query": {"replicas": 3},
                    "pivot": {"options": "${var.key}"},
                    "druidExtensions": ["a", "b"],
                    "loadBalancers": [{"type": None}],
                },
            }
        },
        "import": [{"to": "cluster.web", "id": "1"}, {"to": "cluster.b", "id": "2"}],
    }


def test_a_list_that_is_too_long_for_a_line_has_a_line_for_each_item() -> None:
    names: list[Written] = [f"an-extension-{number}" for number in range(9)]
    text = write_hcl("So.", [("locals", Block(members={"x": names}))])
    assert [line.strip() for line in text.splitlines()][4:7] == [
        '"an-extension-0",',
        '"an-extension-1",',
        '"an-extension-2",',
    ]


def test_a_document_starts_no_command_in_a_log() -> None:
    text = write_document({"a": "##[error]", "b": "::x"})
    assert "##[" not in text
    assert json.loads(text) == {"a": "##[error]", "b": "::x"}


def test_what_cannot_be_configuration_is_no_configuration() -> None:
    with pytest.raises(ValueError, match="no configuration"):
        write_hcl("So.", [("locals", Block(members={"x": Reference("1 +")}))])
