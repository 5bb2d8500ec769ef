"""Looking at the outputs: those that the state holds, without asking the API or evaluating anything."""

from planner.lang.suggest import suggest
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.model.outputs import Outputs
from planner.workflow.inspect_state import load_state
from planner.workflow.session import Session
from state.values import Output

__all__ = ["find_output", "load_outputs"]


async def load_outputs(session: Session) -> Outputs:
    """Return the outputs of the last apply; none where there is no state yet.

    Raises:
        Failure: the state cannot be read.
    """
    snapshot = await load_state(session)
    return snapshot.outputs if snapshot else {}


async def find_output(session: Session, name: str) -> Output:
    """Return the output called `name`.

    Raises:
        Failure: the state holds none of that name, or not its value because it is sensitive.
    """
    outputs = await load_outputs(session)
    if name not in outputs:
        raise _fail(
            "no-output",
            f'Output "{name}" not found',
            f"The state holds no output of this name.{suggest(name, outputs)} planner output lists those that it "
            "holds; one that is new in the configuration is there after the next planner apply.",
        )
    if outputs[name].is_sensitive:
        raise _fail(
            "output-not-kept",
            f'The value of output "{name}" is not kept',
            "It is sensitive, and nothing sensitive is written into the state: a fingerprint stands there, which only "
            f'tells whether the value has changed. Look at output "{name}" in the configuration to see where the value '
            "comes from, and take it from there.",
        )
    return outputs[name]


def _fail(code: str, summary: str, detail: str) -> Failure:
    return Failure(ExitCode.ERROR, Diagnostic(code=code, summary=summary, detail=detail))
