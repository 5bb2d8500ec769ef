"""Scopes: what expressions of a configuration are given of the world. Constants are given nothing."""

from functools import lru_cache

from planner.config.configuration import World
from planner.config.function_files import open_files
from planner.lang.functions.signature import Environment, FunctionError
from planner.lang.rendering import make_environment
from planner.lang.scope import Budget, Scope

__all__ = ["make_constant_scope", "open_world"]


def open_world(directory: str, world: World, budget: Budget) -> Environment:
    """Return what functions are given of the world in the configuration of `directory`."""
    return make_environment(open_files(directory), world.now, world.draw, budget)


@lru_cache(maxsize=1)
def _close_world() -> Environment:
    return make_environment(open_files("."), _refuse_now, _refuse_draw, Budget())


def make_constant_scope() -> Scope:
    """Return the scope of an argument that is read before anything has a value."""
    return Scope(names={}, environment=_close_world(), budget=Budget())


def _refuse_now() -> str:
    raise FunctionError("there is no time here")


def _refuse_draw(_: int) -> bytes:
    raise FunctionError("there is no chance here")
