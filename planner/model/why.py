"""Why one field is as it is: all that is known of it, on every side. Pure data."""

from dataclasses import dataclass

from planner.model.diagnostics import Diagnostic
from planner.model.paths import Path
from planner.model.plan import MISSING, Action, Difference, Missing
from state.address import Address
from state.values import Value

__all__ = ["FieldFacts", "Origin", "Why"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a value comes from: `name` is what refers to it, `place` where it is set, `text` by which expression.

    `value` is what it comes to, in words; empty where that says nothing. `origins` are what the expression refers to.
    """

    name: str
    place: str = ""
    text: str = ""
    value: str = ""
    origins: tuple["Origin", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFacts:
    """What the schema says of a field."""

    kind: str
    title: str = ""
    description: str = ""
    is_immutable: bool = False
    is_sensitive: bool = False
    is_read_only: bool = False
    key: str | None = None
    allowed: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One field of one cluster: its value on each side, secrets sealed, and what the next plan makes of it.

    `origin` says where the configuration sets it. `ignored_by` is the path of `ignore_changes` that covers it.
    `differences` are those of the plan at the field and below. `request` carries it; empty where none does. `action`
    is what the plan does to the cluster, None where nothing. `refusal` is why there is no plan.
    """

    address: Address
    path: Path
    id: str | None
    facts: FieldFacts | None
    configured: "Value | Missing" = MISSING
    applied: "Value | Missing" = MISSING
    observed: "Value | Missing" = MISSING
    live: "Value | Missing" = MISSING
    resource_version: int | None = None
    is_declared: bool = True
    origin: Origin | None = None
    ignored_by: Path | None = None
    differences: tuple[Difference, ...] = ()
    action: Action | None = None
    request: str = ""
    refusal: tuple[Diagnostic, ...] = ()
