"""The redactor: what it finds, in which spellings, and what it leaves alone."""

import base64
import json
import os
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.model.redaction import REDACTED, Redactor
from planner.render.escaping import escape, quote_json
from planner.render.escaping import quote as quote_hcl
from planner.render.secret_spellings import spell_shown

SECRET = 's3cr/et +"x"\n${y}%{z}\\Kä\x1b'
SPELLINGS = {
    "plain": SECRET,
    "JSON": json.dumps(SECRET)[1:-1],
    "JSON with its letters": json.dumps(SECRET, ensure_ascii=False)[1:-1],
    "JSON with solidus": json.dumps(SECRET)[1:-1].replace("/", "\\/"),
    "JSON in JSON": json.dumps(json.dumps(SECRET)[1:-1])[1:-1],
    "URL path": quote(SECRET),
    "URL": quote(SECRET, safe=""),
    "URL with small letters": quote(SECRET, safe="").replace("%C3%A4", "%c3%a4").replace("%2F", "%2f")
    .replace("%2B", "%2b").replace("%0A", "%0a").replace("%7B", "%7b").replace("%7D", "%7d").replace("%5C", "%5c")
    .replace("%1B", "%1b"),
    "form": quote_plus(SECRET),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 without padding": base64.b64encode(SECRET.encode()).decode().rstrip("="),
    "base64 for URLs": base64.urlsafe_b64encode(SECRET.encode()).decode(),
    "Python": repr(SECRET)[1:-1],
    "a quoted text": quote_hcl(SECRET)[1:-1],
    "a template": quote_hcl(SECRET)[1:-1].replace("${", "$${").replace("%{", "%%{"),
    "prose": escape(SECRET),
    "quoted JSON": quote_json(SECRET)[1:-1],
}  # fmt: skip


def know(*secrets: object) -> Redactor:
    redactor = Redactor(spell_shown)
    redactor.learn(secrets)  # type: ignore[arg-type]  # all of them are JSON
    return redactor


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
def test_a_secret_is_found_in_every_spelling(spelling: str) -> None:
    assert know(SECRET).mask(f"before {spelling} after") == f"before {REDACTED} after"


@pytest.mark.parametrize("before", ["", "a", "ab", "user:", "{?>~"])
@pytest.mark.parametrize("after", ["", "z", "@host", "~~~"])
def test_a_secret_is_found_inside_what_is_in_base64(before: str, after: str) -> None:
    text = base64.b64encode(f"{before}hunter-2222{after}".encode()).decode()
    assert REDACTED in know("hunter-2222").mask(text)
    assert REDACTED in know("hunter-2222").mask(text.replace("+", "-").replace("/", "_"))


def to_base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


LETTERS = st.characters(exclude_categories=["Cs"])
SECRETS = st.text(LETTERS, min_size=6, max_size=30).map(lambda text: f"x{text.strip()}y")


@given(SECRETS, st.sampled_from([str, quote, to_base64, escape]), st.text(st.sampled_from(" ,:\n(){}"), max_size=4))
def test_whatever_the_secret_is_it_does_not_get_through(secret: str, spell: Callable[[str], str], between: str) -> None:
    spelt = spell(secret)
    assert know(secret).mask(f"{between} {spelt} {between}") == f"{between} {REDACTED} {between}"


def test_a_secret_in_each_of_many_places_is_found() -> None:
    redactor = know(*(f"hunter-{number:08}" for number in range(500)))
    text = "\n".join(f"line {number}: hunter-{number:08}!" for number in range(500))
    assert redactor.mask(text) == "\n".join(f"line {number}: {REDACTED}!" for number in range(500))


@pytest.mark.parametrize("offset", range(7))
def test_among_many_secrets_one_is_found_wherever_it_begins(offset: int) -> None:
    redactor = know("Zq7#x!", *(os.urandom(12).hex() for _ in range(200)))
    assert redactor.mask(f"{'.' * offset}Zq7#x!.") == f"{'.' * offset}{REDACTED}."


