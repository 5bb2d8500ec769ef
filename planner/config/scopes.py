"""Scopes: what expressions of a configuration are given of the world."""

from planner.config.configuration import World
from planner.config.function_files import open_files
from planner.lang.functions.signature import Environment
from planner.lang.rendering import make_environment
from planner.lang.scope import Budget

__all__ = ["open_world"]


def open_world(directory: str, world: World, budget: Budget) -> Environment:
    """Return what functions are given of the world in the configuration of `directory`."""
    keeps_marks = world.confinement is not None
    return make_environment(open_files(directory), world.now, world.draw, budget, keeps_marks=keeps_marks)
