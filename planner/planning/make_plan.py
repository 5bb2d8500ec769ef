"""Planning: three values go in, desired, prior and live, and a plan comes out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from planner.model.desired import Desired
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.live import LiveCluster
from planner.model.outputs import OutputChange
from planner.model.paths import Path
from planner.model.plan import Action, Ignored, LeftOut, Plan, Precondition
from planner.model.secrets import Vault
from planner.model.summary import is_news
from planner.planning.changes import Planned, Rules, plan_cluster
from planner.planning.order import order_operations
from planner.planning.outputs import plan_outputs, seal_outputs, warn_of_secrets
from planner.planning.pair import Pair, pair_clusters
from planner.planning.plan_id import make_plan_id
from planner.planning.readdress import check_past
from planner.planning.strangers import find_strangers
from planner.planning.suggest_moves import suggest_moves
from planner.planning.targets import (
    Selection,
    depends_on,
    find_remembered,
    find_replaced,
    refuse_half_moves,
    select_pairs,
)
from planner.planning.triggers import replace_triggered
from planner.planning.warn import find_warnings, warn_of_part
from schemas import cluster_field
from state.address import Address
from state.snapshot import Snapshot

__all__ = ["NO_STATE_KEY", "PlanOptions", "make_plan", "make_rules"]

NO_STATE_KEY = "no state yet"
"""The fingerprint key of a plan that is made before there is a state, where no other is given; the first apply makes a
random one."""

_NOTHING: Mapping[Address, frozenset[Path]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOptions:
    """What the command line asks of a plan: `targets`, `excluded` and `replace` as the user wrote the addresses.

    `is_refreshed` tells whether the account was asked, or the state alone.
    `hidden` are the keyed paths of secrets that nothing else says are any. `no_state_key` is the key of fingerprints
    where there is no state, which has one.
    """

    endpoint: str
    destroy: bool = False
    targets: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    replace: tuple[str, ...] = ()
    is_refreshed: bool = True
    hidden: Mapping[Address, frozenset[Path]] = field(default_factory=dict)
    no_state_key: str = field(default=NO_STATE_KEY, repr=False)


def make_rules(
    snapshot: Snapshot | None,
    *,
    destroy: bool = False,
    replace: frozenset[Address] = frozenset(),
    hidden: Mapping[Address, frozenset[Path]] = _NOTHING,
    no_state_key: str = NO_STATE_KEY,
) -> Rules:
    """Return the rules that hold for every cluster of a plan."""
    key = snapshot.fingerprint_key if snapshot else no_state_key
    return Rules(field=cluster_field(), key=key, destroy=destroy, replace=replace, hidden=hidden)


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
    selection = select_pairs(pairing.pairs, targets=options.targets, excluded=options.excluded, destroy=options.destroy)
    option = "-target" if options.targets else "-exclude"
    refuse_half_moves(selection, option)
    pairs, addresses = selection.pairs, {pair.address for pair in selection.pairs}
    # A destroy creates nothing, so no name can be in its way.
    problems = [] if options.destroy else [one for one in pairing.problems if one.address in addresses]
    is_partial = bool(options.targets or options.excluded)
    replace = find_replaced(options.replace, selection)
    rules = make_rules(
        snapshot,
        destroy=options.destroy,
        replace=replace,
        hidden=options.hidden,
        no_state_key=options.no_state_key,
    )
    planned = _plan_all(pairs, rules, vault)
    strangers = {problem.address: problem for problem in find_strangers(pairs)}
    problems.extend(strangers.values())
    # What is another cluster, perhaps, is not judged by what it is.
    problems.extend(one for address, part in planned.items() if address not in strangers for one in part.problems)
    if problems:
        raise Failure(ExitCode.ERROR, *problems)
    changes = [part.change for part in planned.values() if part.change]
    operations = order_operations(
        changes,
        {address: part.requests for address, part in planned.items() if part.change},
        {pair.address: depends_on(pair) for pair in pairs if pair.desired},
        find_remembered(pairs),
    )
    left_out = _find_left_out(selection, rules, vault)
    has_outputs = _has_outputs(desired, snapshot)
    partial = [warn_of_part(option, left_out, leaves_outputs=has_outputs)] if is_partial else []
    outputs, warnings = _plan_outputs(desired, snapshot, options, rules.key, vault)
    return Plan(
        id=make_plan_id(changes, operations),
        changes=tuple(changes),
        operations=operations,
        unchanged=sum(pair.live is not None for pair in pairs if planned[pair.address].change is None),
        targets=options.targets,
        excluded=options.excluded,
        left_out=left_out,
        suggested_moves=()
        if options.destroy or snapshot is None
        else suggest_moves(pairing.recognised, desired.moves, snapshot.records, desired.clusters),
        is_refreshed=options.is_refreshed,
        precondition=Precondition(
            endpoint=options.endpoint,
            lineage=snapshot.lineage if snapshot else None,
            serial=snapshot.serial if snapshot else 0,
        ),
        warnings=(*pairing.warnings, *find_warnings(pairs, changes), *partial, *warnings),
        ignored=tuple(
            Ignored(address=address, differences=part.ignored) for address, part in planned.items() if part.ignored
        ),
        outputs=outputs,
        checks=() if options.destroy or is_partial else desired.checks,
    )


def _plan_outputs(
    desired: Desired, snapshot: Snapshot | None, options: PlanOptions, key: str, vault: Vault
) -> tuple[tuple[OutputChange, ...], tuple[Diagnostic, ...]]:
    """Return what becomes of the outputs: a destroy removes all, and a plan for some clusters leaves them alone.

    Which clusters an output speaks of is not known here, and what it would say of the others was not planned. The
    secrets of the clusters must be in `vault` already.
    """
    if options.targets or options.excluded:
        return (), ()
    wanted = {} if options.destroy else seal_outputs(desired.outputs, key, vault)
    changes = plan_outputs(snapshot.outputs if snapshot else {}, wanted)
    return changes, tuple(warn_of_secrets(desired.outputs, wanted))


def _has_outputs(desired: Desired, snapshot: Snapshot | None) -> bool:
    return bool(desired.outputs or desired.checks or (snapshot and snapshot.outputs))


def _plan_all(pairs: Sequence[Pair], rules: Rules, vault: Vault) -> dict[Address, Planned]:
    planned = {pair.address: plan_cluster(pair, rules, vault) for pair in pairs}
    return replace_triggered(pairs, planned, rules, vault)


def _find_left_out(selection: Selection, rules: Rules, vault: Vault) -> tuple[LeftOut, ...]:
    """Return what a partial plan is not about, and what a plan of it alone would do: a reviewer wants to know that."""
    planned = _plan_all(selection.left_out, rules, vault)
    return tuple(
        LeftOut(
            address=address,
            action=part.change.action if part.change else Action.NO_OP,
            is_pending=bool(part.problems) or (part.change is not None and is_news(part.change)),
        )
        for address, part in planned.items()
    )
