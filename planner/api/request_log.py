"""The request log: what a request was and what came of it, as one line; for who looks for what went wrong.

Method, path, status, time and the server's name for the request. Refuses all else: no header, no body, no query.
"""

from typing import assert_never
from urllib.parse import urlsplit

from planner.api.happenings import Happening, Lost, Reply, Request, Unsent
from planner.api.quoting import quote

__all__ = ["describe_exchange"]


def describe_exchange(request: Request, happening: Happening, *, seconds: float, attempt: int) -> str:
    """Return the line for one attempt at `request`, which took `seconds`."""
    parts = urlsplit(request.url)
    what = f"{request.verb} {quote(parts.netloc)}{quote(parts.path, longest=1000)}"
    again = f" attempt={attempt}" if attempt > 1 else ""
    match happening:
        case Reply(status=status, headers=headers):
            name = f' request_id="{quote(headers["x-request-id"])}"' if "x-request-id" in headers else ""
            return f"{what} {status} {seconds:.3f}s{again}{name}"
        case Lost(reason=reason):
            return f'{what} lost {seconds:.3f}s{again} reason="{quote(reason)}"'
        case Unsent(reason=reason):
            return f'{what} not-sent {seconds:.3f}s{again} reason="{quote(reason)}"'
        case _:
            assert_never(happening)
