"""What the students of a load are to do, and what was seen of it: handed from process to process as JSON.

No other module of ours is imported here: locust patches the process that it runs in.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

__all__ = ["SHARES", "Account", "Click", "Plan", "Seen", "Task"]

SHARES: Final = {"right": 0.6, "wrong": 0.38, "looping": 0.02}  # of answers


@dataclass(frozen=True)
class Account:
    """A student: their session's cookie, as if they had logged in; `email` and `password` for those who do."""

    cookie: str
    email: str = ""
    password: str = ""


@dataclass(frozen=True)
class Task:
    """An assignment: its page, its one file, and answers by kind."""

    page: str
    file: str
    answers: dict[str, list[str]]


@dataclass(frozen=True)
class Plan:
    """What is to be done.

    Attributes:
        address: of the portal.
        cookie: the name of the session's cookie.
        rounds: where there are any, one student after the other is alone, that often; else all come at once.
        logins: how many log in by the page first.
        seconds: after which nobody begins anything more.
        due_seconds: when the assignments are due; most submit shortly before.
    """

    address: str
    cookie: str
    accounts: list[Account]
    tasks: list[Task]
    rounds: int = 0
    logins: int = 0
    seconds: float = 0.0
    due_seconds: float = 0.0

    def write(self, path: Path) -> None:
        """Keep it in a file."""
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what is kept in a file."""
        data: dict[str, Any] = json.loads(path.read_text())
        accounts = [Account(**account) for account in data.pop("accounts")]
        return cls(accounts=accounts, tasks=[Task(**task) for task in data.pop("tasks")], **data)


@dataclass
class Click:
    """A click on Check or Submit that was taken, and what its student saw: milliseconds since the click.

    Attributes:
        kind: "check" or "submit".
        likeness: of the answer.
        run_id: what it was graded as.
        posted, shown, opened: when the answer, the first result and the start of the stream were there.
        first_test: when the first test was there: told by the stream, or, where there was none, with the score.
        finished: when the end was told.
        score: when the score was on the page; None where the student did not wait for it.
        polled: whether the stream was refused, so that the state was asked for.
    """

    kind: str
    likeness: str
    run_id: str = ""
    posted: float = 0.0
    shown: float = 0.0
    opened: float | None = None
    first_test: float | None = None
    finished: float | None = None
    score: float | None = None
    polled: bool = False


@dataclass
class Seen:
    """What was seen.

    Attributes:
        requests: milliseconds by kind of request.
        failures: what failed, in words, with how often.
        refused: submissions that the rules refused: too many are underway.
        seconds: from the first request until the last.
        unfinished: students who still waited when the time was over.
    """

    requests: dict[str, list[float]] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    clicks: list[Click] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0
    unfinished: int = 0

    def write(self, path: Path) -> None:
        """Keep it in a file."""
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what is kept in a file."""
        data: dict[str, Any] = json.loads(path.read_text())
        return cls(clicks=[Click(**click) for click in data.pop("clicks")], **data)
