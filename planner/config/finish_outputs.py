"""Outputs of the root module, as they are kept and shown."""

from planner.config.evaluation import Evaluation
from planner.config.graph import Node
from planner.lang.json_values import to_json
from planner.lang.types import format_type
from planner.lang.values import MarkKind, is_wholly_known, unmark_deep
from planner.model.desired import DesiredOutput

__all__ = ["make_outputs"]


def make_outputs(evaluation: Evaluation) -> tuple[DesiredOutput, ...]:
    """Return the outputs of the root module, in the order of their names."""
    outputs: list[DesiredOutput] = []
    for name, declared in sorted(evaluation.modules[()].outputs.items()):
        value = evaluation.values.get(((), Node((), "output", name)))
        if value is None:
            continue
        plain, marks = unmark_deep(value)
        is_late = not is_wholly_known(plain)
        is_secret = declared.is_sensitive or any(one.kind is MarkKind.SENSITIVE for one in marks)
        outputs.append(
            DesiredOutput(
                name=name,
                value=None if is_late else to_json(plain),
                type=format_type(plain.type),
                is_sensitive=is_secret,
                is_late=is_late,
            )
        )
    return tuple(outputs)
