"""Late values between plan and apply: what is known of clusters when, and what waits for it.

A plan begins with what is live. Whatever it is going to change is not known then, so the configuration is read with
less and planned again, until nothing more changes. An apply fills the rest in, cluster by cluster.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from planner.applying.settling import Verdict, judge_settled
from planner.config.configuration import Configuration
from planner.model.desired import Desired, DesiredCluster, Known
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.late import find_late, holds_late
from planner.model.live import LiveCluster
from planner.model.plan import Action, Change, Operation, Plan
from planner.model.secrets import Vault, unseal
from planner.planning.changes import Rules, find_sensitive, seal_wanted
from planner.planning.fill import fill_change, report_unknown
from planner.planning.make_plan import PlanOptions, make_plan, make_rules
from planner.planning.pair import pair_clusters
from planner.planning.readdress import check_past
from planner.planning.recall import describe_recalled
from planner.planning.verify import find_record
from planner.workflow.late_fingerprints import fingerprint_late
from state.address import Address
from state.snapshot import Snapshot
from state.values import Json

if TYPE_CHECKING:
    from planner.applying.ports import Completed  # a plan applies nothing, and need not load what does

__all__ = ["list_known", "make_complete", "plan_with_known", "read_late", "revise_with_live"]

_Evaluate: TypeAlias = Callable[[Address, Known], tuple[DesiredCluster | None, tuple[Diagnostic, ...]]]

_PATIENCE = 16
"""After so many clusters that were evaluated one by one, the whole configuration is."""


def plan_with_known(
    configuration: Configuration,
    snapshot: Snapshot | None,
    live: Sequence[LiveCluster],
    options: PlanOptions,
    secrets: Vault,
) -> tuple[Plan, Configuration]:
    """Return the plan for `configuration`, and the configuration with what is known before the apply.

    Raises:
        Failure: the plan is refused, or the configuration turns out to be wrong.
    """
    revise = configuration.revise
    if revise is None or options.destroy:
        return make_plan(_require(configuration), snapshot, live, options, secrets), configuration
    known = _find_known(_require(configuration), snapshot, live)
    revised = revise(known)
    plan = make_plan(_require(revised), snapshot, live, options, secrets)
    for _ in range(2 * len(known)):
        less = _withhold(known, plan.changes, secrets)
        if less == known:
            break
        # A round withholds a part of one cluster more, or of it all: there cannot be many.
        known, revised = less, revise(less)
        plan = make_plan(_require(revised), snapshot, live, options, secrets)
    key = make_rules(snapshot, no_state_key=options.no_state_key).key
    fingerprints = fingerprint_late(configuration, _require(revised), known, key)
    return replace(plan, changes=tuple(_add_fingerprint(change, fingerprints) for change in plan.changes)), revised


def _add_fingerprint(change: Change, fingerprints: Mapping[Address, str]) -> Change:
    if change.address not in fingerprints or not holds_late(change.applied or {}):
        return change
    return replace(change, late_fingerprint=fingerprints[change.address])


def revise_with_live(
    configuration: Configuration, snapshot: Snapshot | None, live: Sequence[LiveCluster]
) -> Configuration:
    """Return `configuration` with what is known of the live clusters, for one who plans no change of it."""
    if configuration.revise is None:
        return configuration
    return configuration.revise(list_known(configuration, snapshot, live))


def list_known(configuration: Configuration, snapshot: Snapshot | None, live: Sequence[LiveCluster]) -> Known:
    """Return what is known of the clusters that we manage, as long as nothing is planned."""
    return _find_known(configuration.desired, snapshot, live) if configuration.desired is not None else {}


def read_late(  # noqa: PLR0913 - a plan, what it is compared with, and what holds for both
    configuration: Configuration,
    plan: Plan,
    snapshot: Snapshot | None,
    live: Sequence[LiveCluster],
    secrets: Vault,
    *,
    rules: Rules,
) -> Configuration:
    """Return the configuration of a saved plan with what was known when it was made.

    Raises:
        Failure: it is wrong with that; or what comes late in the plan is no longer what it says, with each cluster of
            which that is so.
    """
    if configuration.revise is None:
        _check_late(plan, _require(configuration), snapshot, {}, rules)
        return configuration
    known = _withhold(_find_known(_require(configuration), snapshot, live), plan.changes, secrets)
    revised = configuration.revise(known)
    fingerprints = fingerprint_late(configuration, _require(revised), known, rules.key)
    _check_late(plan, _require(revised), snapshot, fingerprints, rules)
    return revised


def _check_late(
    plan: Plan, desired: Desired, snapshot: Snapshot | None, fingerprints: Mapping[Address, str], rules: Rules
) -> None:
    wanted = {cluster.address: cluster for cluster in desired.clusters}
    stale = [
        _report_stale(change)
        for change in plan.changes
        if holds_late(change.applied or {})
        and not (
            change.late_fingerprint == fingerprints.get(change.address, "")
            and _is_as_configured(change, wanted.get(change.address), snapshot, rules)
        )
    ]
    if stale:
        raise Failure(ExitCode.STALE_PLAN, *stale)


def make_complete(
    configuration: Configuration, snapshot: Snapshot | None, secrets: Vault
) -> "Callable[[Change, tuple[Operation, ...], Known], Completed]":
    """Return what fills in the changes of an apply; the secrets among the values go into `secrets`."""
    from planner.applying.ports import Completed  # noqa: PLC0415 - as above

    evaluate = _make_evaluate(configuration)
    rules = make_rules(snapshot)
    clusters = configuration.desired.clusters if configuration.desired else ()
    conditional = {cluster.address for cluster in clusters if cluster.is_conditional}

    def complete(change: Change, operations: tuple[Operation, ...], known: Known) -> "Completed":
        is_late = any(holds_late(operation.body or {}) for operation in operations)
        asks_nothing = change.action is Action.DELETE or change.rolls_back_to is not None
        if not is_late and (change.address not in conditional or asks_nothing):
            return Completed(change=change, operations=operations)
        completed, found = evaluate(change.address, known)
        if completed is not None and not is_late:
            return Completed(change=change, operations=operations)
        if completed is None:
            problems = tuple(replace(one, address=one.address or change.address) for one in found)
            return Completed(change=change, operations=operations, problems=problems or report_unknown(change, None))
        filled, requests, problems = fill_change(
            change, operations, completed, snapshot=snapshot, rules=rules, vault=secrets
        )
        return Completed(change=filled, operations=requests, problems=problems)

    return complete


def _make_evaluate(configuration: Configuration) -> _Evaluate:
    """Return what evaluates one cluster again, or the whole configuration once many have been asked for.

    Most of the time goes into what the instances of a block have in common, and a store may feed a thousand of them.
    What is known of a cluster does not change in an apply, so a cluster in which nothing is late stays as it is.
    """
    latest = {cluster.address: cluster for cluster in configuration.desired.clusters} if configuration.desired else {}
    asked, patience = 0, _PATIENCE

    def evaluate(address: Address, known: Known) -> tuple[DesiredCluster | None, tuple[Diagnostic, ...]]:
        nonlocal asked, patience
        if address not in latest:
            return None, ()
        if asked >= patience and _waits(latest[address]) and configuration.revise is not None:
            # Twice as many before the next time: in a chain of clusters each makes one more known, and no other.
            asked, patience = 0, 2 * patience
            revised = configuration.revise(known).desired
            latest.update({cluster.address: cluster for cluster in revised.clusters} if revised else {})
        if not _waits(latest[address]):
            return latest[address], ()
        asked += 1
        single = latest[address].complete
        return (None, ()) if single is None else single(known)

    return evaluate


def _waits(cluster: DesiredCluster) -> bool:
    return bool(cluster.late) or cluster.is_conditional


def _require(configuration: Configuration) -> Desired:
    if configuration.desired is None:
        raise Failure(ExitCode.INVALID_CONFIGURATION, *configuration.diagnostics, sources=configuration.sources)
    return configuration.desired


def _find_known(desired: Desired, snapshot: Snapshot | None, live: Sequence[LiveCluster]) -> Known:
    """Return what is known of the clusters that we manage, as long as nothing is planned."""
    if check_past(desired):
        return {}  # which is refused as soon as anything is planned
    pairs = pair_clusters(desired, snapshot, live).pairs
    return {pair.address: _describe(pair.live, pair.address) for pair in pairs if pair.live is not None}


def _describe(live: LiveCluster, address: Address) -> Mapping[str, Json]:
    """Return what is known of a live cluster; its status is not, while the server is not done with it."""
    if live.is_recalled:
        return describe_recalled(live, address)
    if judge_settled(live) is Verdict.ON_ITS_WAY:
        return {name: part for name, part in live.document.items() if name != "status"}
    return live.document


def _withhold(known: Known, changes: Iterable[Change], secrets: Mapping[str, Json]) -> Known:
    """Return `known` without what `changes` are going to change."""
    left: dict[Address, Mapping[str, Json]] = dict(known)
    for change in changes:
        there = left.pop(change.address, None)
        if there is not None and change.action is Action.NO_OP:
            left[change.address] = there
        elif there is not None and change.action is Action.UPDATE:
            left[change.address] = _describe_updated(there, change, secrets)
    return left


def _describe_updated(known: Mapping[str, Json], change: Change, secrets: Mapping[str, Json]) -> Mapping[str, Json]:
    """Return what is known of a cluster that is going to be updated: its status is not, its `spec` is as planned."""
    parts = {name: part for name, part in known.items() if name not in {"spec", "status"}}
    try:
        return {**parts, "spec": unseal((change.after or {}).get("spec"), secrets)}
    except (KeyError, ValueError):
        return parts  # a part of it comes late itself, or is a secret that is not at hand


def _is_as_configured(change: Change, cluster: DesiredCluster | None, snapshot: Snapshot | None, rules: Rules) -> bool:
    if cluster is None:
        return False
    sensitive = find_sensitive(cluster, find_record(change, snapshot), rules)
    now = dict(find_late(seal_wanted(cluster, rules, sensitive, opens=False)))
    return all(now.get(path) == late for path, late in find_late(change.applied or {}))


def _report_stale(change: Change) -> Diagnostic:
    return Diagnostic(
        code="stale-plan",
        summary=f"The plan for {change.address} no longer holds",
        detail="Values of it are known after apply, and the configuration, or what it refers to, is not what it was "
        "when the plan was made. Nothing was sent. Plan again and review what comes out.",
        address=change.address,
    )
