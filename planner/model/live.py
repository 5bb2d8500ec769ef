"""Live: what the Manager API says now, and what may go wrong in asking it."""

from dataclasses import dataclass

from state.values import Json

__all__ = [
    "FAILED_STATES",
    "SETTLED_STATES",
    "AnswerLost",
    "ApiFault",
    "ErrorDetail",
    "LiveCluster",
    "NotSent",
    "Refused",
]

# Assumed: the words of `status.state` for a cluster that is done, by the `spec.desiredState` that it then has, and
# for one that the server has given up on. Every other word means that the cluster is on its way.
SETTLED_STATES = {"STARTED": "RUNNING", "STOPPED": "STOPPED"}
FAILED_STATES = frozenset({"FAILED", "ERROR"})
# Assumed: the words for a cluster that is being deleted, and that nobody can keep from it.
_LEAVING_STATES = frozenset({"DELETING", "DELETED", "TERMINATING", "TERMINATED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCluster:
    """One cluster as the API describes it.

    `document` is the whole answer, `{"metadata", "spec", "status"}`, with whatever else the server put there;
    `state` is `status.state`, or None where the server gives none. `is_recalled`: the account was not asked, and this
    is what the state last observed.
    """

    id: str
    name: str
    resource_version: int | None
    state: str | None
    document: dict[str, Json]
    is_recalled: bool = False

    @property
    def is_leaving(self) -> bool:
        """Whether the server is deleting the cluster."""
        return self.state in _LEAVING_STATES


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One of the details of a 400: `target` is a dotted path rooted at the Cluster, such as `spec.deepStorage.path`."""

    code: str
    target: str
    message: str


class ApiFault(Exception):  # noqa: N818 - the field says fault; its leaves say what is known about the request
    """A request to the Manager API did not do what it should.

    `summary` and `advice` are for people: a title without a full stop, and sentences that end with what to do.
    """

    def __init__(self, summary: str, advice: str = "") -> None:
        super().__init__(f"{summary}. {advice}" if advice else summary)
        self.summary = summary
        self.advice = advice


class NotSent(ApiFault):
    """The request never left us: no connection, no token, no address. Nothing happened on the server."""


class AnswerLost(ApiFault):
    """The request may have been performed: it was sent, and no answer that could be understood came back.

    `status` is that of an answer which leaves it open, such as a 500; None where there was none.
    """

    def __init__(self, summary: str, advice: str = "", *, status: int | None = None) -> None:
        super().__init__(summary, advice)
        self.status = status


class Refused(ApiFault):
    """The server said no: the request was not performed.

    `retry_after` is how many seconds a 429 asks to wait, where it says.
    """

    def __init__(  # noqa: PLR0913 - the parts of the API's one error document, plus our advice
        self,
        summary: str,
        advice: str = "",
        *,
        status: int,
        code: str = "",
        details: tuple[ErrorDetail, ...] = (),
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(summary, advice)
        self.status = status
        self.code = code
        self.details = details
        self.request_id = request_id
        self.retry_after = retry_after
