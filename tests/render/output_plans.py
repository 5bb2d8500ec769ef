"""Plans with outputs and checks, for the pages of `golden`."""

from planner.model.desired import CheckResult
from planner.model.diagnostics import Diagnostic
from planner.model.outputs import OutputChange
from planner.model.plan import Action, Change, Plan, Precondition
from state.address import Address
from state.values import Late, Output, Secret

__all__ = ["OUTPUTS"]

_ID = "7f3a9c01d2" + "0" * 54
_PRECONDITION = Precondition(endpoint="https://acme.implycloud.com", lineage="l-1", serial=3)

OUTPUTS = {
    "outputs": Plan(
        id=_ID,
        precondition=_PRECONDITION,
        changes=(
            Change(address=Address("shop"), action=Action.NO_OP, name="shop", id="c-1", moved_from=Address("store")),
        ),
        outputs=(
            OutputChange(name="gone", before=Output(value=["a"], type="list(string)"), after=None),
            OutputChange(
                name="id", before=Output(value="c-1", type="string"), after=Output(value=Late(), type="string")
            ),
            OutputChange(
                name="token", before=None, after=Output(value=Secret("k1:7"), type="string", is_sensitive=True)
            ),
        ),
        checks=(
            CheckResult(label="check.health", passed=None),
            CheckResult(
                label="check.size",
                passed=False,
                problem=Diagnostic(code="check-failed", summary="Check block assertion failed", detail="Too small."),
            ),
            CheckResult(label="check.name", passed=True),
        ),
    ),
    "outputs_only": Plan(
        id=_ID,
        precondition=_PRECONDITION,
        unchanged=2,
        outputs=(OutputChange(name="n", before=Output(value=1, type="number"), after=Output(value=2, type="number")),),
    ),
}
