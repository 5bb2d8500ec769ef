"""The note about what others changed: three values beside each other, and never more than a screen of them."""

import re

from planner.model.paths import Key
from planner.model.plan import MISSING, Action, Cause, Change, Difference, Missing, Plan, Precondition, Reason
from planner.render.plan_text import render_plan
from state.address import Address
from state.values import Secret, Value

ENDPOINT = Precondition(endpoint="https://acme.implycloud.com", lineage="l", serial=1)


def differ(
    *path: str | Key, applied: "Value | Missing", live: "Value | Missing", after: "Value | Missing", cause: Cause
) -> Difference:
    return Difference(path=("spec", *path), cause=cause, before=live, after=after, applied=applied)


def drift(*path: str | Key, applied: "Value | Missing", live: "Value | Missing") -> Difference:
    return differ(*path, applied=applied, live=live, after=applied, cause=Cause.DRIFT)


def change(name: str, *differences: Difference, action: Action = Action.UPDATE, reason: Reason | None = None) -> Change:
    return Change(address=Address(name), action=action, name=name, id=name, differences=differences, reason=reason)


def read_note(*changes: Change) -> list[str]:
    """Return the lines of the note in a plan's text, without its title."""
    text = render_plan(Plan(id="0" * 64, changes=changes, precondition=ENDPOINT), color=False)
    match = re.search(
        r"Note: Clusters have changed outside of planner since the last apply\n\n(.*?)\n\n", text, re.DOTALL
    )
    return match[1].split("\n") if match else []


def test_three_values_stand_below_their_names() -> None:
    conflict = differ("query", "replicas", applied=3, live=7, after=5, cause=Cause.CONFLICT)
    edit = differ("awsKeyPair", applied="a", live="a", after="b", cause=Cause.EDIT)
    added = drift("awsTags", Key("env"), applied=MISSING, live={"name": "env", "value": "x"})
    assert read_note(change("web", conflict, edit, added)) == [
        "                         LAST APPLIED  LIVE  WILL BE",
        "  cluster.web",
        "    spec.query.replicas  3             7     5        # conflict",
        '    spec.awsTags["env"]  (none)        "x"   (none)   # drift',
    ]


def test_an_edit_alone_is_no_news_of_others() -> None:
    assert read_note(change("web", differ("a", applied=1, live=1, after=2, cause=Cause.EDIT))) == []


def test_a_secret_stays_hidden() -> None:
    hidden = drift("pivot", "options", applied=Secret("canary-1"), live=Secret("canary-2"))
    inner = drift("more", applied={"deep": [Secret("canary-3")]}, live=None)
    *_, first, second = read_note(change("web", hidden, inner))
    assert first.split("  ")[3].strip() == "(sensitive value)"
    assert "{ deep = [(sensitive value)] }" in second
    assert "canary" not in first + second


def test_of_long_values_that_is_shown_in_which_they_differ() -> None:
    start = "s3://a-bucket-with-a-rather-long-name/and/a/folder/"
    _, _, line = read_note(change("web", drift("path", applied=f"{start}one", live=f"{start}other")))
    assert line == '    spec.path  ...folder/one"  ...folder/other"  ...folder/one"  # drift'


def test_a_long_value_beside_a_short_one_is_cut_at_its_end() -> None:
    _, _, line = read_note(change("web", drift("path", applied="x" * 99, live="y")))
    assert line == f'    spec.path  "{"x" * 28}...  "y"   "{"x" * 28}...  # drift'


def test_a_text_of_several_lines_takes_one() -> None:
    _, _, line = read_note(change("web", drift("jvm", applied="-Xmx8g\n-server\n", live="-Xmx9g\n")))
    assert line == r'    spec.jvm  "-Xmx8g\n-server\n"  "-Xmx9g\n"  "-Xmx8g\n-server\n"  # drift'


def test_what_others_write_does_not_break_the_lines() -> None:
    _, _, line = read_note(change("web", drift("a", applied="x", live="\x1b[31m\r##[error]")))
    assert r'"\u{1b}[31m\r#\u{23}[error]"' in line


def test_of_a_thousand_clusters_the_worst_are_told_and_the_rest_is_counted() -> None:
    drifted = [change(f"c{number:04}", drift("a", applied=1, live=2), drift("b", applied=1, live=2))
               for number in range(1000)]  # fmt: skip
    lost = change("lost", differ("a", applied=1, live=2, after=3, cause=Cause.CONFLICT))
    gone = change("zone", action=Action.CREATE, reason=Reason.GONE)
    lines = read_note(*drifted, lost, gone)
    assert lines[:5] == [
        "  cluster.zone has been deleted",
        "            LAST APPLIED  LIVE  WILL BE",
        "  cluster.lost",
        "    spec.a  1             2     3        # conflict",
        "  cluster.c0000",
    ]
    assert lines[-1] == "  and 992 more clusters: 1,984 drift"
    assert len(lines) < 40


def test_of_many_values_the_first_are_told() -> None:
    many = [drift(f"f{number:02}", applied=1, live=2) for number in range(30)]
    lines = read_note(change("web", *many))
    assert lines[-1] == "    and 18 more values"
    assert lines[-2].startswith("    spec.f11 ")


def read_line(difference: Difference) -> str:
    """Return the line of an update in which a difference is shown."""
    before: dict[str, Value] = {} if isinstance(difference.before, Missing) else {"spec": {"f": difference.before}}
    after: dict[str, Value] = {} if isinstance(difference.after, Missing) else {"spec": {"f": difference.after}}
    full = Change(
        address=Address("web"),
        action=Action.UPDATE,
        name="web",
        id="c",
        before=before,
        after=after,
        differences=(difference,),
    )
    text = render_plan(Plan(id="0" * 64, changes=(full,), precondition=ENDPOINT), color=False)
    return next(line.strip() for line in text.splitlines() if re.match(r" +[~+-] f ", line))


def test_a_conflict_says_what_was_applied_last() -> None:
    def conflict(applied: "Value | Missing", live: "Value | Missing" = "x", after: "Value | Missing" = "y") -> str:
        return read_line(differ("f", applied=applied, live=live, after=after, cause=Cause.CONFLICT))

    assert conflict("z") == '~ f = "x" -> "y" # conflict, last applied "z"'
    assert conflict("z", after=MISSING) == '- f = "x" -> null # conflict, last applied "z"'
    assert conflict(MISSING) == '~ f = "x" -> "y" # conflict, not applied before'
    assert conflict("z" * 50) == '~ f = "x" -> "y" # conflict'
    assert conflict(Secret("k"), Secret("l"), Secret("m")) == "~ f = (sensitive value) # conflict"
