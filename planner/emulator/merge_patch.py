"""JSON Merge Patch, RFC 7396: what a document becomes under a patch. Refuses nothing."""

from planner.emulator.json_text import Json

__all__ = ["merge_patch"]


def merge_patch(document: Json, patch: Json) -> Json:
    """Return `document` under `patch`, by the algorithm of RFC 7396, section 2; neither is changed.

    An object is merged member by member, null removes a member, and any other value replaces what was there.
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged
