"""The account: the clusters of one emulated customer, their history, and the tokens it granted.

A frozen value: nothing happens in it. A change is a commit, and `fold` gives the account after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias, assert_never

__all__ = [
    "Account",
    "Cluster",
    "ClusterRemoved",
    "ClusterWritten",
    "Commit",
    "Settling",
    "Token",
    "TokenWritten",
    "Version",
    "fold",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One configuration of a cluster: its `metadata` and `spec` as JSON text, ready to be sent."""

    resource_version: int
    written_at: float
    metadata: str
    spec: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """What a cluster is doing: in `phase` until `ends_at`, in `settled` from then on.

    `settled` is None for a cluster that is being deleted: from `ends_at` on there is none.
    """

    phase: str
    ends_at: float
    settled: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cluster as the server keeps it; `number` counts creations and orders the list, `versions` is never empty."""

    uid: str
    number: int
    name: str
    created_at: float
    versions: tuple[Version, ...]
    settling: Settling

    @property
    def latest(self) -> Version:
        """The configuration in force."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A bearer token that the token endpoint granted, or one that was withdrawn (`uses_left` is 0)."""

    text: str
    expires_at: float
    uses_left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One customer's account. `seed` makes the ids: equal seeds give equal ids in order of creation."""

    seed: str = "emulator"
    next_number: int = 1
    clusters: Mapping[str, Cluster] = field(default_factory=lambda: MappingProxyType({}))
    uids: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The id of the cluster that holds a name; of twins, the younger."""
    tokens: Mapping[str, Token] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class ClusterWritten:
    """A cluster was created, configured or set on its way."""

    cluster: Cluster


@dataclass(frozen=True, slots=True)
class ClusterRemoved:
    """A cluster is gone."""

    uid: str


@dataclass(frozen=True, slots=True)
class TokenWritten:
    """A token was granted, used or withdrawn."""

    token: Token


Commit: TypeAlias = ClusterWritten | ClusterRemoved | TokenWritten


def fold(account: Account, commit: Commit) -> Account:
    """Return the account after `commit`."""
    match commit:
        case ClusterWritten(cluster=cluster):
            return _fold_cluster(account, cluster)
        case ClusterRemoved(uid=uid):
            return _forget_cluster(account, uid)
        case TokenWritten(token=token):
            return replace(account, tokens={**account.tokens, token.text: token})
        case _:
            assert_never(commit)


def _fold_cluster(account: Account, cluster: Cluster) -> Account:
    earlier = account.clusters.get(cluster.uid)
    uids = account.uids
    if earlier is None or earlier.name != cluster.name:
        uids = {**_without_name(uids, earlier), cluster.name: cluster.uid}
    return replace(
        account,
        clusters={**account.clusters, cluster.uid: cluster},
        uids=uids,
        next_number=max(account.next_number, cluster.number + 1),
    )


def _forget_cluster(account: Account, uid: str) -> Account:
    clusters = dict(account.clusters)
    earlier = clusters.pop(uid, None)
    return replace(account, clusters=clusters, uids=_without_name(account.uids, earlier))


def _without_name(uids: Mapping[str, str], cluster: Cluster | None) -> Mapping[str, str]:
    if cluster is None or uids.get(cluster.name) != cluster.uid:
        return uids
    remaining = dict(uids)
    del remaining[cluster.name]
    return remaining
