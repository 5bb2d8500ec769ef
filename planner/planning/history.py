"""Comparing the versions of one cluster with each other, and with what the configuration says. Pure."""

from collections.abc import Mapping

from planner.model.history import VersionEntry
from planner.model.live import LiveCluster
from planner.model.paths import Path, format_path
from planner.planning.changes import Rules, find_sensitive, make_sides, seal_live, seal_wanted
from planner.planning.compare import compare
from planner.planning.ignore import leave_ignored
from planner.planning.pair import Pair
from planner.planning.sides import Sides
from state.record import Record
from state.values import Value

__all__ = ["compare_versions"]


def compare_versions(
    pair: Pair, record: Record, versions: Mapping[int, LiveCluster | None], rules: Rules
) -> tuple[VersionEntry, ...]:
    """Return what there is to tell of `versions`, newest first; the last one is only compared with."""
    sensitive = find_sensitive(pair.desired, record, rules)
    sealed = {
        number: seal_live(version, rules, sensitive) for number, version in versions.items() if version is not None
    }
    return tuple(_describe(number, pair, record, sealed, (rules, sensitive)) for number in versions)


def _describe(
    number: int,
    pair: Pair,
    record: Record,
    sealed: Mapping[int, dict[str, Value]],
    by: tuple[Rules, frozenset[Path]],
) -> VersionEntry:
    document = sealed.get(number)
    if document is None:
        return VersionEntry(number=number, is_kept=False)
    rules, _ = by
    against = max((older for older in sealed if older < number), default=None)
    former = document if against is None else sealed[against]
    differences = compare(Sides(document, former, former, former), rules.field).differences
    return VersionEntry(
        number=number,
        is_current=number == max(sealed),
        is_recorded=number == record.resource_version,
        is_as_configured=_is_as_configured(document, pair, record, *by),
        against=against,
        differences=tuple(sorted(differences, key=lambda difference: format_path(difference.path))),
    )


def _is_as_configured(
    document: dict[str, Value], pair: Pair, record: Record, rules: Rules, sensitive: frozenset[Path]
) -> bool | None:
    """Tell whether the next plan would have nothing to send, were the cluster as `document` has it."""
    if pair.desired is None:
        return None
    sides = make_sides(seal_wanted(pair.desired, rules, sensitive), record, document, rules, sensitive)
    sides = leave_ignored(sides, pair.desired.lifecycle.ignore_changes, rules.field)
    return not any(difference.cause.is_sent for difference in compare(sides, rules.field).differences)
