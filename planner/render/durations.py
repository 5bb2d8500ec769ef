"""Durations as people say them: `24s`, `2m10s`, `1h2m3s`.

Whole seconds only; what took less than no time took none.
"""

__all__ = ["format_duration"]


def format_duration(seconds: float) -> str:
    """Return `seconds` in whole hours, minutes and seconds; a part of a second is dropped."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{rest}s"
    return f"{minutes}m{rest}s" if minutes else f"{rest}s"
