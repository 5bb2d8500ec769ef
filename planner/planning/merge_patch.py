"""JSON Merge Patch, RFC 7396: what it does to a document, and the smallest one that makes one document another."""

from collections.abc import Mapping

from state.values import Value, is_same

__all__ = ["apply_merge_patch", "make_merge_patch"]


def apply_merge_patch(target: Value, patch: Value) -> Value:
    """Return `target` as `patch` changes it (RFC 7396, section 2)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, member in patch.items():
        if member is None:
            merged.pop(name, None)
        else:
            merged[name] = apply_merge_patch(merged.get(name), member)
    return merged


def make_merge_patch(before: Mapping[str, Value], after: Mapping[str, Value]) -> dict[str, Value]:
    """Return the smallest merge patch that turns `before` into `after`.

    A merge patch cannot set a member to null: where `after` holds a null that `before` does not, the patch takes the
    member away. Configuration knows no null, so nothing that it asks for is lost.
    """
    patch: dict[str, Value] = {name: None for name in before if name not in after}
    for name, wanted in after.items():
        present = before.get(name)
        if name in before and is_same(present, wanted):
            continue
        if isinstance(wanted, dict) and isinstance(present, dict):
            patch[name] = make_merge_patch(present, wanted)
        else:
            patch[name] = wanted
    return patch
