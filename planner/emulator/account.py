"""The account: the clusters of one emulated customer, their history, and the tokens it granted.

A value: nothing happens in it. A change is a commit, and `fold` gives the account after it.
"""

from dataclasses import dataclass, field, replace
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
    "absorb",
    "copy_account",
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
    """One customer's account. `seed` makes the ids: equal seeds give equal ids in order of creation.

    Its dictionaries belong to it: whoever wants others makes another account.
    """

    seed: str = "emulator"
    next_number: int = 1
    clusters: dict[str, Cluster] = field(default_factory=dict)
    uids: dict[str, str] = field(default_factory=dict)
    """The id of the cluster that holds a name; of twins, the younger."""
    tokens: dict[str, Token] = field(default_factory=dict)


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


def fold(account: Account, *commits: Commit) -> Account:
    """Return the account after `commits`; `account` stays as it is."""
    folded = copy_account(account)
    for commit in commits:
        folded = absorb(folded, commit)
    return folded


def copy_account(account: Account) -> Account:
    """Return an equal account with dictionaries of its own."""
    return replace(account, clusters=dict(account.clusters), uids=dict(account.uids), tokens=dict(account.tokens))


def absorb(account: Account, commit: Commit) -> Account:
    """Return the account after `commit`, made from the dictionaries of `account`, which is used up.

    For the one owner of an account: what a commit costs does not grow with the number of clusters.
    """
    match commit:
        case ClusterWritten(cluster=cluster):
            _forget_name(account, cluster.uid)
            account.clusters[cluster.uid] = cluster
            account.uids[cluster.name] = cluster.uid
            return replace(account, next_number=max(account.next_number, cluster.number + 1))
        case ClusterRemoved(uid=uid):
            _forget_name(account, uid)
            account.clusters.pop(uid, None)
            return account
        case TokenWritten(token=token):
            account.tokens[token.text] = token
            return account
        case _:
            assert_never(commit)


def _forget_name(account: Account, uid: str) -> None:
    """Free the name of a cluster, unless a younger one holds it."""
    cluster = account.clusters.get(uid)
    if cluster is not None and account.uids.get(cluster.name) == uid:
        del account.uids[cluster.name]
