"""Runs: what each apply did, for whoever asks later; the last ones only, so that a state does not grow for ever.

Plain data without a secret: addresses, ids, times and what came of each change. What failed is named, not why.
"""

from dataclasses import dataclass

from state.address import Address

__all__ = ["MOST_CHANGES", "MOST_RUNS", "Run", "RunChange"]

MOST_RUNS = 30
"""How many runs are kept."""

MOST_CHANGES = 100
"""How many changes are kept of one run; how many there were is kept anyhow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChange:
    """What came of one change of a run: `action` and `fate` are the words of the report, `seconds` how long it took."""

    address: Address
    action: str
    fate: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One apply, destroy or rollback.

    `began` is RFC 3339 in UTC, `who` is user@host, `link` the address of the CI run and `commit` the one that was
    applied, each empty where nobody says it. `changes` are the first of `total`; `version` is the program's.
    """

    plan_id: str
    operation: str
    began: str
    seconds: float
    who: str
    version: str
    total: int
    commit: str = ""
    link: str = ""
    exit_code: int = 0
    changes: tuple[RunChange, ...] = ()
