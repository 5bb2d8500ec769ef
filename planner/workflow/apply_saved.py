"""Applying a saved plan: exactly it, if everything is still as it was when it was made. Else it is told what is new."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from planner.api.client import ManagerClient
from planner.config.configuration import Configuration
from planner.model.desired import Desired
from planner.model.diagnostics import ExitCode, Failure
from planner.model.late import holds_late
from planner.model.plan import Action, Plan, Reason
from planner.model.secrets import Vault, find_secrets
from planner.planning.make_plan import make_rules
from planner.planning.unmarked import recall_hidden
from planner.planning.verify import collect_secrets
from planner.workflow.accounts import check_account
from planner.workflow.apply import (
    Applied,
    Limits,
    Screen,
    hold_account,
    hold_alone,
    perform_plan,
    show_and_check,
)
from planner.workflow.approval import NO_APPROVAL, Approval
from planner.workflow.check_plan import check_endpoint, check_live, check_secrets, check_state
from planner.workflow.late import read_late
from planner.workflow.plan import Planned, PlanRequest, Reading, plan_reading, start_reading
from planner.workflow.refresh import refresh
from planner.workflow.saved_plans import refuse_plain_plan
from planner.workflow.session import Session, open_store, read_files, require_configuration, require_endpoint
from planner.workflow.versions import collect_versions
from state.values import Value

__all__ = ["apply_saved_plan"]


async def apply_saved_plan(  # noqa: PLR0913 - the plan, who watches and agrees, and how it was kept
    session: Session,
    plan: Plan,
    screen: Screen,
    limits: Limits,
    approval: Approval = NO_APPROVAL,
    *,
    was_sealed: bool = False,
) -> Applied:
    """Perform a saved plan, exactly, if everything is still as it was when it was made.

    The configuration is asked only for its settings, and for what the plan does not hold: secrets, and late values.
    Where the plan no longer holds, it is compared with the one that would be made now. `was_sealed`: it was kept
    encrypted, which the configuration may insist on.

    Raises:
        Failure: as for `apply_clusters`, and if the state or a cluster has changed since.
    """
    desired, configuration = _read_for_plan(session, plan)
    encryption = desired.settings.encryption
    if encryption is not None and encryption.is_enforced and not was_sealed:
        raise refuse_plain_plan()
    store = open_store(session, desired.settings)
    reading = start_reading(session, desired, configuration)
    if not plan.precondition.endpoint:  # it was made without asking an account, for there was no cluster
        async with hold_alone(session, store, "apply"):
            reading = replace(reading, snapshot=await store.load())
            planned = await _take_up(plan, reading, None, screen)
            show_and_check(planned, screen, approval)
            return await perform_plan(session, planned, None, store, screen=screen, limits=limits)
    endpoint = require_endpoint(session, desired.settings)
    check_endpoint(plan, endpoint)
    async with hold_account(session, store, desired.settings, "apply") as api:
        snapshot = await store.load()
        check_account(snapshot, endpoint)
        imported = [change.id for change in plan.changes if change.importing is not None and change.id is not None]
        live = await refresh(api, snapshot, session.parallelism, imported, announce=session.announce)
        planned = await _take_up(plan, replace(reading, snapshot=snapshot, live=live, endpoint=endpoint), api, screen)
        show_and_check(planned, screen, approval)
        return await perform_plan(session, planned, api, store, screen=screen, limits=limits)


async def _take_up(plan: Plan, reading: Reading, api: ManagerClient | None, screen: Screen) -> Planned:
    """Return a saved plan with what it does not hold, once it is sure that it still holds."""
    with _compared_if_stale(plan, reading, screen):
        check_state(plan, reading.snapshot)
        check_live(plan, reading.snapshot, reading.live, reading.no_state_key)
        secrets = reading.redactor.open_vault()
        if api is not None:
            await collect_versions(plan, reading.snapshot, api, secrets)
        return _complete(plan, reading, secrets)


@contextmanager
def _compared_if_stale(plan: Plan, reading: Reading, screen: Screen) -> Iterator[None]:
    """Show how the plan that would be made now differs from the saved one, where that no longer holds.

    Where no plan can be made, or the saved one was not made from the configuration, that it is stale says it all.
    """
    try:
        yield
    except Failure as failure:
        is_rollback = any(change.rolls_back_to is not None for change in plan.changes)
        if failure.exit_code is ExitCode.STALE_PLAN and reading.configuration.desired is not None and not is_rollback:
            with suppress(Failure):
                screen.compare(plan, plan_reading(reading, _recall_request(plan)).plan)
        raise


def _recall_request(plan: Plan) -> PlanRequest:
    """Return what was asked for when `plan` was made, as far as it shows."""
    return PlanRequest(
        destroy=any(change.reason is Reason.DESTROY for change in plan.changes),
        targets=plan.targets,
        excluded=plan.excluded,
        replace=tuple(
            str(change.address)
            for change in plan.changes
            if change.action is Action.REPLACE and change.reason is Reason.REQUESTED
        ),
    )


def _read_for_plan(session: Session, plan: Plan) -> tuple[Desired, Configuration]:
    """Read the configuration of a saved plan; one that holds all that it sends can do with the settings alone."""
    configuration = read_files(session)
    if configuration.desired is not None:
        return configuration.desired, configuration
    if _needs_configuration(plan):
        return require_configuration(session)
    return Desired(settings=configuration.settings), replace(configuration, diagnostics=())


def _complete(plan: Plan, reading: Reading, secrets: Vault) -> Planned:
    """Return a saved plan with what it does not hold: what the configuration says now, which must be what it said.

    What else its fingerprints stand for goes into `secrets`.
    """
    snapshot, live = reading.snapshot, reading.live
    rules = make_rules(snapshot, hidden=recall_hidden(plan), no_state_key=reading.no_state_key)
    collect_secrets(reading.desired, snapshot, live, rules, secrets)
    if _needs_configuration(plan):
        configuration = read_late(reading.configuration, plan, snapshot, live, secrets, rules=rules)
        reading = replace(reading, configuration=configuration, desired=configuration.desired or reading.desired)
        collect_secrets(reading.desired, snapshot, live, rules, secrets)
    check_secrets(plan, secrets)
    return Planned(plan=plan, reading=reading, secrets=secrets)


def _needs_configuration(plan: Plan) -> bool:
    """Tell whether a plan sends, or says in an output, what only the configuration can tell.

    What a rollback does not hold is in the history of its cluster.
    """
    if any(change.rolls_back_to is not None for change in plan.changes):
        return False
    bodies: list[Value] = [operation.body or {} for operation in plan.operations]
    outputs = [change.after.value for change in plan.outputs if change.after]
    return any(holds_late(value) or any(True for _ in find_secrets(value)) for value in (*bodies, *outputs))
