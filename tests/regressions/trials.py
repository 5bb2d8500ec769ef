"""Trials: what makes a laboratory hostile. A server that distorts its answers, edits by hand, creates that get lost."""

import json
from collections.abc import Callable
from typing import Any

from planner.emulator.app import EmulatorApp
from planner.emulator.scripting import parse_trouble
from planner.model.report import Report
from planner.planning.make_plan import make_rules
from planner.planning.verify import find_stale
from planner.workflow.plan import Planned
from planner.workflow.refresh import refresh
from planner.workflow.stopping import Stop
from tests.laws.lab import Document, Lab

__all__ = ["apply_anew", "distort", "edit_by_hand", "is_stale", "lose_create", "remember"]


def distort(change: Callable[[Document], object]) -> Callable[[EmulatorApp], Any]:
    """Return what makes an app show every `spec` as `change` leaves it; what is kept stays as it was."""

    def show(document: Any) -> Any:  # noqa: ANN401 - any JSON
        for cluster in document if isinstance(document, list) else [document]:
            if isinstance(cluster, dict) and "spec" in cluster:
                change(cluster["spec"])
        return document

    return lambda app: rewrite_answers(app, show)


def rewrite_answers(app: EmulatorApp, show: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - an ASGI application
    """Return an app that answers as `app` does, with `show` of each JSON body in the place of the body."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as ASGI has it
        begun: list[Any] = []
        body = b""

        async def collect(message: Any) -> None:  # noqa: ANN401 - as above
            nonlocal body
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            body += message.get("body", b"")
            if message.get("more_body"):
                return
            if body:
                body = json.dumps(show(json.loads(body))).encode()
            kept = [header for header in begun[0]["headers"] if header[0].lower() != b"content-length"]
            await send({**begun[0], "headers": [*kept, (b"content-length", str(len(body)).encode())]})
            await send({"type": "http.response.body", "body": body})

        await app(scope, receive, collect)

    return answer


def edit_by_hand(lab: Lab, name: str, spec: Document) -> None:
    """Change the cluster called `name` behind our back."""
    lab.trouble(parse_trouble(f"edit={name}:{json.dumps({'spec': spec})}@GET"))
    _refresh(lab)


def lose_create(lab: Lab, planned: Planned) -> Report:
    """Apply a plan whose create is performed and not answered, in an account that then cannot be looked at.

    The look before it, at who has the name, is the first GET.
    """
    lab.trouble(parse_trouble("lose-answer@POST"), parse_trouble("503@GET*#2x*"))
    report = apply_anew(lab, planned)
    lab.app.troubles.clear()
    lab.app.requests.clear()
    return report


def apply_anew(lab: Lab, planned: Planned, **options: Any) -> Report:  # noqa: ANN401 - those of `Lab.apply`
    """Perform a plan as a run of its own, that nobody has asked to stop."""
    lab.stop = Stop()
    return lab.apply(planned, **options)


def is_stale(lab: Lab, planned: Planned) -> bool:
    """Tell whether the plan would be refused if it was applied now."""
    snapshot = planned.reading.snapshot
    return bool(find_stale(planned.plan, snapshot, _refresh(lab, planned), make_rules(snapshot)))


def remember(lab: Lab) -> dict[str, str]:
    """Return the id of each cluster that the state knows, by its address."""
    snapshot = lab.load()
    return {str(address): record.id for address, record in snapshot.records.items()} if snapshot else {}


def _refresh(lab: Lab, planned: Planned | None = None) -> Any:  # noqa: ANN401 - what is live
    async def look() -> Any:  # noqa: ANN401 - as above
        async with lab.connect() as api:
            return await refresh(api, planned.reading.snapshot if planned else None, 10)

    return lab.run(look())
