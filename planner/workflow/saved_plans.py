"""Saved plans: a plan in a file, for a review now and an apply later."""

import os
import re
from pathlib import Path

from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.plan import Plan
from planner.model.plan_document import PlanAltered, PlanDamaged, PlanOutdated, dumps_plan, loads_plan
from planner.planning.plan_id import make_plan_id
from planner.workflow.failing import fail_by_state
from planner.workflow.whole_files import leads_away, put_file
from state.errors import StateError
from state.sealing import NO_CIPHER, Cipher, is_sealed, open_sealed, seal

__all__ = ["discard_plan", "is_plan_sealed", "read_plan", "refuse_plain_plan", "write_plan"]

_MAX_BYTES = 512 * 2**20

_ADVISE_DIRECTORY = (
    "To apply the configuration in it, go there, or name it with -chdir, and leave it out here. To apply a saved plan, "
    "name its file."
)
_PLAN_START = re.compile(rb'\{\s*"format_version": "[0-9.]+",\s*"plan_id"')
"""How every saved plan starts."""


def write_plan(path: str, plan: Plan, key: str | None, cipher: Cipher = NO_CIPHER) -> None:
    """Write `plan` to the file at `path`, whole or not at all, readable by this user alone.

    `key` is that of its digest, `cipher` encrypts it. It takes the place of an older plan, and of nothing else: not of
    a device, and not of a state.

    Raises:
        Failure: the file cannot be written, or is something else than a plan.
    """
    target = Path(os.path.realpath(path))
    try:
        if hindrance := _find_hindrance(path, target):
            raise _fail("plan-not-written", f"The plan cannot be saved as {path}", hindrance)
        put_file(target, seal(dumps_plan(plan, key).encode("utf-8"), cipher, holds="plan"))
    except OSError as error:
        raise _fail("plan-not-written", f"The plan cannot be saved as {path}", f"{_explain(error)}.") from error
    except StateError as error:
        raise fail_by_state(error) from error


def discard_plan(path: str) -> None:
    """Take away the plan that was saved at `path`, so that nobody takes it for the one that is not made yet.

    Raises:
        Failure: the file is something else, so that no plan can be saved there either.
    """
    target = Path(os.path.realpath(path))
    try:
        if hindrance := _find_hindrance(path, target):
            raise _fail("plan-not-written", f"The plan cannot be saved as {path}", hindrance)
        if target.exists() and target.stat().st_size:
            target.unlink()
    except OSError as error:
        raise _fail("plan-not-written", f"The plan cannot be saved as {path}", f"{_explain(error)}.") from error


def _find_hindrance(path: str, target: Path) -> str | None:
    """Return why a plan must not take the place of what is there, if anything is."""
    if not os.path.lexists(target):
        return "It is a link to nothing elsewhere. Remove it, or name another file." if leads_away(path) else None
    if not target.is_file():
        return "It is not a regular file. Name another one."
    with target.open("rb") as file:
        start = file.read(100)
    if not start or _PLAN_START.match(start) or is_sealed(start, "plan"):
        return None
    return "A file is there that is not a saved plan. Move it away, or name another one."


def read_plan(path: str, key: str | None, cipher: Cipher = NO_CIPHER) -> Plan:
    """Return the plan that was saved at `path` with the same `key`; `cipher` opens one that is encrypted.

    Raises:
        Failure: there is none, or it is not as it was saved, or not encrypted and that is enforced.
    """
    try:
        if Path(path).is_dir():
            raise _fail("no-plan", f"{path} is a directory and no saved plan", _ADVISE_DIRECTORY)
        if not Path(path).is_file():
            raise _fail("no-plan", f"There is no saved plan {path}", "Make one with: planner plan -out plan.json")
        if Path(path).stat().st_size > _MAX_BYTES:
            raise _fail("plan-damaged", f"{path} is not a saved plan", "It is too large to be one.")
        opened = open_sealed(Path(path).read_bytes(), cipher, holds="plan", name=path)
        return _check_id(loads_plan(opened.content.decode("utf-8"), key))
    except OSError as error:
        raise _fail("plan-not-read", f"The saved plan {path} cannot be read", f"{_explain(error)}.") from error
    except StateError as error:
        raise fail_by_state(error) from error
    except PlanAltered as error:
        raise Failure(ExitCode.STALE_PLAN, _report_altered(path, error)) from error
    except PlanOutdated as error:
        raise Failure(ExitCode.ERROR, _report_version(path, error)) from error
    except (PlanDamaged, UnicodeDecodeError) as error:
        raise _fail(
            "plan-damaged",
            f"{path} is not a plan as it was saved",
            f"{str(error).rstrip('.')}. Nothing was sent. Plan again with -out and apply what that saves.",
        ) from error


def is_plan_sealed(path: str) -> bool:
    """Tell whether the plan that was saved at `path` is encrypted."""
    try:
        with Path(path).open("rb") as file:
            return is_sealed(file.read(100), "plan")
    except OSError:
        return False


def refuse_plain_plan() -> Failure:
    """Return the failure that a saved plan is where only encrypted ones are taken."""
    return _fail(
        "plan-not-encrypted",
        "The saved plan is not encrypted",
        'The configuration says enforced = true in its "encryption" block, so somebody may have put this plan in the '
        "place of an encrypted one. Nothing was sent. Plan again with -out and apply what that saves.",
    )


def _check_id(plan: Plan) -> Plan:
    """Refuse a plan whose id is not that of what it does: the id is what people approve."""
    if make_plan_id(plan.changes, plan.operations) != plan.id:
        raise PlanAltered("plan_id", "is not the id of what the plan does, so the plan was changed")
    return plan


def _report_altered(path: str, error: PlanAltered) -> Diagnostic:
    return Diagnostic(
        code="plan-altered",
        summary=f"{path} is not a plan as it was saved",
        detail=f"{error}. Nothing was sent. Plan again with -out and apply what that saves.",
    )


def _report_version(path: str, error: PlanOutdated) -> Diagnostic:
    return Diagnostic(
        code="plan-version",
        summary=f"{path} was saved by {'a newer' if error.is_newer else 'an older'} planner",
        detail=f"{error}. Nothing was sent. Plan again with -out and apply what that saves"
        + (", or use the planner that saved the plan." if error.is_newer else "."),
    )


def _explain(error: OSError) -> str:
    return error.strerror or str(error)


def _fail(code: str, summary: str, detail: str) -> Failure:
    return Failure(ExitCode.ERROR, Diagnostic(code=code, summary=summary, detail=detail))
