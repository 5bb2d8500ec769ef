"""Requesting tokens: a client and its secret for a token, over the same transport as everything else.

The client-credentials grant of RFC 6749, section 4.4. Refuses redirects and answers that are no grant, and shows
neither the secret nor what was granted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never
from urllib.parse import urlencode

from planner.api.credentials import ClientCredentials
from planner.api.happenings import Happening, Lost, Reply, Request, Unsent
from planner.api.quoting import quote
from planner.api.request_log import describe_exchange
from planner.api.requesting import Carrier, Timing
from planner.api.retrying import Retry, decide
from planner.api.token_keeping import Grant, read_life
from planner.api.tokens import check_token
from planner.api.waiting import read_retry_after
from planner.api.wire import Unreadable, decode_body
from planner.model.live import NotSent
from state.values import Json

__all__ = ["TokenRequester"]

_DEADLINE = 60.0
"""Seconds, for one token with all attempts."""
_MAX_BYTES = 256 * 2**10


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRequester:
    """Asks the token endpoint; each call is one grant."""

    carrier: Carrier
    credentials: ClientCredentials
    timing: Timing
    log: Callable[[str], None] | None = None

    async def __call__(self) -> Grant:
        """Return a new token.

        Raises:
            NotSent: none can be had: the endpoint is not reached, does not accept the client, or makes no sense.
        """
        end = self.timing.clock() + _DEADLINE
        attempt = 0
        while True:
            attempt += 1
            happening = await self._send(end, attempt)
            if isinstance(happening, Reply) and happening.is_success:
                return self._read_grant(happening)
            asked = read_retry_after(happening.headers, self.timing.now()) if isinstance(happening, Reply) else None
            # A token that was granted and never arrived does no harm, so it is asked for again as a read is.
            verdict = decide(
                "GET",
                happening,
                attempt=attempt,
                budget=end - self.timing.clock(),
                draw=self.timing.draw(),
                asked=asked,
                is_renewed=True,
            )
            if not isinstance(verdict, Retry):
                raise self._explain(happening, attempt)
            await self.timing.sleep(verdict.delay)

    async def _send(self, end: float, attempt: int) -> Happening:
        began = self.timing.clock()
        if end - began <= 0:
            return Unsent(reason="its time was over before it could be sent", is_final=True)
        form = {
            "grant_type": "client_credentials",
            "client_id": self.credentials.client_id,
            "client_secret": self.credentials.client_secret,
        }
        request = Request(
            verb="POST",
            url=self.credentials.token_url.base,
            body=urlencode(form).encode("ascii"),
            max_bytes=_MAX_BYTES,
            content_type="application/x-www-form-urlencoded",
        )
        happening = await self.carrier.carry(request, None, end - began)
        if self.log is not None:
            self.log(describe_exchange(request, happening, seconds=self.timing.clock() - began, attempt=attempt))
        return happening

    def _read_grant(self, reply: Reply) -> Grant:
        try:
            document = decode_body(reply.body)
        except Unreadable as unreadable:
            raise self._misunderstand(f"The body of its answer {unreadable}.") from None
        token = document.get("access_token") if isinstance(document, dict) else None
        kind = document.get("token_type", "Bearer") if isinstance(document, dict) else None
        if not isinstance(document, dict) or not isinstance(token, str):
            raise self._misunderstand("Its answer holds no access_token.")
        if not isinstance(kind, str) or kind.lower() != "bearer":
            raise self._misunderstand("Its answer holds a token of another type than Bearer.")
        return Grant(token=check_token(token), seconds=read_life(document.get("expires_in")) or 0.0)

    def _misunderstand(self, why: str) -> NotSent:
        return NotSent(
            f"The answer of the token endpoint {self._name()} is not understood",
            f"{why} Nothing was sent to the Manager API. Check IMPLY_TOKEN_URL, or token_url in the provider block.",
        )

    def _explain(self, happening: Happening, attempts: int) -> NotSent:
        tried = f" It was tried {attempts} times." if attempts > 1 else ""
        match happening:
            case Unsent() | Lost():
                summary = f"No token could be had from {self._name()}"
                advice = happening.advice or "Check IMPLY_TOKEN_URL and the network, then run the command again."
                return NotSent(summary, f"{_capitalise(happening.reason)}.{tried} {advice}")
            case Reply():
                return self._explain_reply(happening, tried)
            case _:
                assert_never(happening)

    def _explain_reply(self, reply: Reply, tried: str) -> NotSent:
        said = self._quote_error(reply.body)
        match reply.status:
            case 400 | 401 | 403:
                return NotSent(
                    f"The token endpoint {self._name()} does not accept the client ({reply.status})",
                    f"{said}Check IMPLY_CLIENT_ID and IMPLY_CLIENT_SECRET, and that this OAuth client may ask for "
                    "tokens by client credentials.",
                )
            case status if 300 <= status < 400:
                return NotSent(
                    f"The token endpoint {self._name()} answered with a redirect ({status})",
                    "Redirects are never followed: the secret would go along. Correct IMPLY_TOKEN_URL.",
                )
            case status if status == 429 or status >= 500:
                return NotSent(
                    f"The token endpoint {self._name()} gives no token for now ({status})",
                    f"{said}{tried.strip()} Run the command again later.".strip(),
                )
            case status:
                return NotSent(
                    f"The token endpoint {self._name()} refused the request ({status})",
                    f"{said}Check IMPLY_TOKEN_URL, or token_url in the provider block.",
                )

    def _quote_error(self, body: bytes) -> str:
        """Return a sentence of what the error document of RFC 6749, section 5.2, says; empty where there is none."""
        try:
            document = decode_body(body)
        except Unreadable:
            return ""
        members: dict[str, Json] = document if isinstance(document, dict) else {}
        parts = [members.get(name) for name in ("error", "error_description")]
        texts = [quote(part, (self.credentials.client_secret,)) for part in parts if isinstance(part, str) and part]
        return f"It said {': '.join(texts)}. " if texts else ""

    def _name(self) -> str:
        return quote(self.credentials.token_url.base)


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]
