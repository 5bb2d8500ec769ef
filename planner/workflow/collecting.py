"""Collecting: when Python looks for cyclic garbage.

Reading a fleet and planning it makes a million objects and no garbage, and looking for some doubles the time. An apply
may wait for hours: it has the collector back, without what was read before.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["paused_collector", "resume_collector"]


@contextmanager
def paused_collector() -> Iterator[None]:
    """Pause the collector inside the context."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def resume_collector() -> None:
    """Let the collector work again, but pass over everything that is there already."""
    gc.freeze()
    gc.enable()
