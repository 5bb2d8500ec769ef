"""Describing: the JSON Schemas of what planner reads and writes, for editors and other tools."""

from enum import Enum

from planner.config.json_schema import describe_cluster_document, describe_configuration
from schemas import load_document
from state.values import Json

__all__ = ["Described", "describe"]


class Described(Enum):
    """What has a schema; the values are what the command calls it."""

    CONFIGURATION = "configuration"
    CLUSTER = "cluster"
    PLAN = "plan"
    STATE = "state"


def describe(what: Described) -> dict[str, Json]:
    """Return the schema of `what`."""
    match what:
        case Described.CONFIGURATION:
            return describe_configuration()
        case Described.CLUSTER:
            return describe_cluster_document()
        case Described.PLAN:
            return load_document("plan.schema.json")
        case Described.STATE:
            return load_document("state.schema.json")
