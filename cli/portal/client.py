"""A portal as the commands ask it: by its API, with a personal token, over connections that may break."""

import secrets
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

import click
import httpx
import stamina
from httpx_sse import EventSource, ServerSentEvent, SSEError

from cli.terminal.exits import OurFault
from grader.text import plain

_LOST: Final = (httpx.TransportError, SSEError)
_TIMEOUT: Final = httpx.Timeout(10.0, read=30.0)  # a stream says at least each second that it is there
_FILE_TIMEOUT: Final = httpx.Timeout(10.0, read=300.0)  # a whole course is read before it is sent
_PATIENCE_SECONDS: Final = 60.0
_PAUSE_SECONDS: Final = 1.0
_POLL_SECONDS: Final = 0.7
_TRIES: Final = 3

stamina.instrumentation.set_on_retry_hooks([])  # the terminal is for what the command says


class Refused(click.ClickException):
    """Ends a command with the portal's sentence, and the exit status of what was asked wrongly."""

    exit_code = 2


class _Away(Exception):
    """The portal does not answer now, and may do so soon; the text says what it is."""


class Portal:
    """A portal, by the URL of its front page and a personal token; use it as a context manager.

    What it refuses is raised as Refused, with its own sentence. OurFault says that it cannot be reached, for too long
    where it is asked again, or that something is wrong with it.
    """

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._client = httpx.Client(base_url=f"{self.url}/api/v1", headers=headers, timeout=_TIMEOUT)

    def __enter__(self) -> "Portal":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def ask(self, method: str, path: str, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return what the portal answers, asked once."""
        try:
            return self._asked(method, path, data)
        except _Away as error:
            raise OurFault(str(error)) from error

    def submit(self, path: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the portal answers; where no answer comes, it is sent again by the same key."""
        keyed = {**data, "key": secrets.token_hex(16)}
        return self._ask_again("POST", path, keyed, pause=_PAUSE_SECONDS, attempts=_TRIES)

    def poll(self, path: str) -> Iterator[dict[str, Any]]:
        """Yield what is at a path of the API, time and again, for as long as the caller wants to know."""
        while True:
            yield self._ask_again("GET", path, pause=_POLL_SECONDS, seconds=_PATIENCE_SECONDS)
            time.sleep(_POLL_SECONDS)

    def fetch(self, path: str) -> bytes:
        """Return the file at a path of the API, asked for once."""
        try:
            answer = self._answer("GET", path, timeout=_FILE_TIMEOUT)
            if not answer.is_success:
                raise self._refusal(answer)
        except _Away as error:
            raise OurFault(str(error)) from error
        return answer.content

    def follow(self, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield what happens to a submission, as pairs of a kind and data, until it is finished.

        After each stretch of events comes the submission as it is then, as a "submission"; the last one is finished.
        Where there are no events, it comes each second. Broken connections are resumed.
        """
        known = ""
        away_since: float | None = None
        while True:
            try:
                for event in self._events(f"{path}/events", known):
                    known = event.id or known
                    if event.data:
                        yield event.event, event.json()
                submission = self._asked("GET", path)
            except (_Away, *_LOST) as error:
                away_since = away_since or time.monotonic()
                if time.monotonic() - away_since > _PATIENCE_SECONDS:
                    raise OurFault(str(error)) from error
            else:
                away_since = None
                yield "submission", submission
                if submission["queue_position"] is None:
                    return
            time.sleep(_PAUSE_SECONDS)

    def _ask_again(
        self,
        method: str,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        pause: float,
        seconds: float | None = None,
        attempts: int | None = None,
    ) -> dict[str, Any]:
        tries = stamina.retry_context(
            on=_Away, attempts=attempts, timeout=seconds, wait_initial=pause, wait_max=pause, wait_jitter=0.0
        )
        try:
            for attempt in tries:
                with attempt:
                    return self._asked(method, path, data)
        except _Away as error:
            raise OurFault(str(error)) from error
        raise AssertionError("stamina returns or raises")

    def _events(self, path: str, known: str) -> Iterator[ServerSentEvent]:
        headers = {"Accept": "text/event-stream", **({"Last-Event-ID": known} if known else {})}
        with self._client.stream("GET", path, headers=headers) as answer:
            if answer.status_code == 200:
                yield from EventSource(answer).iter_sse()

    def _asked(self, method: str, path: str, data: Mapping[str, Any] | None = None) -> dict[str, Any]:
        answer = self._answer(method, path, json=data)
        said = _object(answer)
        if answer.is_success and said is not None:
            return said
        raise self._refusal(answer)

    def _answer(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            return self._client.request(method, path, **options)
        except httpx.TransportError as error:
            raise _Away(f"the portal at {self.url} cannot be reached: {plain(str(error))}") from error

    def _refusal(self, answer: httpx.Response) -> Exception:
        sentence = plain(str((_object(answer) or {}).get("error", "")))
        if answer.status_code >= 500 or answer.status_code == 429:
            return _Away(sentence or f"the portal at {self.url} is out of order ({answer.status_code})")
        return Refused(sentence or f"there is no Gradeloop at {self.url}")


def _object(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        said = answer.json()
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
