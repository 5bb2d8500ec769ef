"""A prepared configuration: all that can be known of it before anything has a value, and how to begin evaluating it."""

from collections.abc import Mapping
from dataclasses import dataclass

from planner.config.configuration import MissingVariable, World
from planner.config.declarations import Module
from planner.config.draft import UnknownFields
from planner.config.evaluation import Evaluation
from planner.config.graph import Graph
from planner.config.paths import PathNames
from planner.config.reading import Reading
from planner.config.scopes import open_world
from planner.lang.scope import Budget
from planner.lang.syntax import Attribute
from planner.lang.values import Value
from planner.model.desired import Known, Settings
from state.address import Address

__all__ = ["Prepared", "begin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What the files say.

    `origins` tells in words where values of variables from outside come from. `reading` holds the mistakes that were
    found so far, and is not changed any more.
    """

    directory: str
    modules: Mapping[tuple[str, ...], Module]
    graph: Graph
    inputs: Mapping[str, Value]
    missing: tuple[MissingVariable, ...]
    origins: Mapping[str, str]
    settings: Settings
    provider: Mapping[str, Attribute]
    unknown_fields: UnknownFields
    world: World
    broken: frozenset[tuple[str, int]]
    reading: Reading


def begin(prepared: Prepared, known: Known, only: Address | None = None) -> Evaluation:
    """Return an evaluation that has not begun; `known` is what is known of clusters that are there already."""
    budget = Budget()
    return Evaluation(
        modules=prepared.modules,
        graph=prepared.graph,
        inputs=prepared.inputs,
        environment=open_world(prepared.directory, prepared.world, budget),
        budget=budget,
        paths=PathNames(prepared.directory, prepared.world.workspace),
        broken=prepared.broken,
        known=known,
        only=only,
    )
