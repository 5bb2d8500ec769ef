"""Notes about secrets that were not written: which variables have to be set in their place."""

from collections.abc import Iterable, Sequence

from planner.model.written import SecretVariable
from planner.render.escaping import escape

__all__ = ["name_secrets"]


def name_secrets(variables: Sequence[SecretVariable]) -> Iterable[str]:
    """Yield lines that name the environment variables which have to be set, and what each stands for."""
    if not variables:
        return
    yield "Secrets are not written. Before you plan, set what stands in their place:"
    names = [f"PLANNER_VAR_{variable.name}" for variable in variables]
    width = max(map(len, names))
    for name, variable in zip(names, variables, strict=True):
        yield f"  {name:<{width}}  {escape(variable.path)}"
