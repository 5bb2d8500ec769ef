"""Tokens: the token endpoint, and who is let in.

401 and 403 carry the same code and message, as documented; only the status tells them apart.
"""

import hashlib
from dataclasses import replace
from urllib.parse import parse_qs

from planner.emulator.account import Commit, Token, TokenWritten
from planner.emulator.exchange import Answer, Decision, Refusal, Request, Scene, answer_json, refuse
from planner.emulator.json_text import write_json

__all__ = ["admit_request", "grant_token", "read_token", "withdraw_token"]

_MESSAGE = "The request is not authorized."


def admit_request(scene: Scene, request: Request) -> tuple[Commit, ...]:
    """Return what letting `request` in commits: a use of its token, where uses are counted.

    Raises:
        Refusal: 401 without a good token, 403 with a token that may not manage clusters.
    """
    if not scene.behaviour.requires_token:
        return ()
    text = read_token(request)
    granted = scene.account.tokens.get(text)
    if granted is not None and scene.now < granted.expires_at and granted.uses_left != 0:
        return _count_use(granted)
    if granted is None and text in scene.behaviour.static_tokens:
        return ()
    if granted is None and text in scene.behaviour.unprivileged_tokens:
        raise refuse(403, "Unauthorized", _MESSAGE)
    raise refuse(401, "Unauthorized", _MESSAGE, headers=(("www-authenticate", "Bearer"),))


def read_token(request: Request) -> str:
    """Return the bearer token of a request, or an empty text."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def withdraw_token(text: str) -> Commit:
    """Return the commit after which the token `text`, granted or static, is refused."""
    return TokenWritten(Token(text=text, expires_at=0, uses_left=0))


def grant_token(scene: Scene, request: Request) -> Decision:
    """POST to the token endpoint: the client-credentials grant of RFC 6749, section 4.4."""
    if request.method != "POST":
        raise refuse(405, "MethodNotAllowed", "Tokens are asked for with POST.", headers=(("allow", "POST"),))
    form = {name: values[-1] for name, values in parse_qs(request.body.decode("latin-1")).items()}
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise _refuse_grant(400, "invalid_request")
    if form.get("grant_type") != "client_credentials":
        raise _refuse_grant(400, "unsupported_grant_type")
    if not _knows_client(scene, form):
        raise _refuse_grant(401, "invalid_client")
    behaviour = scene.behaviour
    token = Token(
        text=_make_token(scene),
        expires_at=scene.now + behaviour.token_seconds,
        uses_left=behaviour.token_uses,
    )
    text = write_json({"access_token": token.text, "token_type": "Bearer", "expires_in": int(behaviour.token_seconds)})
    answer = answer_json(200, text, ("cache-control", "no-store"))
    return Decision(answer=answer, commits=(TokenWritten(token),))


def _count_use(token: Token) -> tuple[Commit, ...]:
    if token.uses_left is None:
        return ()
    return (TokenWritten(replace(token, uses_left=token.uses_left - 1)),)


def _knows_client(scene: Scene, form: dict[str, str]) -> bool:
    behaviour = scene.behaviour
    return (form.get("client_id"), form.get("client_secret")) == (behaviour.client_id, behaviour.client_secret)


def _make_token(scene: Scene) -> str:
    """Return a token that no earlier one equals; the account's seed makes it, as it guards nothing."""
    return hashlib.sha256(f"{scene.account.seed}:token:{len(scene.account.tokens)}".encode()).hexdigest()


def _refuse_grant(status: int, code: str) -> Refusal:
    """Return the refusal of RFC 6749, section 5.2."""
    return Refusal(
        Answer(
            status=status, headers=(("content-type", "application/json"),), body=write_json({"error": code}).encode()
        )
    )
