"""Plan keys: what `PLANNER_PLAN_KEY` gives a plan, the key of its digest and, before there is a state, of fingerprints.

Without it the latter is known to everybody, and whoever reads such a plan may try words on it; so that is warned of.
The keys that open an encrypted plan are those of the state.
"""

import hmac

from planner.model.desired import Settings
from planner.model.diagnostics import Diagnostic, Severity
from planner.model.plan import Plan
from planner.model.secrets import find_secrets
from planner.planning.make_plan import NO_STATE_KEY
from planner.workflow.encryption import find_cipher, find_key_lines
from planner.workflow.failing import fail_by_state
from planner.workflow.session import Session
from state.encryption import AgeCipher
from state.errors import StateError
from state.values import Output, Value

__all__ = ["find_no_state_key", "find_plan_cipher", "find_plan_key", "warn_of_guessable"]


def find_plan_key(session: Session) -> str | None:
    """Return the key of the digests of saved plans, if there is one."""
    return session.environment.get("PLANNER_PLAN_KEY") or None


def find_plan_cipher(session: Session, settings: Settings | None = None) -> AgeCipher:
    """Return the cipher of saved plans; without `settings` it only opens.

    Raises:
        Failure: the file of a key cannot be read.
    """
    try:
        cipher = find_cipher(session.environment, settings.encryption if settings else None)
    except StateError as error:
        raise fail_by_state(error) from error
    session.redactor.learn(find_key_lines(cipher))
    return cipher


def find_no_state_key(session: Session) -> str:
    """Return the key of the fingerprints in a plan that is made before there is a state."""
    key = find_plan_key(session)
    if key is None:
        return NO_STATE_KEY
    return hmac.new(key.encode("utf-8", "surrogateescape"), NO_STATE_KEY.encode(), "sha256").hexdigest()


def warn_of_guessable(plan: Plan, key: str | None) -> tuple[Diagnostic, ...]:
    """Return a warning where a plan that is saved with `key`, or with none, holds what secrets can be guessed by."""
    if key is not None or plan.precondition.lineage is not None or not _holds_secrets(plan):
        return ()
    return (
        Diagnostic(
            severity=Severity.WARNING,
            code="secrets-guessable",
            summary="Whoever reads the saved plan can guess at its secrets",
            detail="There is no state yet, so the fingerprints that stand for secrets in the plan are made with a key "
            "that everybody knows: a list of passwords shows whether one of them is a secret of it. Keep the file to "
            "yourself; or set PLANNER_PLAN_KEY to a long random text, here and where the plan is applied, and plan "
            "again; or apply once without a file.",
        ),
    )


def _holds_secrets(plan: Plan) -> bool:
    documents: list[Value] = [
        side or {} for change in plan.changes for side in (change.before, change.after, change.applied)
    ]
    bodies: list[Value] = [operation.body or {} for operation in plan.operations]
    outputs: list[Output | None] = [side for change in plan.outputs for side in (change.before, change.after)]
    values = (*documents, *bodies, *(output.value for output in outputs if output is not None))
    return any(True for value in values for _ in find_secrets(value))
