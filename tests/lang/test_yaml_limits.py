"""YAML that would fill the memory or never end, what is read as Terraform reads it all the same, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.lang.functions.signature import FunctionError, TooLargeError
from planner.lang.functions.yaml_reading import DEPTH_LIMIT, NODE_LIMIT, SIZE_LIMIT, parse_yaml
from planner.lang.functions.yaml_writing import write_yaml
from planner.lang.json_values import encode_json, from_json
from planner.lang.scope import Budget
from planner.lang.templates import normalize
from tests.lang.conftest import Run
from tests.lang.making import of

NINE = ", ".join(["*a{0}"] * 9)
LAUGHS = "a0: &a0 ha\n" + "".join(f"a{at + 1}: &a{at + 1} [{NINE.format(at)}]\n" for at in range(40))
CHAIN = "a0: &a0 x\n" + "".join(f"a{at + 1}: &a{at + 1} [*a{at}]\n" for at in range(DEPTH_LIMIT + 10))
MERGES = f"a: &a {{{', '.join(f'k{at}: 1' for at in range(200))}}}\n" + "".join(
    f"b{at}: {{<<: *a}}\n" for at in range(200)
)
NESTED = [sign * 100_000 for sign in ("[", "{a: ", "- ", "[a, ")]


@pytest.mark.parametrize("text", [LAUGHS, MERGES, "- x\n" * (NODE_LIMIT + 1)], ids=["laughs", "merges", "items"])
def test_too_many_values_are_refused(text: str) -> None:
    with pytest.raises(TooLargeError, match="more than 10,000 values, aliases written out"):
        parse_yaml(text)


@pytest.mark.parametrize("text", [CHAIN, *NESTED], ids=["chain", "sequences", "mappings", "dashes", "items"])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(TooLargeError, match=f"nested more than {DEPTH_LIMIT} deep"):
        parse_yaml(text[:SIZE_LIMIT])


def test_depth_up_to_the_limit_is_read() -> None:
    text = "[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT
    assert encode_json(parse_yaml(text)) == text


def test_large_documents_are_refused_unread() -> None:
    with pytest.raises(TooLargeError, match="more than 262,144 characters"):
        parse_yaml("[" + " " * SIZE_LIMIT)


def test_reading_much_yaml_costs_steps(run: Run) -> None:
    text = {"text": of("#" * 200_000 + "\na: 1")}
    assert run("yamldecode(var.text).a", text)[1] == ()
    _, mistakes = run("[for i in range(10): yamldecode(var.text).a]", text)
    assert [one.summary for one in mistakes] == ["Evaluation limit reached"]


def test_a_run_reads_little_yaml_in_all(run: Run) -> None:
    budget = Budget(run_steps=2_100_000)
    said = [run("yamldecode(var.text).a", {"text": of("#" * 100_000 + "\na: 1")}, budget=budget)[1] for _ in range(3)]
    assert [[one.summary for one in mistakes] for mistakes in said] == [[], [], ["Evaluation limit reached"]]


def test_limits_are_no_mistakes_that_try_gets_over(run: Run) -> None:
    _, mistakes = run('try(yamldecode(join("", [for i in range(1000): "["])), "none")')
    assert [one.summary for one in mistakes] == ["Evaluation limit reached"]


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['true']",
        "!!python/name:os.system",
        "!<tag:yaml.org,2002:python/object:x> {}",
        "a: !ruby/object {}",
    ],
)
def test_tags_make_nothing(text: str) -> None:
    with pytest.raises(FunctionError, match="tag"):
        parse_yaml(text)


@pytest.mark.parametrize("text", ['"\\ud83d\\ude00"', '"\\U00110000"', "a: 1e999999999", "0x" + "f" * 100_000])
def test_what_is_no_character_and_no_number_is_refused(text: str) -> None:
    with pytest.raises(FunctionError):
        parse_yaml(text)


def test_mistakes_are_told_with_their_place() -> None:
    with pytest.raises(FunctionError, match="at line 3, column 2"):
        parse_yaml("a: [1,\n2\nb: 3]\nc: ]")


documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.text(max_size=30).map(normalize),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10).map(normalize), inner, max_size=4),
    max_leaves=20,
)


@given(documents)
def test_what_is_written_is_read_back(document: object) -> None:
    value = from_json(document)  # type: ignore[arg-type] # plain data, as the strategy makes it
    assert encode_json(parse_yaml(write_yaml(value))) == encode_json(value)


@given(st.text(alphabet="ab01:-?[]{},&*!|>'\"%@#~<. \n\t\\é\u2028\x85", max_size=40))
def test_any_text_comes_to_a_value_or_a_refusal(text: str) -> None:
    try:
        value = parse_yaml(text)
    except FunctionError as refusal:
        assert str(refusal)  # noqa: PT017 - either is right
    else:
        assert value.marks == frozenset()
