"""Providers: there is one, written once; a block for another is refused for that, and is no twin of it."""

from collections.abc import Callable

import pytest

from planner.config.configuration import Configuration

Read = Callable[..., Configuration]
ListProblems = Callable[[Configuration], list[str]]

CLUSTER = 'cluster "web" {\n  spec = { version = "2021.06" }\n}\n'
OURS = 'provider "imply" {\n  endpoint = "https://acme.example"\n}\n'
OTHER = 'provider "aws" {\n  region = "eu-west-1"\n}\n'


@pytest.mark.parametrize(
    ("blocks", "problems"),
    [
        (OTHER + OURS, ["main.hcl:1:10 error unknown-provider"]),
        (OURS + OTHER, ["main.hcl:4:10 error unknown-provider"]),
        (OTHER + OTHER, ["main.hcl:1:10 error unknown-provider", "main.hcl:4:10 error unknown-provider"]),
        (OURS + OURS, ["main.hcl:4:1 error duplicate-block"]),
    ],
    ids=["other first", "other second", "two others", "ours twice"],
)
def test_a_provider_is_a_twin_of_its_own_kind_alone(
    read: Read, list_problems: ListProblems, blocks: str, problems: list[str]
) -> None:
    assert list_problems(read({"main.hcl": blocks + CLUSTER})) == problems


@pytest.mark.parametrize("blocks", [OTHER + OURS, OURS + OTHER])
def test_the_endpoint_is_read_beside_another_provider(read: Read, blocks: str) -> None:
    assert read({"main.hcl": blocks + CLUSTER}).settings.endpoint == "https://acme.example"
