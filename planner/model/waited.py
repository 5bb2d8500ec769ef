"""Waited: what came of clusters that were waited for, after the run that changed them had ended."""

from dataclasses import dataclass

from planner.model.diagnostics import Diagnostic
from state.address import Address

__all__ = ["Waited"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """One cluster: `phase` is the server's last word for its state, empty where it is gone or gave none.

    `is_settled`: the server is done, and the cluster is there, or gone if that was asked for; otherwise `diagnostic`
    says what is in the way. With both it is done, and something is to be known. `seconds` is how long was waited.
    """

    address: Address
    id: str
    phase: str = ""
    is_settled: bool = True
    is_gone: bool = False
    seconds: float = 0.0
    diagnostic: Diagnostic | None = None
