"""Planning: three values go in, desired, prior and live, and a plan comes out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from planner.model.desired import Desired
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.live import LiveCluster
from planner.model.outputs import OutputChange
from planner.model.plan import Ignored, Plan, Precondition
from planner.model.secrets import Vault
from planner.planning.changes import Rules, plan_cluster
from planner.planning.order import order_operations
from planner.planning.outputs import plan_outputs, seal_outputs, warn_of_secrets
from planner.planning.pair import Pair, pair_clusters
from planner.planning.plan_id import make_plan_id
from planner.planning.readdress import check_past
from planner.planning.targets import depends_on, find_target, select_targets
from planner.planning.triggers import replace_triggered
from planner.planning.warn import find_warnings
from schemas import cluster_field
from state.address import Address
from state.snapshot import Snapshot

__all__ = ["NO_STATE_KEY", "PlanOptions", "make_plan", "make_rules"]

NO_STATE_KEY = "no state yet"
"""The fingerprint key of a plan that is made before there is a state; the first apply makes a random one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """What the command line asks of a plan. `targets` and `replace` are addresses as the user wrote them."""

    endpoint: str
    destroy: bool = False
    targets: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()


def make_rules(snapshot: Snapshot | None, *, destroy: bool = False, replace: frozenset[Address] = frozenset()) -> Rules:
    """Return the rules that hold for every cluster of a plan."""
    key = snapshot.fingerprint_key if snapshot else NO_STATE_KEY
    return Rules(field=cluster_field(), key=key, destroy=destroy, replace=replace)


def make_plan(
    desired: Desired, snapshot: Snapshot | None, live: Sequence[LiveCluster], options: PlanOptions, vault: Vault
) -> Plan:
    """Return the plan that takes the live account to what is desired; the secrets in it go into `vault`.

    Raises:
        Failure: the plan would have to guess, or to change what cannot change.
    """
    contradictions = check_past(desired)
    if contradictions:
        raise Failure(ExitCode.INVALID_CONFIGURATION, *contradictions)
    pairing = pair_clusters(desired, snapshot, live)
    pairs = select_targets(pairing.pairs, options.targets, destroy=options.destroy)
    addresses = [pair.address for pair in pairs]
    # A destroy creates nothing, so no name can be in its way.
    problems = [] if options.destroy else [one for one in pairing.problems if one.address in set(addresses)]
    replace = frozenset(address for text in options.replace for address in find_target(text, addresses, "-replace"))
    rules = make_rules(snapshot, destroy=options.destroy, replace=replace)
    planned = replace_triggered(pairs, {pair.address: plan_cluster(pair, rules, vault) for pair in pairs}, rules, vault)
    problems.extend(problem for part in planned.values() for problem in part.problems)
    if problems:
        raise Failure(ExitCode.ERROR, *problems)
    changes = [part.change for part in planned.values() if part.change]
    operations = order_operations(
        changes,
        {address: part.requests for address, part in planned.items() if part.change},
        {pair.address: depends_on(pair) for pair in pairs if pair.desired},
        _find_remembered(pairs),
    )
    outputs, warnings = _plan_outputs(desired, snapshot, options, rules.key, vault)
    return Plan(
        id=make_plan_id(changes, operations),
        changes=tuple(changes),
        operations=operations,
        unchanged=sum(pair.live is not None for pair in pairs if planned[pair.address].change is None),
        targets=options.targets,
        precondition=Precondition(
            endpoint=options.endpoint,
            lineage=snapshot.lineage if snapshot else None,
            serial=snapshot.serial if snapshot else 0,
        ),
        warnings=(*pairing.warnings, *find_warnings(pairs, changes, options.targets), *warnings),
        ignored=tuple(
            Ignored(address=address, differences=part.ignored) for address, part in planned.items() if part.ignored
        ),
        outputs=outputs,
        checks=() if options.destroy or options.targets else desired.checks,
    )


def _plan_outputs(
    desired: Desired, snapshot: Snapshot | None, options: PlanOptions, key: str, vault: Vault
) -> tuple[tuple[OutputChange, ...], tuple[Diagnostic, ...]]:
    """Return what becomes of the outputs: a destroy removes all, and a plan for some clusters leaves them alone.

    Which clusters an output speaks of is not known here, and what it would say of the others was not planned. The
    secrets of the clusters must be in `vault` already.
    """
    if options.targets:
        return (), ()
    wanted = {} if options.destroy else seal_outputs(desired.outputs, key, vault)
    changes = plan_outputs(snapshot.outputs if snapshot else {}, wanted)
    return changes, tuple(warn_of_secrets(desired.outputs, wanted))


def _find_remembered(pairs: Sequence[Pair]) -> dict[Address, tuple[Address, ...]]:
    """Return what each cluster depends on by what the state remembers, in the addresses of this plan."""
    moved = {pair.moved_from: pair.address for pair in pairs}
    return {
        pair.address: tuple(moved.get(needed, needed) for needed in pair.record.depends_on)
        for pair in pairs
        if pair.record
    }
