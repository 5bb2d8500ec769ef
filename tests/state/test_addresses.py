"""Addresses: what is written is read back as it was, and what is no address is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from state.address import Address, ModuleStep, is_identifier, parse_address, sort_key


@given(address=...)
def test_an_address_is_read_back_as_it_was_written(address: Address) -> None:
    assert parse_address(str(address)) == address


@given(one=..., other=...)
def test_two_addresses_are_never_written_alike(one: Address, other: Address) -> None:
    assert (str(one) == str(other)) == (one == other)


@given(text=st.text() | st.from_regex(r'(module|cluster)\.[a-z]+(\["?[^]]*"?\])?(\.cluster\.[a-z-]+)?', fullmatch=True))
def test_a_text_is_an_address_or_a_value_error(text: str) -> None:
    try:
        address = parse_address(text)
    except ValueError:
        return
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("cluster.web", Address("web")),
        ("cluster.test-1", Address("test-1")),
        ("cluster.web[0]", Address("web", 0)),
        ('cluster.web["eu"]', Address("web", "eu")),
        (r'cluster.web["a\"]b.c"]', Address("web", 'a"]b.c')),
        ("cluster.cluster", Address("cluster")),
        ('module.fleet["eu"].cluster.web[0]', Address("web", 0, (ModuleStep("fleet", "eu"),))),
        ("module.a.module.cluster[3].cluster.b", Address("b", None, (ModuleStep("a"), ModuleStep("cluster", 3)))),
    ],
)
def test_addresses_are_spelled_as_terraform_spells_them(text: str, address: Address) -> None:
    assert parse_address(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "cluster",
        "cluster.",
        "cluster.web ",
        "cluster.web.spec",
        "cluster.1web",
        "cluster.-web",
        "cluster.web[]",
        "cluster.web[-1]",
        "cluster.web[01]",
        "cluster.web[1.5]",
        f"cluster.web[{'9' * 5000}]",
        "cluster.web[eu]",
        'cluster.web["eu]',
        'cluster.web["eu"',
        r'cluster.web["\q"]',
        'cluster.web["a\nb"]',
        'cluster.web["eu"]["us"]',
        "module.fleet",
        "module.fleet.web",
        "resource.web",
        "module.fleet.cluster.web.cluster.web",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not the address of a cluster"):
        parse_address(text)


@pytest.mark.parametrize("text", ["web", "_", "test-1", "ünïcode", "नाम", "x٣"])
def test_identifiers_are_letters_then_letters_digits_and_dashes(text: str) -> None:
    assert is_identifier(text)


@pytest.mark.parametrize("text", ["", "-", "-a", "1", "a b", "a.b", "²", "a\n", "a[0]"])
def test_other_texts_are_no_identifiers(text: str) -> None:
    assert not is_identifier(text)


def test_addresses_are_ordered_as_people_count() -> None:
    ordered = [
        Address("b"),
        Address("b", 2),
        Address("b", 10),
        Address("b", "1"),
        Address("c"),
        Address("a", None, (ModuleStep("m"),)),
        Address("a", None, (ModuleStep("m", 0),)),
        Address("a", None, (ModuleStep("m", "x"),)),
    ]
    assert sorted(ordered, reverse=True) == ordered[::-1]


@given(one=..., other=...)
def test_the_order_is_the_same_by_key_and_by_comparison_and_total(one: Address, other: Address) -> None:
    assert (one < other) == (sort_key(one) < sort_key(other))
    assert [one < other, other < one, one == other].count(True) == 1
