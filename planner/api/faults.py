"""Faults: what happened to a request, said as a typed exception that people can act on.

Tells three things apart, and errs towards the middle one: the request was not sent, it may have been performed, it
was refused. Refuses to quote a header, a token, or more than the start of a body.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import assert_never
from urllib.parse import urlsplit

from planner.api.happenings import Happening, Lost, Reply, Unsent, Verb
from planner.api.quoting import quote
from planner.api.reading import ErrorDocument, read_error
from planner.api.wire import Unreadable, decode_body
from planner.model.live import AnswerLost, ApiFault, ErrorDetail, NotSent, Refused

__all__ = ["Asked", "is_doubtful", "to_fault", "to_strange"]

_LONGEST_MESSAGE = 1000
_LOOK_FIRST = "It may have been performed: look at the account before it is sent again."
_LATER = "Run the command again later."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as messages name it; `secrets` are the texts that must never be in one, the token among them.

    `mask` hides what else is secret.
    """

    verb: Verb
    path: str
    host: str
    secrets: Collection[str] = field(default=(), repr=False)
    mask: Callable[[str], str] = field(default=str, repr=False)
    has_token: bool = True
    renewal: str = "Set IMPLY_TOKEN to a new one."

    def __str__(self) -> str:
        return f"{self.verb} {self.path}"

    def quote(self, text: str, *, longest: int = 200) -> str:
        """Return the start of what a server said, without secrets: half of one would be known to nobody as such."""
        return quote(self.mask(text), self.secrets, longest=longest)


def is_doubtful(verb: Verb, happening: Happening) -> bool:
    """Tell whether a request with `verb` may have changed something, although `happening` is no success."""
    match happening:
        case Unsent():
            return False
        case Lost():
            return verb != "GET"
        case Reply(status=status):
            return verb != "GET" and (status < 400 or status in {408, 425} or status >= 500)
        case _:
            assert_never(happening)


def to_fault(
    asked: Asked, happening: Happening, *, attempts: int = 1, retry_after: float | None = None, doubt: bool = False
) -> ApiFault:
    """Return the exception that says that `asked`, sent `attempts` times, came to `happening`.

    With `doubt`, one of the attempts may have been performed, whatever became of the last.
    """
    tried = f"It was tried {attempts} times." if attempts > 1 else ""
    match happening:
        case Unsent() if doubt:
            return AnswerLost(
                f"The answer to {asked} is lost",
                _join(_sentence(happening.reason), tried, happening.advice, _LOOK_FIRST),
            )
        case Unsent():
            advice = happening.advice or "Check the endpoint and the network, then run the command again."
            return NotSent(
                f"{asked} could not be sent to {asked.host}",
                _join(_sentence(happening.reason), tried, "Nothing was sent.", advice),
            )
        case Lost():
            return AnswerLost(
                f"The answer to {asked} is lost",
                _join(_sentence(happening.reason), tried, happening.advice or _advise_reading(asked)),
            )
        case Reply():
            return _to_refusal(asked, happening, tried, retry_after, doubt=doubt)
        case _:
            assert_never(happening)


def to_strange(asked: str, reason: str) -> AnswerLost:
    """Return the fault of a sound answer that is not what the API promises; `reason` goes on after "The answer"."""
    return AnswerLost(
        f"The answer to {asked} is not understood",
        f"It {reason}. Check that the endpoint is that of the Manager API.",
    )


def _to_refusal(asked: Asked, reply: Reply, tried: str, retry_after: float | None, *, doubt: bool) -> ApiFault:
    error, said = _read_refusal(asked, reply)
    summary, advice = _explain(asked, reply, retry_after)
    if doubt or is_doubtful(asked.verb, reply):
        return AnswerLost(summary, _join(said, tried, advice, _LOOK_FIRST), status=reply.status)
    return Refused(
        summary,
        _join(said, tried, advice),
        status=reply.status,
        code=error.code,
        details=error.details,
        request_id=asked.quote(reply.headers["x-request-id"]) if "x-request-id" in reply.headers else None,
        retry_after=retry_after if reply.status == 429 else None,
    )


def _explain(asked: Asked, reply: Reply, retry_after: float | None) -> tuple[str, str]:
    """Return the summary for a status that is no success, and what to do about it."""
    host = quote(asked.host)
    match reply.status:
        case 401 if not asked.has_token:
            return f"The Manager API at {host} wants a token", "Set IMPLY_TOKEN to one, then run the command again."
        case 401:
            return (
                f"The Manager API at {host} does not accept the token",
                f"It has expired (after five minutes by default) or was never valid. {asked.renewal}",
            )
        case 403:
            return (
                f"The token is not allowed to manage clusters at {host}",
                "Give its OAuth client the role manage-clusters, and see that single sign-on is on for the account.",
            )
        case 404:
            return f"The Manager API has nothing for {asked}", "Check the endpoint and the id, then plan again."
        case 409:
            return (
                f"The Manager API refused {asked}: conflict",
                "The name is taken, or the cluster is being updated. See what is there, then plan again.",
            )
        case 429:
            wait = "" if retry_after is None else f"It asks to wait for {retry_after:.0f} seconds."
            return f"The Manager API takes no more requests for now, {asked} among them", _join(wait, _LATER)
        case 500 if asked.verb == "PUT":
            return (
                f"The Manager API failed at {asked} (500)",
                "It is known to do so when spec.pivot.accessMode is missing.",
            )
        case status if 300 <= status < 400:
            return (
                f"The Manager API answered {asked} with a redirect ({status})",
                f"It points to {_show_target(asked, reply)}. Redirects are never followed: correct the endpoint.",
            )
        case status if status >= 500:
            return f"The Manager API failed at {asked} ({status})", _LATER if asked.verb == "GET" else ""
        case status:
            return f"The Manager API refused {asked} ({status})", "Correct what it names, then plan again."


def _read_refusal(asked: Asked, reply: Reply) -> tuple[ErrorDocument, str]:
    """Return the error document, fit to be shown, and a sentence of what the server said."""
    try:
        error = read_error(decode_body(reply.body))
    except Unreadable:
        error = ErrorDocument()
    shown = ErrorDocument(
        code=asked.quote(error.code),
        message=asked.quote(error.message, longest=_LONGEST_MESSAGE),
        details=tuple(_show_detail(detail, asked) for detail in error.details),
    )
    if shown.message or shown.code:
        said = ": ".join(part for part in (shown.code, shown.message) if part)
        return shown, _sentence(_join(f"It said {said}", *map(_list_detail, shown.details)))
    text = reply.body.decode("utf-8", "replace").strip()
    return shown, f'Its body starts "{asked.quote(text)}".' if text else ""


def _show_detail(detail: ErrorDetail, asked: Asked) -> ErrorDetail:
    return ErrorDetail(
        asked.quote(detail.code),
        asked.quote(detail.target, longest=_LONGEST_MESSAGE),
        asked.quote(detail.message, longest=_LONGEST_MESSAGE),
    )


def _list_detail(detail: ErrorDetail) -> str:
    return f"({detail.target or detail.code}: {detail.message})"


def _show_target(asked: Asked, reply: Reply) -> str:
    """Return where a redirect leads, without what may be a secret in it: a name, a password, a query."""
    try:
        parts = urlsplit(reply.headers.get("location", ""))
    except ValueError:
        return "an address that cannot be read"
    host = parts.netloc.rpartition("@")[2]
    target = f"{parts.scheme}://{host}{parts.path}" if host else parts.path
    return asked.quote(target) if target else "no address"


def _advise_reading(asked: Asked) -> str:
    return _LATER if asked.verb == "GET" else _LOOK_FIRST


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""
