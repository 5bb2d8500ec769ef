"""Validating a configuration: reads files, and nothing else."""

from planner.config.configuration import Configuration
from planner.workflow.session import Session, read_files

__all__ = ["validate"]


def validate(session: Session) -> Configuration:
    """Return the configuration with everything that is wrong with it."""
    return read_files(session)
