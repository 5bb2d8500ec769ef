"""Distrust: the configuration of a stranger's pull request, read so that it can neither redirect us nor tell secrets.

Where the account and the state are, who we are and what is let pass is what the base says. What the base keeps secret
must stay so: whoever could take the mark off could print it, letter by letter. Who only asks whether it begins with an
`a` learns it too, in many plans or a long one: a run that holds secrets that matter must not plan for strangers.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from pathlib import Path

from planner.config.configuration import Configuration
from planner.model.desired import Desired, Known, Settings
from planner.model.diagnostics import Diagnostic, ExitCode, Failure, Severity
from planner.model.spans import Span
from planner.workflow.git_files import is_submodule, list_missing, move_session, write_tree
from planner.workflow.session import Session, read_files, require_configuration

__all__ = ["read_untrusted"]

_UNMARKS = re.compile(r"\bnonsensitive\b")


def read_untrusted(session: Session, ref: str, *, needs_token: bool) -> tuple[Desired, Configuration]:
    """Return the configuration with the settings of that at `ref`.

    Raises:
        Failure: either of the two is invalid, or what the base keeps secret would not stay so. Nothing that the
            configuration says is told before that is certain.
    """
    if needs_token and session.environment.get("IMPLY_TOKEN_COMMAND"):
        raise Failure(
            ExitCode.REFUSED,
            Diagnostic(
                code="untrusted-command",
                summary="An untrusted plan runs no command for a token",
                detail="The command of IMPLY_TOKEN_COMMAND may be, or call, a file of the pull request. Give a token "
                "with IMPLY_TOKEN or IMPLY_TOKEN_FILE, a client with IMPLY_CLIENT_ID, or plan with -live.",
            ),
        )
    if is_submodule(session.directory):
        raise Failure(
            ExitCode.REFUSED,
            Diagnostic(
                code="untrusted-submodule",
                summary="An untrusted plan does not trust a submodule",
                detail=f"{session.directory} is in one. The pull request says which repository that is, so {ref} of it "
                "may be the stranger's. Keep the configuration in the repository itself.",
            ),
        )
    with tempfile.TemporaryDirectory(prefix="planner-base-") as place:
        tree = write_tree(session.directory, ref, Path(place))
        missing = list_missing(session, tree)
        if missing:
            raise Failure(ExitCode.REFUSED, _report_missing(missing[0], ref))
        base, trusted = require_configuration(move_session(session, tree))
    configuration = read_files(replace(session, writes_caches=False))
    revealed = list(_find_revealed(configuration, trusted, ref))
    if revealed:
        raise Failure(ExitCode.REFUSED, *revealed)
    if configuration.desired is None:
        raise Failure(ExitCode.INVALID_CONFIGURATION, *configuration.diagnostics, sources=configuration.sources)
    told = tuple(_tell_other_settings(configuration.desired.settings, base.settings, ref))
    desired = replace(configuration.desired, settings=base.settings)
    return desired, replace(
        configuration,
        desired=desired,
        settings=base.settings,
        diagnostics=(*configuration.diagnostics, *told),
        revise=_keep_settings(configuration, base.settings),
    )


def _keep_settings(configuration: Configuration, settings: Settings) -> Callable[[Known], Configuration] | None:
    revise = configuration.revise
    if revise is None:
        return None

    def keep(known: Known) -> Configuration:
        revised = revise(known)
        desired = replace(revised.desired, settings=settings) if revised.desired is not None else None
        return replace(revised, desired=desired, settings=settings)

    return keep


def _report_missing(path: str, ref: str) -> Diagnostic:
    return Diagnostic(
        code="untrusted-variables",
        summary=f"{path} is not in {ref}, so its values are not trusted",
        detail="What planner is told may depend on variables. Give a file of variables that the base has, or one that "
        "lies outside of the repository.",
    )


def _find_revealed(head: Configuration, base: Configuration, ref: str) -> Iterator[Diagnostic]:
    if any(secret not in head.secrets for secret in base.secrets):
        yield Diagnostic(
            code="untrusted-secret",
            summary=f"What {ref} keeps secret is not secret any more",
            detail="A variable that is sensitive there is not here, or is gone, or this configuration cannot be "
            "evaluated. An untrusted plan tells nothing of it. Somebody who is trusted may plan it without -untrusted.",
        )
    for file, text in head.sources.items():
        found = _UNMARKS.search(text) if base.sources.get(file) != text else None
        if found is not None:
            yield Diagnostic(
                code="untrusted-secret",
                summary=f"A file that {ref} has otherwise takes the mark off a secret",
                detail="nonsensitive() may stand only in files that the pull request leaves alone.",
                span=Span(file, found.start(), found.end()),
            )


def _tell_other_settings(head: Settings, base: Settings, ref: str) -> Iterator[Diagnostic]:
    differing = [one.name for one in fields(Settings) if getattr(head, one.name) != getattr(base, one.name)]
    if differing:
        names = ", ".join(name.replace("_", " ") for name in differing)
        yield Diagnostic(
            severity=Severity.WARNING,
            code="settings-of-base",
            summary=f"The planner and provider blocks are taken from {ref}",
            detail=f"This pull request changes what they say ({names}), which an untrusted plan does not use. Review "
            "that by eye: after the merge it holds.",
        )
