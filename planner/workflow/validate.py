"""Validating a configuration: reads files, and nothing else."""

from dataclasses import replace

from planner.config.configuration import Configuration
from planner.planning.readdress import check_past
from planner.workflow.session import Session, read_files

__all__ = ["validate"]


def validate(session: Session) -> Configuration:
    """Return the configuration with everything that is wrong with it, whatever the state and the account hold."""
    configuration = read_files(session)
    problems = check_past(configuration.desired) if configuration.desired is not None else ()
    if not problems:
        return configuration
    return replace(configuration, desired=None, diagnostics=(*configuration.diagnostics, *problems))
