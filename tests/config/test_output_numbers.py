"""Numbers that outputs give out: those that the state cannot hold are told, and are no output."""

from collections.abc import Callable

import pytest

from planner.config.configuration import Configuration

Read = Callable[..., Configuration]


@pytest.mark.parametrize("value", ["1 / 0", "[-1 / 0]", "1e4000 * 1e4000", 'yamldecode(".inf")'])
def test_numbers_that_the_state_cannot_hold_are_told(read: Read, value: str) -> None:
    configuration = read({"main.hcl": f'output "a" {{\n  value = {value}\n}}\n'})

    assert [(one.summary, one.span is not None) for one in configuration.diagnostics] == [("Number out of range", True)]
    assert configuration.desired is None


def test_a_number_of_four_thousand_digits_is_kept(read: Read) -> None:
    configuration = read({"main.hcl": 'output "a" {\n  value = 1e2000 * 1e1999 * 1.5\n}\n'})

    assert configuration.desired is not None, configuration.diagnostics
    assert len(str(configuration.desired.outputs[0].value)) == 4000
