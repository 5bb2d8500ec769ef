"""Validating a configuration: reads files, and nothing else."""

from planner.config.configuration import Configuration, VariableInputs
from planner.config.read import read_configuration
from planner.workflow.session import Session

__all__ = ["validate"]


def validate(session: Session) -> Configuration:
    """Return the configuration with everything that is wrong with it."""
    inputs = VariableInputs(environment=session.environment, command=session.variables)
    return read_configuration(session.directory, inputs)
