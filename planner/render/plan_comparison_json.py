"""The comparison of two plans as one event for machines. Holds no secret, as the plans hold none."""

from planner.model.paths import format_path
from planner.model.plan import Change, Missing
from planner.model.plan_comparison import ChangeComparison, Divergence, PlanComparison
from planner.model.plan_encoding import ACTIONS
from planner.model.plan_ids import shorten_plan_id
from planner.render.events_json import JsonEvent
from state.values import Json, encode_value

__all__ = ["describe_comparison"]


def describe_comparison(comparison: PlanComparison) -> JsonEvent:
    """Return at what two plans part; `former` and `latter` are its sides throughout."""
    ids = [shorten_plan_id(plan.id) for plan in (comparison.former, comparison.latter)]
    word = "the same" if comparison.is_same else "not the same"
    return JsonEvent(
        type="plan_comparison",
        message=f"Plan {ids[0]} and plan {ids[1]} are {word}",
        payload={
            "comparison": {
                "former": comparison.former.id,
                "latter": comparison.latter.id,
                "is_same": comparison.is_same,
                "changes": [_describe_change(change) for change in comparison.changes],
                "shared": comparison.shared,
                "outputs": [*comparison.outputs],
            }
        },
    )


def _describe_change(change: ChangeComparison) -> Json:
    turned = {"cluster": "gone" if change.is_gone else "there"} if change.is_gone or change.has_come else {}
    return {
        "addr": str(change.address),
        "former": _describe_actions(change.former),
        "latter": _describe_actions(change.latter),
        **turned,
        "live": [_describe_divergence(one) for one in change.live],
        "wanted": [_describe_divergence(one) for one in change.wanted],
        "sends_other": change.sends_other,
    }


def _describe_actions(change: Change | None) -> Json:
    return None if change is None else [*ACTIONS[change.action]]


def _describe_divergence(one: Divergence) -> Json:
    described: dict[str, Json] = {"path": format_path(one.path)}
    if not isinstance(one.former, Missing):
        described["former"] = encode_value(one.former)
    if not isinstance(one.latter, Missing):
        described["latter"] = encode_value(one.latter)
    return described
