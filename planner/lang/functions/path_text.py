"""Paths as text, with slashes: put together, tidied up and taken apart, without a look at any file. Refuses nothing."""

__all__ = ["clean_path", "find_relative", "join_paths", "name_of", "parent_of"]


def clean_path(path: str) -> str:
    """Return the shortest path that means the same: no `.`, no double slashes, and no `..` that takes a name back."""
    names: list[str] = []
    is_absolute = path.startswith("/")
    for name in path.split("/"):
        if name == ".." and names and names[-1] != "..":
            names.pop()
        elif name == ".." and is_absolute:
            continue
        elif name not in {"", "."}:
            names.append(name)
    text = "/".join(names)
    return f"/{text}" if is_absolute else text or "."


def join_paths(*paths: str) -> str:
    """Return `paths` one below the other, tidied up; empty ones do not count."""
    return clean_path("/".join(filter(None, paths))) if any(paths) else ""


def name_of(path: str) -> str:
    """Return the last name in `path`."""
    if not path:
        return "."
    return path.rstrip("/").rpartition("/")[2] or "/"


def parent_of(path: str) -> str:
    """Return `path` without what follows its last slash, tidied up."""
    head, slash, _ = path.rpartition("/")
    return clean_path(head + slash)


def find_relative(base: str, path: str) -> str:
    """Return the way from `base` to `path`, which are tidied up and both absolute, or both not."""
    start, end = ([name for name in one.split("/") if name not in {"", "."}] for one in (base, path))
    shared = 0
    while shared < min(len(start), len(end)) and start[shared] == end[shared]:
        shared += 1
    return "/".join([".."] * (len(start) - shared) + end[shared:]) or "."
