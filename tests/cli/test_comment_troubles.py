"""`planner comment` where the forge, the token or somebody else is in the way."""

import pytest

from planner.model.comment import name_key
from tests.cli.fake_forges import FakeForge, Note
from tests.cli.test_comment import COMMENTS, TOKEN, comment, github, gitlab
from tests.cli.workbench import Bench

__all__ = ["github", "gitlab"]


def test_an_answer_that_is_lost_makes_no_second_comment(bench: Bench, github: FakeForge) -> None:
    github.troubles["POST"] = [(0, {})]
    assert comment(bench).code == 0
    assert len(github.notes) == 1
    assert github.wrote == [f"POST {COMMENTS}"]


def test_what_was_not_written_is_written_again(bench: Bench, github: FakeForge) -> None:
    github.troubles["POST"] = [(502, {})]
    assert comment(bench).code == 0
    assert len(github.notes) == 1
    assert github.wrote == [f"POST {COMMENTS}"] * 2


def test_a_limit_of_requests_is_waited_for(bench: Bench, github: FakeForge) -> None:
    github.troubles["GET /repos"] = [(429, {"retry-after": "0"}), (403, {"retry-after": "0"})]
    assert comment(bench).code == 0
    assert len(github.notes) == 1


def test_a_limit_that_lasts_too_long_is_told(bench: Bench, github: FakeForge) -> None:
    github.troubles["GET /repos"] = [(403, {"retry-after": "3600"})]
    ended = comment(bench)
    assert ended.code == 4
    assert "It takes them again in 60 minutes." in " ".join(ended.err.split())


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, "Is it of this forge, and still valid?"),
        (403, "The token needs pull-requests: write."),
        (404, "Check acme/clusters and the number 7"),
        (422, "it writes no second comment"),
        (302, "it writes no second comment"),
    ],
)
def test_what_is_refused_is_told_with_what_to_do(bench: Bench, github: FakeForge, status: int, told: str) -> None:
    github.troubles["POST"] = [(status, {"location": "http://evil.invalid/"})]
    ended = comment(bench)
    assert ended.code == 4
    assert told in " ".join(ended.err.split())
    assert github.wrote == [f"POST {COMMENTS}"]


@pytest.mark.parametrize("token", ["caf\u00e9", "gho_1 gho_2", "gho_1\ngho_2", "\n"])
def test_a_token_that_no_header_takes_is_told_and_not_shown(
    bench: Bench, github: FakeForge, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", token)
    ended = comment(bench)
    assert ended.code == 4
    assert "GITHUB_TOKEN" in ended.err
    assert token.strip() == "" or token not in ended.err
    assert github.asked == []


def test_the_line_break_after_a_token_is_none_of_it(
    bench: Bench, github: FakeForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", f"{TOKEN}\n")
    assert comment(bench).code == 0
    assert len(github.notes) == 1


def test_no_proxy_is_asked_for_a_forge_on_this_machine(
    bench: Bench, github: FakeForge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert comment(bench).code == 0
    assert len(github.notes) == 1


@pytest.mark.parametrize("number", ["9" * 5000, "\u0667", "-1", "x"])
def test_a_reference_without_a_number_is_no_mistake_of_ours(
    bench: Bench, github: FakeForge, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    monkeypatch.setenv("GITHUB_REF", f"refs/pull/{number}/merge")
    assert "Give -number." in " ".join(comment(bench).err.split())
    assert github.asked == []


def test_a_double_that_is_gone_already_is_no_trouble(bench: Bench, github: FakeForge) -> None:
    comment(bench)
    github.notes.append(Note(9, github.notes[0].body))
    github.troubles["DELETE"] = [(404, {})]
    assert comment(bench).code == 0


def test_a_comment_that_is_deleted_meanwhile_is_written_anew(bench: Bench, github: FakeForge) -> None:
    comment(bench)
    bench.scale(9)
    github.troubles["PATCH"] = [(404, {})]
    assert comment(bench).out.startswith("Commented on")
    assert github.wrote[-1] == f"POST {COMMENTS}"


def test_a_comment_that_comes_twice_is_not_deleted(bench: Bench, gitlab: FakeForge) -> None:
    """What others write while pages are read moves ours to the next one."""
    comment(bench)
    ours = gitlab.notes[0]
    talk = [Note(number, "talk", author=5) for number in range(10, 109)]
    gitlab.notes = [*talk, ours, ours, Note(200, "talk", author=5)]
    bench.scale(9)
    assert comment(bench).out.startswith("Updated")
    assert not any(line.startswith("DELETE") for line in gitlab.wrote)


def test_a_comment_of_nobody_is_not_ours(bench: Bench, gitlab: FakeForge) -> None:
    gitlab.notes.append(Note(1, "of an account that is gone", author=None))
    assert comment(bench).code == 0


def test_a_label_that_may_not_be_set_is_a_warning(bench: Bench, github: FakeForge) -> None:
    github.troubles["GET /repos/acme/clusters/issues/7/labels"] = [(403, {})]
    ended = comment(bench, "-labels")
    assert ended.code == 0
    assert "needs issues: write" in " ".join(ended.err.split())
    assert "Labelled" not in ended.out


def test_a_label_that_is_gone_already_is_no_trouble(bench: Bench, github: FakeForge) -> None:
    github.labels = ["planner:deletes"]
    github.troubles["DELETE"] = [(404, {})]
    assert "Labelled planner:changes." in comment(bench, "-labels").out


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "socks5://127.0.0.1:1"),
        ("SSL_CERT_FILE", "/nothing/there.pem"),
        ("GITHUB_API_URL", "https://xn--zzzzzzz99999.invalid"),
    ],
)
def test_surroundings_that_cannot_be_used_are_no_bug(
    bench: Bench, github: FakeForge, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", "https://127.0.0.2:1")
    monkeypatch.setenv(name, value)
    ended = comment(bench)
    assert ended.code == 4
    assert "bug" not in ended.err
    assert github.asked == []


def test_a_limit_of_many_digits_is_told(bench: Bench, github: FakeForge) -> None:
    github.troubles["GET /repos"] = [(429, {"retry-after": "9" * 400})]
    ended = comment(bench)
    assert ended.code == 4
    assert "It takes them again in" in ended.err


def test_a_double_that_stays_is_no_reason_to_show_an_old_plan(bench: Bench, github: FakeForge) -> None:
    comment(bench)
    github.notes.append(Note(9, github.notes[0].body))
    github.troubles["DELETE"] = [(403, {})]
    bench.scale(9)
    assert comment(bench).out.startswith("Updated")


def test_a_comment_that_somebody_rewrote_is_written_anew(bench: Bench, github: FakeForge) -> None:
    comment(bench)
    note = github.notes[0]
    note.body = note.body.split("\n")[0] + "\nPlease approve."
    assert comment(bench).out.startswith("Updated")
    assert "1 to create" in note.body


def test_a_plan_that_fails_takes_its_label_away(bench: Bench, github: FakeForge) -> None:
    comment(bench, "-labels")
    assert bench.run("comment", "-failed", "-labels").code == 0
    assert github.labels == []


def test_directories_and_workspaces_have_keys_of_their_own() -> None:
    places = [("", "default"), ("plan", "default"), ("", "plan"), ("prod/eu", "default"), ("prod", "eu")]
    assert len({name_key(*place) for place in places}) == len(places)
