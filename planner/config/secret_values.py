"""Secret values: what the sensitive variables of a configuration hold, in every instance of every module.

What is made of them is marked where it stands, and so is hidden there; but the values themselves may turn up anywhere.
"""

from collections.abc import Iterator

from planner.config.evaluation import Evaluation
from planner.lang.json_values import to_json
from planner.lang.values import Value, is_wholly_known
from state.values import Json

__all__ = ["list_secret_values"]


def list_secret_values(evaluation: Evaluation) -> Iterator[Json]:
    """Yield the values of all sensitive variables that have one."""
    for (_, node), value in evaluation.values.items():
        if node.kind == "var" and evaluation.modules[node.module].variables[node.name].is_sensitive:
            yield from _write(value)


def _write(value: Value) -> Iterator[Json]:
    if is_wholly_known(value):
        try:
            yield to_json(value)
        except ValueError:
            return  # a number beyond what JSON holds is no text
