"""An exchange: one request as the account sees it, one answer, and what the answer commits.

Knows nothing of a network: the ASGI layer makes requests and sends answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from planner.emulator.account import Account, Commit
from planner.emulator.behaviour import Behaviour
from planner.emulator.json_text import Json, write_json

__all__ = ["Answer", "Decision", "Refusal", "Request", "Scene", "answer_json", "detail", "refuse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An HTTP request; `path` is decoded and starts at the root of the host, header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes = b""
    origin: str = ""
    """Scheme and host that the request was sent to, for absolute links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a request meets: the account as it is, the moment, and how the server behaves."""

    account: Account
    now: float
    behaviour: Behaviour


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer; header names are in lower case."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a request comes to: an answer, and the commits that become true before it is sent."""

    answer: Answer
    commits: tuple[Commit, ...] = ()


class Refusal(Exception):  # noqa: N818 - the account said no; that is an answer, not a fault of ours
    """The request is refused with `answer`, and commits nothing."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def answer_json(status: int, text: str, *headers: tuple[str, str]) -> Answer:
    """Return an answer that carries a JSON text."""
    return Answer(status=status, headers=(("content-type", "application/json"), *headers), body=text.encode())


def detail(code: str, target: str, message: str) -> Json:
    """Return one of the details of a 400; `target` is a dotted path rooted at the Cluster."""
    return {"code": code, "target": target, "message": message}


def refuse(status: int, code: str, message: str, *details: Json, headers: tuple[tuple[str, str], ...] = ()) -> Refusal:
    """Return the refusal with the documented body: `{"error": {"code", "message"}}`, and `details` if there are any."""
    error: dict[str, Json] = {"code": code, "message": message}
    if details:
        error["details"] = list(details)
    return Refusal(answer_json(status, write_json({"error": error}), *headers))
