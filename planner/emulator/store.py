"""Stores: where an account is kept while requests change it. This one is memory; `account_file` has the other."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from planner.emulator.account import Account, Commit, absorb, copy_account

__all__ = ["MemoryStore", "Store", "StoreError"]

T = TypeVar("T")


class StoreError(Exception):
    """The account cannot be read or kept; the message is for the user."""


class Store(Protocol):
    """Keeps one account, and lets one change at a time happen to it."""

    def read(self) -> Account:
        """Return the account as it is."""
        ...

    def transact(self, decide: Callable[[Account], tuple[tuple[Commit, ...], T]]) -> T:
        """Let `decide` look at the account, and not keep it; make its commits true, all or none; return the rest."""
        ...


class MemoryStore:
    """An account that ends with the process."""

    def __init__(self, account: Account) -> None:
        self._account = copy_account(account)

    def read(self) -> Account:
        """Return the account as it is."""
        return copy_account(self._account)

    def transact(self, decide: Callable[[Account], tuple[tuple[Commit, ...], T]]) -> T:
        """Let `decide` look at the account, and make its commits true."""
        commits, rest = decide(self._account)
        for commit in commits:
            self._account = absorb(self._account, commit)
        return rest
