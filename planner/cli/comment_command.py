"""`planner comment`."""

import os

import click

from planner.cli.next_steps import name_apply
from planner.cli.options import Command, choose_directory, choose_workspace, color_options, directory_option
from planner.cli.running import make_session, run_workflow
from planner.cli.streams import choose_streams
from planner.cli.voice import choose_voice
from planner.model.comment import KEY, PLAIN_KEY, Marker, name_key
from planner.model.diagnostics import ExitCode
from planner.model.plan_ids import shorten_plan_id
from planner.model.review import Review
from planner.render.escaping import escape
from planner.workflow.approval import judge_saved
from planner.workflow.comment import (
    Commented,
    ForgeKind,
    find_commented_plan,
    find_merged_target,
    find_target,
    keep_comment,
    open_forge,
    set_label,
)
from planner.workflow.plan_keys import find_plan_cipher, find_plan_key
from planner.workflow.run_links import find_commit, find_place, find_run_link
from planner.workflow.saved_plans import read_plan

__all__ = ["command"]


def _check_key(_: click.Context, __: click.Parameter, key: str | None) -> str | None:
    if key is not None and KEY.fullmatch(key) is None:
        raise click.BadParameter("it is letters, digits, dots, slashes, underscores and single hyphens, 100 at most.")
    return key


@click.command("comment", cls=Command)
@click.option("--plan", "plan_file", metavar="FILE", help="The saved plan.")
@click.option(
    "--print-id",
    is_flag=True,
    help="Write nothing: print the id of the plan that was commented last, for planner apply -plan-id. Without -number "
    "it is looked for on the pull request that brought this commit here.",
)
@click.option(
    "--failed",
    is_flag=True,
    help="There is no plan, since it could not be made: let the comment say so, in the place of the last plan.",
)
@click.option(
    "--key",
    metavar="NAME",
    callback=_check_key,
    help="Tells the plans of one pull request apart: each key has a comment of its own.  [default: by the directory "
    "and the workspace]",
)
@click.option("--title", default="", metavar="TEXT", help="What the plan is called.  [default: the key]")
@click.option("--forge", type=click.Choice([one.value for one in ForgeKind]), help="[default: that of the CI]")
@click.option("--repository", default="", metavar="NAME", help="owner/name, or GitLab's project.  [default: of the CI]")
@click.option("--number", type=click.IntRange(min=1), metavar="N", help="The pull request.  [default: of the CI]")
@click.option("--api-url", default="", metavar="URL", help="Where the forge's API is.  [default: of the CI]")
@click.option("--labels", is_flag=True, help="Label it planner:changes, planner:no-changes or planner:deletes, too.")
@click.option("--dry-run", is_flag=True, help="Print the comment, and ask nobody.")
@directory_option
@color_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    plan_file: str | None,
    print_id: bool,
    failed: bool,
    key: str | None,
    title: str,
    forge: str | None,
    repository: str,
    number: int | None,
    api_url: str,
    labels: bool,
    dry_run: bool,
    directory: str | None,
    color: str,
    no_color: bool,
) -> int:
    """Write a saved plan as one comment on its pull request, and keep that up to date.

    On GitHub and GitLab, as the environment of their pipelines says; the token is GITHUB_TOKEN or GITLAB_TOKEN. The
    comment is found again by a mark in it. It opens with what changed since the last time; for the same plan nothing
    is written. With -print-id it says which plan was reviewed:

      planner apply -plan-id "$(planner comment -print-id)"
    """
    if [plan_file is not None, print_id, failed].count(True) != 1:
        raise click.UsageError(
            "Give -plan FILE to comment on it, -failed where there is none, or -print-id to know what was commented."
        )
    from planner.render.budget import Host  # noqa: PLC0415 - only a comment needs Markdown
    from planner.render.comment import render_comment, render_failed_comment  # noqa: PLC0415 - likewise

    streams = choose_streams(color, no_color=no_color)
    voice = choose_voice(streams, as_json=False)
    session = make_session(directory)
    place, workspace = choose_directory(directory), choose_workspace()
    where = find_place(place, os.environ)
    key = key or name_key(where, session.workspace)
    session.redactor.learn(token for name in ("GITHUB_TOKEN", "GITLAB_TOKEN") if (token := os.environ.get(name)))

    async def print_last() -> int:
        kind = ForgeKind(forge) if forge else None
        target = find_target(
            os.environ, kind=kind, url=api_url, repository=repository, number=number, may_miss_number=True
        )
        target = target if target.number else await find_merged_target(target, os.environ)
        streams.write(f"{shorten_plan_id(await find_commented_plan(open_forge(target, os.environ), target, key))}\n")
        return ExitCode.DONE

    async def work() -> int:
        if print_id:
            return await print_last()
        plan = None if plan_file is None else read_plan(plan_file, find_plan_key(session), find_plan_cipher(session))
        named = title or ("" if key == PLAIN_KEY else key)
        run_url, commit = find_run_link(os.environ) or "", find_commit(os.environ)
        is_gitlab = forge == ForgeKind.GITLAB.value or (forge is None and os.environ.get("GITLAB_CI") == "true")

        def write(former: Marker | None) -> tuple[Marker, str]:
            if plan is None:
                return render_failed_comment(key, named, run_url, commit)
            review = Review(
                plan=plan,
                title=named,
                refusals=judge_saved(plan),
                run_url=run_url,
                commit=commit,
                directory=where,
                apply_command=name_apply(plan, place, workspace),
            )
            marker, text = render_comment(review, key, Host.GITLAB if is_gitlab else Host.GITHUB, former)
            return marker, session.redactor.mask(text)

        if dry_run:
            streams.write(write(None)[1])
            return ExitCode.DONE
        kind = ForgeKind(forge) if forge else None
        target = find_target(os.environ, kind=kind, url=api_url, repository=repository, number=number)
        opened = open_forge(target, os.environ)
        commented = await keep_comment(opened, target, key, write)
        told = f"plan {shorten_plan_id(plan.id)}" if plan is not None else "the plan failed"
        streams.write(f"{_SAID[commented]} on {escape(target.repository)}, number {target.number}: {told}.\n")
        if labels:
            label, warnings = await set_label(opened, plan)
            voice.diagnose(warnings, {})
            streams.write("" if warnings or not label else f"Labelled {label}.\n")
        return ExitCode.DONE

    return run_workflow(voice, work)


_SAID = {
    Commented.CREATED: "Commented",
    Commented.UPDATED: "Updated the comment",
    Commented.SAME: "Left the comment as it is",
}
