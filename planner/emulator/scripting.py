"""Scripting: the troubles that clients meet most, each by one call or as one line of text.

The text is `ACTION[=ARGUMENT][@METHOD[ PATH]][#NTH[xTIMES]]`, for a command line: `lose-answer@POST /clusters#2`,
`503=5@GET`, `429#1x3`, `edit=web:{"spec":{"desiredState":"STOPPED"}}@GET#2`. What it cannot read, it refuses.
"""

import re

from planner.emulator.exchange import Answer, answer_json
from planner.emulator.json_text import MalformedJsonError, read_json, write_json
from planner.emulator.trouble import (
    Action,
    AnswerInstead,
    CutAnswer,
    DelayAnswer,
    DripAnswer,
    EditCluster,
    LoseAnswer,
    LoseRequest,
    RemoveCluster,
    ReplaceAnswer,
    Trouble,
    WithdrawToken,
)

__all__ = ["MalformedTroubleError", "empty_answer", "fail_with", "html_answer", "parse_trouble", "redirect_to"]

_CODES = {
    401: "Unauthorized",
    403: "Unauthorized",
    404: "NotFound",
    409: "Conflict",
    429: "TooManyRequests",
    503: "ServiceUnavailable",
}
_TEXT = re.compile(
    r"(?P<action>[a-z-]+|\d{3})(?:=(?P<argument>.*?))?"
    r"(?:@(?P<on>[A-Z*]+(?: /[^\s#]*)?))?(?:#(?P<nth>[1-9]\d*)(?:x(?P<times>[1-9]\d*|\*))?)?",
    re.DOTALL,
)


class MalformedTroubleError(ValueError):
    """A text that names no trouble; the message says what would."""


def fail_with(status: int, *, retry_after: str | None = None) -> AnswerInstead:
    """Return the action that does nothing and answers an error; `retry_after` is sent as it is, sense or nonsense."""
    code = _CODES.get(status, "InternalError" if status >= 500 else "Error")
    headers = (("retry-after", retry_after),) if retry_after is not None else ()
    document = write_json({"error": {"code": code, "message": "This was asked for."}})
    return AnswerInstead(answer_json(status, document, *headers))


def redirect_to(location: str, status: int = 307) -> AnswerInstead:
    """Return the action that does nothing and sends the client elsewhere."""
    return AnswerInstead(Answer(status=status, headers=(("location", location),)))


def html_answer(status: int = 200) -> ReplaceAnswer:
    """Return the action that does everything and answers with a page, as a proxy in between would."""
    body = b"<!doctype html><title>Gateway</title><p>Welcome to the gateway."
    return ReplaceAnswer(Answer(status=status, headers=(("content-type", "text/html"),), body=body))


def empty_answer(status: int = 200) -> ReplaceAnswer:
    """Return the action that does everything and answers with no body."""
    return ReplaceAnswer(Answer(status=status))


def parse_trouble(text: str) -> Trouble:
    """Return the trouble that `text` describes.

    Raises:
        MalformedTroubleError: It describes none.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise MalformedTroubleError(
            f"{text!r} is no trouble; write ACTION[=ARGUMENT][@METHOD[ PATH]][#NTH[xTIMES]], "
            "such as lose-answer@POST /clusters#2"
        )
    times = match["times"] or "1"
    return Trouble(
        _read_action(match["action"], match["argument"]),
        on=match["on"] or "*",
        nth=int(match["nth"] or 1),
        times=None if times == "*" else int(times),
    )


def _read_action(name: str, argument: str | None) -> Action:
    if name.isdigit():
        return fail_with(int(name), retry_after=argument)
    action = _read_bare(name) if argument is None else _read_with(name, argument)
    if action is None:
        raise MalformedTroubleError(
            f"there is no action {name!r} {'without' if argument is None else 'with'} an argument; known are a status "
            "such as 503 or 429=SECONDS, lose-request, lose-answer, cut, cut-quietly, empty, html, withdraw-token, "
            "redirect=URL, delay=SECONDS, drip=SECONDS, remove=NAME and edit=NAME:PATCH"
        )
    return action


def _read_bare(name: str) -> Action | None:
    bare: dict[str, Action] = {
        "lose-request": LoseRequest(),
        "lose-answer": LoseAnswer(),
        "cut": CutAnswer(),
        "cut-quietly": CutAnswer(quietly=True),
        "empty": empty_answer(),
        "html": html_answer(),
        "withdraw-token": WithdrawToken(),
    }
    return bare.get(name)


def _read_with(name: str, argument: str) -> Action | None:
    match name:
        case "redirect":
            return redirect_to(argument)
        case "delay":
            return DelayAnswer(_read_seconds(argument))
        case "drip":
            return DripAnswer(_read_seconds(argument))
        case "remove":
            return RemoveCluster(argument)
        case "edit":
            return _read_edit(argument)
        case _:
            return None


def _read_seconds(text: str) -> float:
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text):
        raise MalformedTroubleError(f"{text!r} is no number of seconds; write one such as 0.5")
    return float(text)


def _read_edit(text: str) -> EditCluster:
    name, mark, patch = text.partition(":{")
    try:
        document = read_json(f"{{{patch}".encode())
    except MalformedJsonError:
        document = None
    if not mark or not isinstance(document, dict):
        raise MalformedTroubleError(f'{text!r} is no edit; write NAME:PATCH, such as web:{{"spec":{{}}}}')
    return EditCluster(name, document)
