"""The guard block: limits written in the configuration, in either syntax."""

from collections.abc import Callable

import pytest

from planner.config.configuration import Configuration
from planner.model.guard import Guard, Limit

Read = Callable[..., Configuration]
ListProblems = Callable[[Configuration], list[str]]


def test_limits_are_read_in_both_syntaxes(read: Read) -> None:
    written = Guard(
        delete=Limit(number=5, percent=12.5),
        replace=Limit(number=None, percent=None),
        change=Limit(number=0, percent=100),
        remove_servers=Limit(number=6, percent=25),
        refuses_failed_checks=True,
    )
    hcl = """planner {
      guard {
        max_delete                  = 5
        max_delete_percent          = 12.5
        max_replace                 = null
        max_replace_percent         = null
        max_change                  = 0
        max_change_percent          = 100
        max_servers_removed         = 6
        max_servers_removed_percent = 25
        failed_checks               = "refuse"
      }
    }"""
    json = """{"planner": {"guard": {
      "max_delete": 5, "max_delete_percent": 12.5, "max_replace": null, "max_replace_percent": null, "max_change": 0,
      "max_change_percent": 100, "max_servers_removed": 6, "max_servers_removed_percent": 25,
      "failed_checks": "refuse"
    }}}"""
    for name, text in (("main.hcl", hcl), ("main.hcl.json", json)):
        configuration = read({"main.hcl": "", "main.hcl.json": "{}", name: text})
        assert configuration.diagnostics == ()
        assert configuration.settings.guard == written


def test_what_is_not_written_has_its_default(read: Read) -> None:
    guard = read({"main.hcl": "planner {\n  guard {\n    max_delete = 9\n  }\n}\n"}).settings.guard
    assert guard == Guard(
        delete=Limit(number=9, percent=30),
        replace=Limit(number=1, percent=30),
        change=Limit(),
        remove_servers=Limit(percent=50),
    )
    assert read({"main.hcl": "planner {\n}\n"}).settings.guard == Guard()


@pytest.mark.parametrize(
    ("limit", "place"),
    [
        ("max_delete = -1", "main.hcl:3:18 error unsuitable-value"),
        ("max_delete = 1.5", "main.hcl:3:18 error unsuitable-value"),
        ('max_delete = "many"', "main.hcl:3:18 error unsuitable-value"),
        ("max_delete = true", "main.hcl:3:18 error unsuitable-value"),
        ("max_delete_percent = 101", "main.hcl:3:26 error unsuitable-value"),
        ("max_delete_percent = -1", "main.hcl:3:26 error unsuitable-value"),
        ('failed_checks = "deny"', "main.hcl:3:21 error unsuitable-value"),
        ("failed_checks = true", "main.hcl:3:21 error unsuitable-value"),
        ("max_delete = var.limit", "main.hcl:3:18 error variables-not-allowed"),
        ("max_deletes = 1", "main.hcl:3:5 error unsupported-argument"),
    ],
)
def test_what_is_no_limit_is_refused(read: Read, list_problems: ListProblems, limit: str, place: str) -> None:
    assert list_problems(read({"main.hcl": f"planner {{\n  guard {{\n    {limit}\n  }}\n}}\n"})) == [place]


def test_a_second_guard_is_refused(read: Read, list_problems: ListProblems) -> None:
    text = "planner {\n  guard {\n  }\n  guard {\n    max_delete = 1\n  }\n}\n"
    assert list_problems(read({"main.hcl": text})) == ["main.hcl:4:3 error duplicate-block"]


def test_a_module_sets_no_limits(read: Read, list_problems: ListProblems) -> None:
    module = "planner {\n  guard {\n    max_delete = 100\n  }\n}\n"
    files = {"main.hcl": 'module "m" {\n  source = "./m"\n}\n', "m/main.hcl": module}
    assert list_problems(read(files)) == ["m/main.hcl:2:3 error planner-in-module"]
