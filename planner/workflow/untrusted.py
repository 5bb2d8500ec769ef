"""Distrust: the configuration of a stranger's pull request, read so that it can neither redirect us nor tell secrets.

Where the account and the state are, who we are and what is let pass is what the base says. What the base keeps secret
is never computed with: random texts stand in for it, and it comes back only, whole, into values that are secret in a
cluster. So it can be told whether a secret is one that a stranger guesses as a whole, and nothing of its parts.
What is planned is the commit, written out: nothing else that lies about in the directory can be read.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from secrets import token_hex
from typing import cast

from planner.config.configuration import Configuration, Confinement
from planner.model.desired import Desired, DesiredCluster, Known, Settings
from planner.model.diagnostics import Diagnostic, ExitCode, Failure, Severity
from planner.workflow.git_files import (
    Tree,
    find_root,
    is_brought,
    is_submodule,
    list_missing,
    list_uncommitted,
    move_session,
    write_tree,
)
from planner.workflow.session import Session, read_files, require_configuration
from state.values import Json

__all__ = ["Untrusted", "open_untrusted"]

_HEAD = "HEAD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Untrusted:
    """The configuration of the commit that is checked out, with the settings of the base.

    `directory` is where its files are: as they are committed, and nothing else.
    """

    desired: Desired
    configuration: Configuration
    directory: str


@contextmanager
def open_untrusted(session: Session, ref: str, *, live: str | None) -> Iterator[Untrusted]:
    """Yield the configuration at HEAD with the settings of that at `ref`, while its files are there.

    `live` is a file of a snapshot, with which no token is needed.

    Raises:
        Failure: either of the two is invalid, or what the base keeps secret would not stay so. Nothing that the
            configuration says is told before that is certain.
    """
    if live is None and session.environment.get("IMPLY_TOKEN_COMMAND"):
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
    _refuse_links(session, ref)
    with tempfile.TemporaryDirectory(prefix="planner-base-") as place:
        tree = _write(session, ref, place)
        base, trusted = require_configuration(move_session(session, tree))
    # The directory itself may hold more than the pull request: a state, a token of Git's, links to anywhere.
    with tempfile.TemporaryDirectory(prefix="planner-head-") as place:
        tree = _write(session, _HEAD, place)
        _refuse_state(Path(tree.directory))
        _refuse_live(live, tree)
        root = str(tree.written.resolve())
        stand_ins = _StandIns()
        hidden = frozenset(name for name, is_sensitive in trusted.variables.items() if is_sensitive)
        confinement = Confinement(
            root=root, settable=frozenset(trusted.variables), hidden=hidden, disguise=stand_ins.make
        )
        world = replace(session.world, confinement=confinement)
        configuration = read_files(replace(move_session(session, tree), world=world))
        revealed = list(_find_revealed(configuration, trusted, ref))
        if revealed:
            raise Failure(ExitCode.REFUSED, *revealed)
        desired, configuration = _use_settings(session, configuration, base.settings, ref, stand_ins)
        yield Untrusted(desired=desired, configuration=configuration, directory=tree.directory)


def _refuse_links(session: Session, ref: str) -> None:
    """Refuse a directory that is reached by a link of the repository: of `ref` another one would be taken for it."""
    here = os.getcwd()  # noqa: PTH109 - a text is wanted
    shown = session.environment["PWD"] if "PWD" in session.environment else here  # noqa: SIM401 - a shell's, not ours
    if os.path.isdir(shown) and os.path.samefile(shown, here):  # noqa: PTH112, PTH121 - likewise
        here = shown  # as a shell has it, with the links that led here
    place = Path(os.path.normpath(os.path.join(here, session.directory)))  # noqa: PTH118 - as it is written
    root = find_root(session.directory)
    for one in (place, *place.parents):
        if one.is_symlink() and one.parent.resolve().is_relative_to(root):
            raise Failure(
                ExitCode.REFUSED,
                Diagnostic(
                    code="untrusted-link",
                    summary=f"{one.name} is a link, and an untrusted plan follows none to its configuration",
                    detail=f"A stranger's commit may make it one, and what {ref} has elsewhere would be trusted. Name "
                    "the directory itself.",
                ),
            )


def _refuse_live(live: str | None, tree: Tree) -> None:
    """Refuse a snapshot that the pull request brings along."""
    if live is not None and is_brought(tree, live):
        raise Failure(
            ExitCode.REFUSED,
            Diagnostic(
                code="untrusted-snapshot",
                summary=f"{live} is a part of the commit, so what it says of the account is not trusted",
                detail="Give a snapshot that somebody who is trusted has taken, from outside of what is committed.",
            ),
        )


def _refuse_state(directory: Path) -> None:
    """Refuse what planner itself keeps where the pull request brings it along: it says whose clusters are ours."""
    found = [*directory.glob("*.state.json*"), *directory.glob(".planner*")]
    if found:
        raise Failure(
            ExitCode.REFUSED,
            Diagnostic(
                code="untrusted-state",
                summary=f"The commit brings a state of its own, {found[0].name}",
                detail="An untrusted plan trusts no state, lock or selection of a stranger. Keep them out of Git.",
            ),
        )


def _write(session: Session, ref: str, place: str) -> Tree:
    """Write the files at `ref`; those of variables that lie in the repository must be among them."""
    tree = write_tree(session.directory, ref, Path(place))
    missing = list_missing(session, tree)
    if missing:
        raise Failure(ExitCode.REFUSED, _report_missing(missing[0], ref))
    return tree


class _StandIns:
    """Random texts in the place of secrets: what a stranger computes is computed of these.

    The secrets come back only into what is secret in a cluster anyway, whole, for what they are compared with there.
    """

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def make(self, text: str) -> str:
        """Return a text in the place of `text`; nothing stays nothing."""
        if not text:
            return text
        stand_in = token_hex(24)
        self._texts[stand_in] = text
        return stand_in

    def restore(self, desired: Desired) -> Desired:
        """Return `desired` with the secrets where it is secret itself."""
        return replace(desired, clusters=tuple(map(self._restore_cluster, desired.clusters)))

    def _restore_cluster(self, cluster: DesiredCluster) -> DesiredCluster:
        document: Json = dict(cluster.document)
        for path in cluster.sensitive:
            document = self._restore_at(document, path)
        return replace(cluster, document=cast("dict[str, Json]", document))

    def _restore_at(self, value: Json, path: Sequence[object]) -> Json:
        if path:
            first, rest = path[0], path[1:]
            if isinstance(value, dict):
                return {name: self._restore_at(one, rest) if name == first else one for name, one in value.items()}
            if isinstance(value, list):
                return [self._restore_at(one, rest) if at == first else one for at, one in enumerate(value)]
            return value
        if isinstance(value, dict):
            return {name: self._restore_at(one, ()) for name, one in value.items()}
        if isinstance(value, list):
            return [self._restore_at(one, ()) for one in value]
        if isinstance(value, str):
            for stand_in, text in self._texts.items():
                value = value.replace(stand_in, text)
        return value


def _use_settings(
    session: Session, configuration: Configuration, settings: Settings, ref: str, stand_ins: _StandIns
) -> tuple[Desired, Configuration]:
    left_out = tuple(_tell_uncommitted(session))
    if configuration.desired is None:
        told = (*configuration.diagnostics, *left_out)
        raise Failure(ExitCode.INVALID_CONFIGURATION, *told, sources=configuration.sources)
    told = (*configuration.diagnostics, *_tell_other_settings(configuration.desired.settings, settings, ref), *left_out)
    desired = stand_ins.restore(replace(configuration.desired, settings=settings))
    revise = _keep_settings(configuration, settings, stand_ins)
    return desired, replace(configuration, desired=desired, settings=settings, diagnostics=told, revise=revise)


def _keep_settings(
    configuration: Configuration, settings: Settings, stand_ins: _StandIns
) -> Callable[[Known], Configuration] | None:
    revise = configuration.revise
    if revise is None:
        return None

    def keep(known: Known) -> Configuration:
        revised = revise(known)
        desired = revised.desired
        desired = stand_ins.restore(replace(desired, settings=settings)) if desired is not None else None
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
    """Tell of secrets that would not stay so, by their names: another one may have the same value, as a decoy."""
    names = [name for name, is_sensitive in base.variables.items() if is_sensitive]
    if any(not head.variables.get(name, False) or head.types[name] != base.types[name] for name in names):
        yield Diagnostic(
            code="untrusted-secret",
            summary=f"What {ref} keeps secret is not secret any more",
            detail="A variable that is sensitive there is not here, or is gone, or has another type, or this "
            "configuration cannot be evaluated. An untrusted plan tells nothing of it. Somebody who is trusted may "
            "plan it without -untrusted.",
        )


def _tell_uncommitted(session: Session) -> Iterator[Diagnostic]:
    left_out = list_uncommitted(session.directory)
    if left_out:
        more = f" and {len(left_out) - 1:,} more" if len(left_out) > 1 else ""
        yield Diagnostic(
            severity=Severity.WARNING,
            code="not-committed",
            summary=f"{left_out[0]}{more} differs from the commit, which alone is planned",
            detail="An untrusted plan reads what is committed, so that it can tell nothing else of this machine. "
            "Commit what belongs to the configuration.",
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
