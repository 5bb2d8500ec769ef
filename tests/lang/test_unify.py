"""The type that several have in common. The expectations are those of Terraform's type system."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.lang.conversion import ConversionError, convert, unify_values
from planner.lang.types import BOOL, DYNAMIC, NUMBER, STRING, Type, list_of, map_of, set_of
from planner.lang.unify import is_convertible, unify, unify_unsafe
from planner.lang.values import NULL, TRUE, UNKNOWN, Value, make_unknown
from tests.lang.making import list_value, obj, of, secret, set_value, tup

A = obj({"a": STRING})
AB = obj({"a": STRING, "b": STRING})

COMMON: list[tuple[list[Type], Type | None]] = [
    ([], None),
    ([STRING], STRING),
    ([NUMBER, NUMBER], NUMBER),
    ([NUMBER, STRING], STRING),
    ([STRING, NUMBER], STRING),
    ([BOOL, STRING, NUMBER], STRING),
    ([BOOL, NUMBER], None),
    ([A, A], A),
    ([A, obj({"a": NUMBER})], A),
    ([A, obj({"b": NUMBER})], map_of(STRING)),
    ([A, obj()], map_of(STRING)),
    ([obj({"a": BOOL}), obj({"b": NUMBER})], None),
    ([obj({"a": BOOL}), obj({"a": NUMBER})], None),
    ([tup(STRING), tup(NUMBER)], tup(STRING)),
    ([tup(STRING), tup(STRING, NUMBER)], list_of(STRING)),
    ([tup(STRING), tup()], list_of(STRING)),
    ([tup(BOOL), tup(NUMBER)], None),
    ([tup(A, A), tup(AB)], list_of(map_of(STRING))),
    ([tup(A, DYNAMIC), list_of(DYNAMIC)], None),
    ([list_of(A), tup(AB), tup(AB, obj({"c": STRING, "d": STRING}))], list_of(map_of(STRING))),
    ([list_of(A), list_of(map_of(STRING)), tup(map_of(STRING), AB)], list_of(map_of(STRING))),
    ([tup(obj({"a": STRING, "b": NUMBER})), tup(A)], tup(map_of(STRING))),
    ([list_of(obj({"a": NUMBER, "b": STRING})), tup(A)], list_of(map_of(STRING))),
    ([list_of(obj({"a": NUMBER, "b": STRING})), list_of(A)], list_of(map_of(STRING))),
    ([list_of(obj({"a": A, "b": AB})), list_of(map_of(AB))], list_of(map_of(map_of(STRING)))),
    ([obj({"a": A}), obj({"a": AB})], obj({"a": map_of(STRING)})),
    ([obj({"a": A, "b": AB}), map_of(AB)], map_of(map_of(STRING))),
    ([obj({"a": A, "b": A}), map_of(A)], map_of(A)),
    ([obj({"a": A, "b": A}), map_of(DYNAMIC), map_of(A)], map_of(DYNAMIC)),
    ([obj({"a": obj({"a": A}), "b": obj({"c": A})}), map_of(map_of(map_of(STRING)))], map_of(map_of(map_of(STRING)))),
    ([list_of(STRING), list_of(NUMBER)], list_of(STRING)),
    ([set_of(STRING), list_of(NUMBER)], None),
    ([set_of(STRING), list_of(STRING)], list_of(STRING)),
    ([set_of(NUMBER), set_of(STRING)], set_of(STRING)),
    ([map_of(STRING), list_of(STRING)], None),
    ([STRING, list_of(STRING)], None),
    ([DYNAMIC, tup(NUMBER)], DYNAMIC),
    ([DYNAMIC, obj({"a": NUMBER})], DYNAMIC),
    ([DYNAMIC, list_of(STRING)], DYNAMIC),
    ([DYNAMIC, STRING], DYNAMIC),
    ([tup(NUMBER), DYNAMIC, obj({"a": NUMBER})], None),
]


@pytest.mark.parametrize(("types", "common"), COMMON)
def test_several_types_have_one_in_common(types: list[Type], common: Type | None) -> None:
    assert unify(types) == common


UNSAFE: list[tuple[list[Type], Type | None]] = [
    ([DYNAMIC, STRING], STRING),
    ([NUMBER, STRING], STRING),
    ([BOOL, NUMBER], None),
    ([list_of(NUMBER), set_of(STRING)], list_of(NUMBER)),
    ([map_of(STRING), A, DYNAMIC], map_of(STRING)),
    ([tup(STRING), set_of(STRING)], set_of(STRING)),
]


@pytest.mark.parametrize(("types", "common"), UNSAFE)
def test_more_have_one_in_common_where_values_may_fail(types: list[Type], common: Type | None) -> None:
    assert unify_unsafe(types) == common


UNIFIED: list[tuple[list[Value], tuple[Value, ...] | None]] = [
    ([of("a"), of(1)], (of("a"), of("1"))),
    ([TRUE, of(1)], None),
    ([of([1]), of([])], (list_value(NUMBER, 1), list_value(NUMBER))),
    ([of([1]), UNKNOWN], (UNKNOWN, UNKNOWN)),
    ([of(1), UNKNOWN], (of(1), make_unknown(NUMBER))),
    ([secret([1]), UNKNOWN], (secret(UNKNOWN), UNKNOWN)),
    ([set_value(STRING, "a"), of(["b", "a"])], (set_value(STRING, "a"), set_value(STRING, "a", "b"))),
]


@pytest.mark.parametrize(("values", "unified"), UNIFIED)
def test_values_become_of_the_type_they_have_in_common(values: list[Value], unified: tuple[Value, ...] | None) -> None:
    assert unify_values(values) == unified


_LEAVES = st.sampled_from([STRING, NUMBER, BOOL])
TYPES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(list_of, inner),
        st.builds(set_of, inner),
        st.builds(map_of, inner),
        st.builds(obj, st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
        st.lists(inner, max_size=3).map(lambda items: tup(*items)),
    ),
    max_leaves=8,
)
_SCALARS = st.one_of(st.booleans(), st.integers(-9, 99), st.sampled_from(["", "a", "1", "true"])).map(of)
VALUES = st.recursive(
    st.one_of(_SCALARS, st.just(NULL)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(of), st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(of)
    ),
    max_leaves=8,
)


@given(st.lists(TYPES, min_size=1, max_size=4))
def test_all_types_convert_to_what_they_have_in_common(types: list[Type]) -> None:
    common = unify(types)
    if common is not None:
        assert all(is_convertible(type_, common, is_safe=True) for type_ in types)
        assert unify([*types, common]) == common


@given(VALUES, TYPES)
def test_conversion_is_idempotent_and_gives_the_type(value: Value, wanted: Type) -> None:
    try:
        converted = convert(value, wanted)
    except ConversionError:
        return
    assert converted.type == wanted
    assert convert(converted, wanted) == converted
    assert is_convertible(value.type, wanted)


@given(VALUES, TYPES)
def test_safe_conversion_never_fails(value: Value, wanted: Type) -> None:
    if is_convertible(value.type, wanted, is_safe=True):
        assert convert(value, wanted).type == wanted
