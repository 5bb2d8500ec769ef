"""`planner apply`."""

from typing import Any

import click

from planner.cli.applying import ApplyOptions, apply_options, run_apply
from planner.cli.options import (
    Command,
    allow_option,
    exclude_option,
    new_state_option,
    recreate_option,
    replace_option,
    target_option,
)
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.diagnostics import Diagnostic, ExitCode, Failure

__all__ = ["command"]


@click.command("apply", cls=Command)
@click.argument("plan_file", required=False, metavar="[PLAN]")
@click.option("--destroy", is_flag=True, help="Delete every cluster that is managed here; the same as planner destroy.")
@target_option
@exclude_option
@replace_option
@allow_option
@recreate_option
@new_state_option
@click.option("--refresh-only", is_flag=True, hidden=True, help="Refused: see planner plan -refresh-only.")
@click.option("--refresh/--no-refresh", default=True, hidden=True, help="An apply always asks the account.")
@apply_options
def command(*, plan_file: str | None, destroy: bool, refresh_only: bool, refresh: bool, **options: Any) -> int:  # noqa: ANN401 - the fields of ApplyOptions
    """Create, change and delete clusters until they are as the configuration says.

    Plans, shows the plan, asks for the word yes, and performs it. Given the file of a saved PLAN it performs exactly
    that, without asking, or refuses with exit code 6 if the state or a cluster has changed since it was made.
    With -plan-id it plans, and goes on without asking only if that is the plan that was approved; 6 if it is another.
    A plan that does more than the guard lets pass is shown and refused with 5, with the -allow that would let it pass.
    Exits with 8 if only a part could be done; what was done is in the state either way.
    """
    chosen = ApplyOptions(**options)
    if refresh_only:
        streams = choose_streams(chosen.color, no_color=chosen.no_color)
        return choose_voice(streams, as_json=chosen.as_json).fail(Failure(ExitCode.ERROR, _refuse_refresh()))
    if not refresh:
        raise click.UsageError(
            "An apply always asks the account, so that it undoes nothing unseen: leave out -refresh=false. "
            "planner plan takes it."
        )
    if plan_file is not None and (chosen.target or chosen.excluded or chosen.replace or destroy):
        raise click.UsageError("A saved plan says it all: leave out -target, -exclude, -replace and -destroy.")
    if destroy and chosen.replace:
        raise click.UsageError("What is deleted is not replaced: give -destroy or -replace.")
    return run_apply(chosen, destroy=destroy, plan_file=plan_file)


def _refuse_refresh() -> Diagnostic:
    return Diagnostic(
        code="refresh-only",
        summary="What others changed is not taken into the state",
        detail="The state holds what planner asked for and what the server made of it. Written over with what others "
        "changed, it could no longer tell the two apart, and the change would be hidden for good. Nothing was changed. "
        "planner plan -refresh-only shows what differs. To keep a value, write it into the configuration: the plan "
        "then says adopt, and apply sends nothing for it. To leave it to others, name it in ignore_changes. To put it "
        "back, apply without -refresh-only.",
    )
