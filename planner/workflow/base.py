"""The base: what the configuration that a pull request goes into would do, by the same reading of the account."""

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from planner.config.configuration import Configuration
from planner.model.diagnostics import Diagnostic, Failure, Severity
from planner.planning.origins import find_origins
from planner.workflow.git_files import find_commit, holds_commit, move_session, write_tree
from planner.workflow.plan import Planned, PlanRequest, plan_reading
from planner.workflow.session import Session, require_configuration
from state.address import Address

__all__ = ["check_base", "compare_with_base"]


def check_base(session: Session, ref: str) -> None:
    """Refuse a base that is no commit, before anything is asked or told.

    Raises:
        Failure: there is no such commit, or no repository.
    """
    find_commit(session.directory, ref)


def compare_with_base(
    session: Session, request: PlanRequest, planned: Planned, ref: str
) -> tuple[Planned, tuple[Diagnostic, ...]]:
    """Return `planned` with where its changes come from, and what is to be said of that.

    A base that is not valid explains nothing: then there is a warning, and the plan as it was.

    Raises:
        Failure: there is no such commit.
    """
    with tempfile.TemporaryDirectory(prefix="planner-base-") as place:
        tree = write_tree(session.directory, ref, Path(place))
        on_base = move_session(session, tree)
        try:
            desired, configuration = require_configuration(on_base)
            reading = replace(planned.reading, desired=desired, configuration=configuration, directory=tree.directory)
            base = plan_reading(reading, request)
        except Failure as failure:
            return planned, (_warn(ref, failure),)
    kept = _find_kept(configuration, planned.reading.configuration)
    found = find_origins(planned.plan, base.plan, ref, tree.commit, kept)
    told = () if holds_commit(session.directory, tree.commit) else (_warn_of_parting(ref),)
    return replace(planned, plan=replace(planned.plan, base=found)), told


def _find_kept(base: Configuration, head: Configuration) -> Mapping[Address, bool]:
    """Tell of each cluster that the base declares whether the file that declares it is the same at the head."""
    kept: dict[Address, bool] = {}
    for cluster in base.desired.clusters if base.desired else ():
        span = cluster.find_span(())
        if span is not None:
            kept[cluster.address] = base.sources.get(span.file) == head.sources.get(span.file)
    return kept


def _warn_of_parting(ref: str) -> Diagnostic:
    return Diagnostic(
        severity=Severity.WARNING,
        code="base-went-on",
        summary=f"{ref} has commits that this configuration does not have",
        detail="What they add is planned to be deleted here, and counts as from this pull request, which a merge would "
        "not do. Merge or rebase first, or plan the merge.",
    )


def _warn(ref: str, failure: Failure) -> Diagnostic:
    first = failure.diagnostics[0].summary if failure.diagnostics else "it cannot be planned"
    return Diagnostic(
        severity=Severity.WARNING,
        code="base-not-planned",
        summary=f"The configuration of {ref} cannot be planned",
        detail=f"{first}. So it is not told which changes come from this pull request; all of them are shown.",
    )