@pytest.mark.parametrize(
    "text",
    [
        "default-group",
        "the group is default_x",
        "a.default",
        "druid.x.default.y",
        "defaults",
        "Default",
        "pl-0123456789 and 20234567",
        "sha256:9912345678ab",
    ],
)
def test_other_words_are_left_alone(text: str) -> None:
    assert know("default", "12345678", "234567").mask(text) == text


@pytest.mark.parametrize(
    "text",
    ["default", '"default"', "x=default.", "(default)\n", "\\ndefault", "a%20default", "\x1b[32mdefault\x1b[0m"],
)
def test_a_word_that_is_secret_is_hidden_where_it_stands_by_itself(text: str) -> None:
    assert know("default").mask(text) == text.replace("default", REDACTED)


def test_what_is_short_is_not_looked_for() -> None:
    redactor = know("true", "12345", "web", "", None, 123456789)
    assert redactor.mask("true 12345 web 123456789") == "true 12345 web 123456789"


def test_nothing_is_hidden_before_it_is_known() -> None:
    redactor = know()
    assert redactor.mask("hunter-2222") == "hunter-2222"
    vault = redactor.open_vault()
    vault["hmac:1"] = {"deep": ["hunter-2222"]}
    assert redactor.mask("hunter-2222") == REDACTED
    assert redactor.holds("x hunter-2222 x")
    assert not redactor.holds("hunter-2223")


OPTIONS = """\
issuer: https://idp.example.com/acme
clientSecret: "hunter-2222-secret"
roleAuthority: NATIVE
"""


def test_the_parts_of_a_secret_that_are_passwords_are_secrets() -> None:
    redactor = know(OPTIONS, '{"bindPassword":"hunter-3333","url":"ldap://x"}', "user=druid password='hunter-4444';")
    assert redactor.mask("hunter-2222-secret hunter-3333 hunter-4444") == f"{REDACTED} {REDACTED} {REDACTED}"
    assert redactor.mask('roleAuthority = "NATIVE"') == 'roleAuthority = "NATIVE"'


def test_the_lines_of_a_secret_are_hidden_one_by_one() -> None:
    shown = "".join(f"      + {line}\n" for line in OPTIONS.splitlines())
    assert know(OPTIONS).mask(shown) == f"      + {REDACTED}\n" * 3


def test_the_longest_of_two_secrets_is_hidden_whole() -> None:
    assert know("hunter-2222", "hunter-2222-and-more").mask("hunter-2222-and-more") == REDACTED


@given(
    st.recursive(
        st.sampled_from(["x", "hunter22", "\nhunter22", "status", "update", "123456", '"\\hunter22', 123456, None]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["status", "b", "update"]), inner),
        max_leaves=8,
    ),
    st.sampled_from([None, 2]),
)  # fmt: skip
def test_json_stays_json_and_keeps_its_names_and_numbers(document: object, indent: int | None) -> None:
    text = json.dumps([document], indent=indent)
    masked = know("hunter22", "status", "update", "123456", "n0thing-x", '\\"').mask(text)
    assert "hunter22" not in masked
    assert shape(json.loads(masked)) == shape([document])


def shape(value: object) -> object:
    """Return `value` without its texts."""
    match value:
        case dict():
            return {name: shape(member) for name, member in value.items()}
        case list():
            return [shape(item) for item in value]
        case str():
            return ""
        case _:
            return value


def test_a_secret_that_begins_in_the_middle_of_an_escape_leaves_json_whole() -> None:
    masked = know("n0thing-at-all", "tail-of-it\\").mask(
        json.dumps({"a": "x\n0thing-at-all", "b": "tail-of-it\\", "c": "y"})
    )
    assert json.loads(masked)["c"] == "y"
    assert "0thing" not in masked
    assert "tail-of" not in masked


def test_lines_of_json_stay_lines_of_json() -> None:
    text = '{"a": "hunter22", "n": 123456}\n{"b": "x"}\n'
    assert know("hunter22", "123456").mask(text) == f'{{"a": "{REDACTED}", "n": 123456}}\n{{"b": "x"}}\n'


def test_a_token_in_basic_authorization_is_found() -> None:
    assert REDACTED in know("hunter-2222").mask("Authorization: Basic YWRtaW46aHVudGVyLTIyMjI=")
