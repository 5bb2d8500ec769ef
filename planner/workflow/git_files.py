"""Git's files: a directory as it is at another commit, written out where it can be read.

Only `git` knows how they are kept, so it is asked; it runs no hook and no filter for these commands, and takes no
option from a name. What is written stays below the directory that was given.
"""

import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from planner.config.configuration import VariableFile
from planner.model.diagnostics import Diagnostic, ExitCode, Failure
from planner.workflow.session import Session

__all__ = [
    "Tree",
    "find_commit",
    "find_root",
    "holds_commit",
    "is_brought",
    "is_submodule",
    "list_missing",
    "list_uncommitted",
    "move_session",
    "write_tree",
]

_READ = {".hcl", ".json", ".tfvars", ".tpl", ".tftpl", ".txt", ".yaml", ".yml", ".pem", ".properties"}
"""Endings of files outside of the directory that a configuration may read: modules, and what their functions take."""
_CONFIGURATION = (".hcl", ".hcl.json", ".cluster.json", ".vars.json")
_LARGEST = 10 * 2**20
_MOST_BYTES = 128 * 2**20
_MOST_FILES = 20_000
_SECONDS = 60.0
_SETTLED = {"LC_ALL": "C", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0"}
"""No commit stands for another one, and nothing is written."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A directory at a commit: where it was written, and the commit's name.

    `root` is where the repository is, and `written` where its files at that commit are.
    """

    directory: str
    commit: str
    root: Path
    written: Path


@dataclass(frozen=True, slots=True)
class _Entry:
    is_link: bool
    name: str
    size: int
    path: PurePosixPath


def write_tree(directory: str, ref: str, target: Path) -> Tree:
    """Write the files at `ref` of the repository that `directory` is in below `target`, as far as they may be read.

    Raises:
        Failure: there is no repository, `ref` is none of its commits, or it is too large.
    """
    commit = find_commit(directory, ref)
    root = str(find_root(directory))
    inside = PurePosixPath(Path(directory).resolve().relative_to(root).as_posix())
    entries = [one for one in _list_entries(root, commit) if _is_read(one, inside)]
    for entry in entries:
        # Without it the configuration would be another one, in which its clusters are not.
        if entry.size > _LARGEST and str(entry.path).endswith(_CONFIGURATION):
            raise _fail(
                "base-too-large", f"{entry.path} at {ref} is larger than 10 MB", "No configuration is: split it."
            )
    entries = [one for one in entries if one.size <= _LARGEST]
    if len(entries) > _MOST_FILES or sum(one.size for one in entries) > _MOST_BYTES:
        raise _fail(
            "base-too-large", f"{ref} has too many files to be read", "Keep the configuration in a smaller one."
        )
    here = target / inside
    here.mkdir(parents=True, exist_ok=True)
    for entry, content in zip(entries, _read_blobs(root, entries), strict=True):
        _write(target, entry, content)
    _remove_straying(target, entries)
    return Tree(str(here), commit, Path(root).resolve(), target)


def find_root(directory: str) -> Path:
    """Return where the repository is that `directory` is in, with no link on the way.

    Raises:
        Failure: it is in none.
    """
    if _run(directory, ["rev-parse", "--is-inside-work-tree"]) is None:
        raise _explain_no_repository(directory)
    told = _ask(directory, "rev-parse", "--show-toplevel").decode("utf-8", "surrogateescape")
    return Path(told.rstrip("\n")).resolve()


def is_brought(tree: Tree, path: str) -> bool:
    """Tell whether the file at `path` is one that `tree` has, or a link in its repository."""
    if not _is_inside(tree, path):
        return _find_written(tree, str(Path(path).resolve())) != str(Path(path).resolve())
    return _find_written(tree, path) != path or Path(path).is_symlink()


def list_missing(session: Session, tree: Tree) -> list[str]:
    """Return the files of variables that lie in the repository and that `tree` does not have."""
    files = [one.path for one in session.variables if isinstance(one, VariableFile)]
    return [path for path in files if _is_inside(tree, path) and _find_written(tree, path) == path]


def _is_inside(tree: Tree, path: str) -> bool:
    return any(place.is_relative_to(tree.root) for place in _find_places(path))


def _find_places(path: str) -> tuple[Path, Path]:
    """Return `path` as it is written, and where it leads: a directory on its way may be a link here and none there."""
    return Path(os.path.normpath(Path.cwd() / path)), Path(path).parent.resolve() / Path(path).name


def move_session(session: Session, tree: Tree) -> Session:
    """Return `session` in the directory of `tree`, with the files of variables that the tree has taken from there."""
    variables = tuple(_move_file(tree, one) if isinstance(one, VariableFile) else one for one in session.variables)
    return replace(session, directory=tree.directory, variables=variables, ask=None, writes_caches=False)


def _move_file(tree: Tree, file: VariableFile) -> VariableFile:
    written = _find_written(tree, file.path)
    return VariableFile(written, shown=file.shown or file.path, is_own=written != file.path)


def _find_written(tree: Tree, path: str) -> str:
    for place in _find_places(path):
        written = tree.written / place.relative_to(tree.root) if place.is_relative_to(tree.root) else None
        if written is not None and written.is_file():
            return str(written)
    return path


def holds_commit(directory: str, commit: str) -> bool:
    """Tell whether HEAD has `commit` in its history; a clone that has only a part of it is taken to have."""
    if (_run(directory, ["rev-parse", "--is-shallow-repository"]) or b"").strip() == b"true":
        return True
    return _run(directory, ["merge-base", "--is-ancestor", commit, "HEAD"]) is not None


def list_uncommitted(directory: str) -> list[str]:
    """Return the files of the configuration in `directory` that are not as HEAD has them, from the root on."""
    words = ["status", "--porcelain", "-z", "--no-renames", "--untracked-files=normal", "--ignore-submodules=all"]
    told = _run(directory, [*words, "--", "."]) or b""
    found = [(line[:2], os.fsdecode(line[3:])) for line in told.split(b"\0") if line]
    return [path for state, path in found if state != b"??" or path.endswith(_CONFIGURATION)]


def is_submodule(directory: str) -> bool:
    """Tell whether the repository that `directory` is in is a part of another one."""
    return bool((_run(directory, ["rev-parse", "--show-superproject-working-tree"]) or b"").strip())


def find_commit(directory: str, ref: str) -> str:
    """Return the name of the commit that `ref` is in the repository that `directory` is in.

    Raises:
        Failure: there is no repository, or `ref` is none of its commits.
    """
    if not ref or ref.startswith("-") or not ref.isprintable():
        raise _fail("bad-ref", f"{ref!r} is no name of a commit", "Give a branch, a tag or a commit, as origin/main.")
    if _run(directory, ["rev-parse", "--is-inside-work-tree"]) is None:
        raise _explain_no_repository(directory)
    found = _run(directory, ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"])
    if found is not None:
        return found.decode().strip()
    is_shallow = (_run(directory, ["rev-parse", "--is-shallow-repository"]) or b"").strip() == b"true"
    advice = "Check its spelling, or fetch it first."
    if is_shallow:
        advice = "This clone has only a part of the history: fetch it first, as with git fetch origin main."
    raise _fail("unknown-ref", f"There is no commit {ref}", advice)


def _explain_no_repository(directory: str) -> Failure:
    told = _start(directory, ["rev-parse", "--is-inside-work-tree"], b"").stderr
    if b"dubious ownership" not in told:
        return _fail("no-repository", f"{directory} is in no Git repository", "A base is read from one.")
    return _fail(
        "no-repository",
        f"Git does not trust the repository of {directory}, which belongs to another user",
        "If you do, as in a container, let Git know: git config --global --add safe.directory "
        f"{shlex.quote(str(Path(directory).resolve()))}",
    )


def _list_entries(root: str, commit: str) -> Iterator[_Entry]:
    for line in _ask(root, "ls-tree", "-r", "-z", "-l", "--full-tree", commit).split(b"\0"):
        if not line:
            continue
        about, _, path = line.partition(b"\t")
        mode, kind, name, size = about.split()
        if kind == b"blob":
            place = PurePosixPath(path.decode("utf-8", "surrogateescape"))
            if not size.isdigit():
                raise _fail_incomplete()
            yield _Entry(is_link=mode == b"120000", name=name.decode(), size=int(size), path=place)


def _is_read(entry: _Entry, inside: PurePosixPath) -> bool:
    if entry.path.is_absolute() or {"..", ".git"} & set(entry.path.parts):
        return False
    return entry.path.is_relative_to(inside) or entry.path.suffix in _READ


def _read_blobs(root: str, entries: Sequence[_Entry]) -> Iterator[bytes]:
    if not entries:
        return
    asked = "".join(f"{entry.name}\n" for entry in entries).encode()
    rest = memoryview(_ask(root, "cat-file", "--batch", given=asked))
    for _ in entries:
        end = bytes(rest[:200]).index(b"\n")
        told = bytes(rest[:end]).split()[-1]
        if not told.isdigit():
            raise _fail_incomplete()
        size = int(told)
        yield bytes(rest[end + 1 : end + 1 + size])
        rest = rest[end + 2 + size :]


def _write(target: Path, entry: _Entry, content: bytes) -> None:
    path = target / entry.path
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.parent.resolve().is_relative_to(target.resolve()):
        return  # through a link of the same tree
    if not entry.is_link:
        path.write_bytes(content)
        return
    leads = Path(os.path.normpath(path.parent / os.fsdecode(content)))
    if not os.fsdecode(content).startswith("/") and leads.is_relative_to(target):
        path.symlink_to(os.fsdecode(content))


def _remove_straying(target: Path, entries: Sequence[_Entry]) -> None:
    """Remove the links that lead out by way of other links, which can be seen only once all of them are written."""
    within = target.resolve()
    for path in [target / entry.path for entry in entries if entry.is_link]:
        try:
            stays = path.resolve().is_relative_to(within)
        except (OSError, RuntimeError):  # links in a circle
            stays = False
        if not stays and path.is_symlink():
            path.unlink()


def _ask(directory: str, *words: str, given: bytes = b"") -> bytes:
    answer = _run(directory, words, given=given)
    if answer is None:
        raise _fail("git-failed", f"git {words[0]} failed", "Run it yourself to see why.")
    return answer


def _run(directory: str, words: Sequence[str], *, given: bytes = b"") -> bytes | None:
    """Return what git says, None where it fails."""
    ended = _start(directory, words, given)
    return ended.stdout if ended.returncode == 0 else None


def _start(directory: str, words: Sequence[str], given: bytes) -> subprocess.CompletedProcess[bytes]:
    # A directory of a pull request may look like a repository itself, with commits and settings of its own.
    settings = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "safe.bareRepository=explicit")
    command = ["git", *(word for one in settings for word in ("-c", one)), "--no-pager", "-C", directory, *words]
    try:
        return subprocess.run(  # noqa: S603 - the words are ours, and a ref begins with no hyphen
            command, input=given, capture_output=True, check=False, timeout=_SECONDS, env={**os.environ, **_SETTLED}
        )
    except FileNotFoundError:
        raise _fail("no-git", "git is not installed", "A base is read with it: install it.") from None
    except subprocess.TimeoutExpired:
        raise _fail("git-failed", f"git {words[0]} took longer than a minute", "Run it yourself to see why.") from None


def _fail(code: str, summary: str, detail: str) -> Failure:
    return Failure(ExitCode.ERROR, Diagnostic(code=code, summary=summary, detail=detail))


def _fail_incomplete() -> Failure:
    return _fail("git-failed", "The repository lacks a file of the base", "See git fsck, or fetch it again.")
