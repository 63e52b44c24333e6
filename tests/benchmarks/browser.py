"""What the portal's pages and scripts ask of the server, asked by locust."""

import json
import re
import time
from typing import Any, ClassVar, Final

from locust import FastHttpUser
from locust.contrib.fasthttp import FAILURE_EXCEPTIONS
from requests.cookies import create_cookie

from tests.benchmarks.plan import Click, Plan, Seen

__all__ = ["Browser", "Unexpected"]

_TOKEN: Final = re.compile(r'name="csrf-token" content="([^"]+)"')
_REVISION: Final = re.compile(r'data-revision="(\d+)"')
_RUNS: Final = re.compile(r'data-state="(queued|running)"')
_POLL_SECONDS: Final = 2.0  # as in live.js
_RETRY_SECONDS: Final = 0.5  # as a stream says


class Unexpected(Exception):
    """The portal answered what a page cannot go on with."""


class Browser(FastHttpUser):
    """A browser; what it asks is noted by locust under a few names, and each click in `seen`."""

    abstract = True
    connection_timeout = 10.0
    network_timeout = 20.0
    plan: ClassVar[Plan]
    seen: ClassVar[Seen]

    def log_in(self, cookie: str) -> None:
        """Have a session from before."""
        self.client.cookiejar.set_cookie(create_cookie(self.plan.cookie, cookie, domain="127.0.0.1"))

    def leave(self) -> None:
        """Forget the session."""
        self.client.cookiejar.clear()

    def log_in_by_page(self, email: str, password: str) -> None:
        """Log in as people do."""
        token = _found(_TOKEN, self._get("/login", "login page"))
        form = {"csrf_token": token, "email": email, "password": password}
        answer = self.client.post("/login", data=form, name="log in", allow_redirects=False)
        if answer.status_code != 303:
            raise Unexpected(f"logging in: {answer.status_code}")

    def read_page(self, url: str) -> dict[str, Any]:
        """Read an assignment's page; return what its scripts keep."""
        html = self._get(url, "assignment page")
        return {"url": url, "token": _found(_TOKEN, html), "revision": int(_found(_REVISION, html))}

    def save_draft(self, page: dict[str, Any], files: dict[str, str]) -> None:
        """Save a draft; a failure is noted, and the next draft is another try."""
        data = {"files": files, "revision": page["revision"]}
        answer = self.client.put(f"{page['url']}/draft", json=data, name="save draft", headers=_headers(page))
        if answer.status_code == 200:
            page["revision"] = answer.json()["revision"]

    def click(
        self, page: dict[str, Any], kind: str, files: dict[str, str], likeness: str, *, follow: bool = True
    ) -> Click | None:
        """Submit, and follow the run until its score is on the page; None where it was not taken."""
        begun = time.perf_counter()
        run = self._post(page, kind, files)
        if run is None:
            return None
        click = Click(kind, likeness, run["run"], posted=_since(begun))
        self.seen.clicks.append(click)
        result = self._get(run["result"], "result")
        click.shown = _since(begun)
        if not follow:
            return click
        while _RUNS.search(result):
            self._follow(run, click, begun)
            result = self._get_in_the_end(run["result"], "result")
        click.score = _since(begun)
        click.first_test = click.first_test or click.score
        return click

    def note(self, failure: str) -> None:
        """Note what failed apart from a request."""
        self.seen.failures[failure] = self.seen.failures.get(failure, 0) + 1

    def _post(self, page: dict[str, Any], kind: str, files: dict[str, str]) -> dict[str, Any] | None:
        data = {"kind": kind, "files": files}
        url, headers = f"{page['url']}/submissions", _headers(page)
        with self.client.post(url, json=data, name=kind, headers=headers, catch_response=True) as answer:
            if answer.status_code == 409:
                answer.success()  # too many are underway: a rule, and no failure
                self.seen.refused += 1
            return answer.json() if answer.status_code == 201 else None

    def _follow(self, run: dict[str, Any], click: Click, begun: float) -> None:
        """Return when the run is finished."""
        known = ""
        while not click.polled:
            headers = {"Accept": "text/event-stream", "Accept-Encoding": "identity"}
            headers |= {"Last-Event-ID": known} if known else {}
            answer = self.client.get(run["events"], name="events (open)", stream=True, headers=headers)
            if answer.status_code != 200:
                answer.release() if answer.status_code else None
                click.polled = True  # 204, or refused: the state tells
                break
            click.opened = click.opened or _since(begun)
            known, ended = self._listen(answer, click, begun, known)
            if ended:
                return
            time.sleep(_RETRY_SECONDS)
        while not json.loads(self._get_in_the_end(run["state"], "state"))["finished"]:
            time.sleep(_POLL_SECONDS)
        click.finished = click.finished or _since(begun)

    def _listen(self, answer: Any, click: Click, begun: float, known: str) -> tuple[str, bool]:
        """Return the last event's id, and whether the run is finished; it is not where the stream broke off."""
        try:
            while line := answer.stream.readline(b"\n"):
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "id":
                    known = value
                if (name, value) == ("event", "test") and click.first_test is None:
                    click.first_test = _since(begun)
                if (name, value) == ("event", "finished"):
                    click.finished = _since(begun)
                    return known, True
        except FAILURE_EXCEPTIONS as error:
            self.note(f"events broke off: {error!r}")
        finally:
            answer.release()
        return known, False

    def _get(self, url: str, name: str) -> str:
        status, text = self._ask(url, name)
        if status != 200:
            raise Unexpected(f"{name} answered {status}")
        return text

    def _get_in_the_end(self, url: str, name: str) -> str:
        """Ask again and again, as live.js does; what failed is noted."""
        while True:
            status, text = self._ask(url, name)
            if status == 200:
                return text
            time.sleep(_POLL_SECONDS)

    def _ask(self, url: str, name: str) -> tuple[int, str]:
        answer = self.client.get(url, name=name, headers={"Accept": "application/json, text/html;q=0.5"})
        return answer.status_code, answer.text or ""


def _headers(page: dict[str, Any]) -> dict[str, str]:
    return {"X-CSRFToken": page["token"], "Accept": "application/json"}


def _found(pattern: re.Pattern[str], html: str) -> str:
    found = pattern.search(html)
    if found is None:
        raise Unexpected(f"no {pattern.pattern} on the page: {html[:200]}")
    return found[1]


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000
