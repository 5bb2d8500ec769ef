"""The runner of the pages: what a page leaves out, or says wrongly, it does not let pass."""

from contextlib import closing
from pathlib import Path

import pytest

from tests.scenarios.pages import Block, Prose, parse_page, write_page
from tests.scenarios.play import play_page
from tests.scenarios.world import World

CONFIGURATION = """\
# A page

```json web.cluster.json
{"metadata": {"name": "web"}, "spec": {"version": "2021.06"}}
```

"""
APPLY = """\
```sh
planner apply -auto-approve
```
"""
REQUESTS = """\

```http requests
POST /api/v1/clusters
{
  "metadata": {"name": "web"},
  "spec": {"version": "2021.06"}
}
```
"""
LIST = """\

```console
$ planner state list -id
cluster.web  {web}
```
"""


def play(text: str, directory: Path) -> str:
    directory.mkdir(exist_ok=True)
    with closing(World(directory / "configuration")) as world:
        world.directory.mkdir()
        return write_page(play_page(parse_page(text), world))


def test_a_page_is_read_as_prose_and_blocks() -> None:
    page = parse_page("One.\n\n```hcl main.hcl\na = 1\n```\nTwo.\n\n```sh\n```\n")
    assert page == [
        Prose(text="One.\n\n"),
        Block(language="hcl", purpose="main.hcl", text="a = 1\n"),
        Prose(text="Two.\n\n"),
        Block(language="sh"),
        Prose(text=""),
    ]


@pytest.mark.parametrize("text", ["```sh\nplanner plan\n", "Text\n```\nno language\n```\n"])
def test_a_fence_that_is_not_whole_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a fence is not closed"):
        parse_page(text)


def test_a_page_that_is_right_comes_back_unchanged(tmp_path: Path) -> None:
    page = CONFIGURATION + APPLY + REQUESTS + LIST
    assert play(page, tmp_path) == page


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("cluster.web  {web}\n", ""),
        ("cluster.web  {web}\n", "cluster.www  {web}\n"),
        ('"spec": {"version": "2021.06"}\n}\n```\n', '"spec": {"version": "2020.12"}\n}\n```\n'),
        ("POST /api", "PUT /api"),
    ],
)
def test_what_is_missing_or_wrong_is_written_as_it_should_be(tmp_path: Path, right: str, wrong: str) -> None:
    page = CONFIGURATION + APPLY + REQUESTS + LIST
    assert right in page
    assert play(page.replace(right, wrong), tmp_path) == page


def test_requests_that_a_shown_command_sends_must_be_shown(tmp_path: Path) -> None:
    text = CONFIGURATION + "```console\n$ planner apply -auto-approve\n```\n"
    told = play(text, tmp_path)
    assert told.endswith(REQUESTS)
    assert play(told, tmp_path / "again") == told


def test_errors_and_exit_codes_must_be_shown(tmp_path: Path) -> None:
    told = play("```console\n$ planner plan -target\n```\n", tmp_path)
    assert "[exit code 1]\n```\n" in told
    assert "\n```text stderr\n" in told


def test_a_block_that_nothing_came_of_is_left_out(tmp_path: Path) -> None:
    assert "POST" not in play(f"{CONFIGURATION}```sh\nplanner validate\n```\n{REQUESTS}", tmp_path)


def test_a_command_that_is_not_shown_must_succeed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="No configuration files"):
        play(APPLY, tmp_path)


def test_a_block_that_means_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="a block means nothing: yaml web"):
        play("```yaml web\n```\n", tmp_path)


def test_the_next_cluster_of_a_name_has_another_label(tmp_path: Path) -> None:
    text = f"""{CONFIGURATION}{APPLY}
```http by hand
DELETE /api/v1/clusters/{{web}}
```

{APPLY.replace("-auto-approve", "-auto-approve -recreate-missing")}
```console
$ planner state list -id
```
"""
    assert play(text, tmp_path).endswith("cluster.web  {web-2}\n```\n")
