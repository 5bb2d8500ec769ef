"""Judging: after a fault comes another apply, and then everything must be as if nothing had happened."""

import time
from dataclasses import dataclass

from state.snapshot import Snapshot
from tests.faults.scene import APPLY, TOKEN, Ended, Stage
from tests.faults.tracing import SIGNALS, Fault, strike

__all__ = ["Verdict", "try_fault"]

_ENDS = {"SIGKILL": {-9, 137}, "SIGINT": {130, -2}, "SIGTERM": {143, -15}}  # what a shell calls 143, too
_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one fault: how the command ended, whether it had any effect, and what is wrong, if anything."""

    fault: Fault
    code: int
    wrong: tuple[str, ...] = ()


def try_fault(stage: Stage, fault: Fault) -> Verdict:
    """Let the fault happen, run the apply again, and look at what there is."""
    stage.reset()
    before = stage.load_state()
    began = time.monotonic()
    ended = strike(stage, fault)
    seconds = time.monotonic() - began
    wrong = list(_judge_end(fault, ended, seconds))
    broken = stage.list_live()
    wrong += [f"no intent for {request}" for request in stage.without_intent]
    again = stage.run(*APPLY)
    wrong += _judge_recovery(stage, fault, before, again, told=ended.said + again.said, former=broken)
    wrong += [f"a canary in {where}" for where, said in (("it", ended.said), ("the next", again.said)) if TOKEN in said]
    return Verdict(fault=fault, code=ended.code, wrong=tuple(wrong))


def _judge_end(fault: Fault, ended: Ended, seconds: float) -> list[str]:
    wrong = []
    if "Traceback" in ended.said or "This is a bug" in ended.said:
        wrong.append(f"a bug: {ended.said[-400:]}")
    if fault.what in SIGNALS:
        # A signal that comes with the last calls finds nothing left to stop.
        if ended.code not in {*_ENDS[fault.what], 0}:
            wrong.append(f"exit code {ended.code} after {fault.what}")
        if seconds > _STOP_SECONDS + 5:  # starting under strace takes its time
            wrong.append(f"it took {seconds:.0f} seconds to stop")
    elif ended.code not in {0, 1, 4, 8}:
        wrong.append(f"exit code {ended.code}: {ended.said[-300:]}")
    return wrong


def _judge_recovery(
    stage: Stage, fault: Fault, before: Snapshot, again: Ended, *, told: str, former: dict[str, tuple[str, int]]
) -> list[str]:
    if again.code != 0:
        return [f"the next apply ended with {again.code}: {again.said[-600:]}"]
    wrong = []
    live = stage.list_live()
    if {name: replicas for name, (_, replicas) in live.items()} != {"edit": 3, "new": 2}:
        wrong.append(f"live is {live}")
    if "new" in former and live["new"][0] != former["new"][0]:
        wrong.append("another cluster took the place of the first one")
    if fault.what != "SIGKILL" and live.get("new", ("?", 0))[0] not in told:  # the dead say nothing; the state does
        wrong.append("nobody was told the id of the new cluster")
    state = stage.load_state()
    known = {str(address): record.id for address, record in state.records.items()}
    if known != {f"cluster.{name}": cluster_id for name, (cluster_id, _) in live.items()}:
        wrong.append(f"the state knows {known}")
    if state.intents or state.lineage != before.lineage or state.serial < before.serial:
        wrong.append("the state is not whole")
    plan = stage.run("plan", "-detailed-exitcode")
    if plan.code != 0:
        wrong.append(f"a plan finds more to do: {plan.said[-300:]}")
    return wrong
