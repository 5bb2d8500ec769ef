"""Checking: whether a document is a good Cluster, and if not, why.

The acceptor is asked first: a good document pays nothing for explanations, not even their import. Refuses to raise,
whatever the document is.
"""

from collections.abc import Collection

from schemas.accept import is_acceptable
from schemas.violations import Path, Violation

__all__ = ["check_cluster"]


def check_cluster(document: object, *, hidden: Collection[Path] = ()) -> tuple[Violation, ...]:
    """Return what is wrong with `document` as the configuration of a Cluster, in the order of the document.

    No two violations have the same path. A value at or below one of the paths in `hidden` is in no message, and
    neither is one that the schema says is secret.
    """
    if is_acceptable(document):
        return ()
    from schemas.explain import find_violations  # noqa: PLC0415 - only a mistake should pay for its import

    return find_violations(document, hidden)
