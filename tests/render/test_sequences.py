"""What was taken out and put in: a reader who follows it from one side arrives at the other."""

from hypothesis import given
from hypothesis import strategies as st

from planner.render.sequences import Hidden, Kept, Replaced, compare_sequences

LINES = st.lists(st.sampled_from("abc"), max_size=30)


@given(LINES, LINES, st.integers(0, 3))
def test_following_the_difference_leads_from_before_to_after(before: list[str], after: list[str], context: int) -> None:
    at_before = at_after = 0
    for step in compare_sequences(before, after, context=context):
        match step:
            case Kept(at=at):
                assert at == at_after
                assert before[at_before] == after[at_after]
                at_before, at_after = at_before + 1, at_after + 1
            case Hidden(length=length):
                assert length > 1
                assert before[at_before : at_before + length] == after[at_after : at_after + length]
                at_before, at_after = at_before + length, at_after + length
            case Replaced(before=taken, after=put):
                assert (taken.start, put.start) == (at_before, at_after)
                assert len(taken) + len(put) > 0
                at_before, at_after = taken.stop, put.stop
    assert (at_before, at_after) == (len(before), len(after))


@given(LINES)
def test_what_is_the_same_has_no_difference(lines: list[str]) -> None:
    assert not any(isinstance(step, Replaced) for step in compare_sequences(lines, lines, context=1))


def test_context_is_kept_around_a_difference() -> None:
    before = list("abcdefghij")
    after = list("abcdeXghij")
    assert list(compare_sequences(before, after, context=2)) == [
        Hidden(3),
        Kept(3),
        Kept(4),
        Replaced(range(5, 6), range(5, 6)),
        Kept(6),
        Kept(7),
        Hidden(2),
    ]


def test_one_more_line_is_shown_rather_than_hidden() -> None:
    assert list(compare_sequences(list("abX"), list("abY"), context=1)) == [
        Kept(0),
        Kept(1),
        Replaced(range(2, 3), range(2, 3)),
    ]


def test_what_is_too_large_to_compare_is_replaced_whole() -> None:
    before = ["head", *(f"b{number}" for number in range(1000)), "tail"]
    after = ["head", *(f"a{number}" for number in range(1000)), "tail"]
    assert list(compare_sequences(before, after, context=1)) == [
        Kept(0),
        Replaced(range(1, 1001), range(1, 1001)),
        Kept(1001),
    ]
