"""Suggestions: the name that was probably meant."""

from collections.abc import Iterable

__all__ = ["find_similar", "suggest"]


def find_similar(name: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that is most like `name`, or None where none is like it."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake pays for it

    matches = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


def suggest(name: str, known: Iterable[str]) -> str:
    """Return ` Did you mean "…"?` to put behind a sentence, or nothing."""
    similar = find_similar(name, known)
    return f' Did you mean "{similar}"?' if similar else ""
