"""`gradeloop submit` at addresses that answer in other ways than a portal in order does."""

import json
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import Result

from tests.runs import FAILED

Answers = dict[str, list[tuple[int, str, str]]]
HOSTILE = "\x1b[31mred\x1b]0;title\x07\x9b2J\u202e[bold]"
SUBMISSIONS = "POST /api/v1/courses/ml/assignments/double/submissions"
SHOWN = "GET /api/v1/submissions/1"
EVENTS = f"{SHOWN}/events"
NO_ANSWER = 0


class Address:
    """A server on the loopback that gives the answers it is told, the last one of a request again and again.

    Attributes:
        url: where it is.
        asked: the requests that came, and the value of their header Last-Event-ID.
        sent: the bodies that came.
    """

    def __init__(self) -> None:
        self.answers: Answers = {}
        self.asked: list[tuple[str, str | None]] = []
        self.sent: list[dict[str, Any]] = []
        address = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer()

            def do_POST(self) -> None:
                address.sent.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self._answer()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def _answer(self) -> None:
                request = f"{self.command} {self.path}"
                address.asked.append((request, self.headers["Last-Event-ID"]))
                told = address.answers[request]
                status, kind, text = told.pop(0) if len(told) > 1 else told[0]
                if status == NO_ANSWER:
                    return
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.end_headers()
                self.wfile.write(text.encode())

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def tell(self, request: str, *answers: tuple[int, Mapping[str, Any]]) -> None:
        """Answer a request with these, one after the other."""
        self.answers[request] = [(status, "application/json", json.dumps(data)) for status, data in answers]

    def stream(self, *parts: str) -> None:
        """Answer who asks for events with these streams, one after the other, and then that there are none."""
        streams = [(200, "text/event-stream", part) for part in parts]
        self.answers[EVENTS] = [*streams, (204, "text/plain", "")]


@pytest.fixture
def address() -> Iterator[Address]:
    """An address at which a submission is taken in and graded at once."""
    address = Address()
    address.tell(SUBMISSIONS, (201, {"id": "1", "attempts_left": None}))
    address.tell(SHOWN, (200, submission()))
    address.stream()
    yield address
    address.close()


@pytest.fixture
def submit(
    address: Address, gradeloop: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Result]:
    """Submit a file there."""
    (tmp_path / "double.py").write_text("")
    monkeypatch.setenv("GRADELOOP_TOKEN", "gl_" + "x" * 43)
    options = ("--url", address.url, "--course", "ml", "--assignment", "double")
    return lambda: gradeloop("submit", tmp_path / "double.py", *options)


def submission(**changes: Any) -> dict[str, Any]:
    """What the API tells of a submission that is graded."""
    test = {
        name: value for name, value in FAILED.to_json().items() if name not in ("wrong", "visibility", "duration_ms")
    }
    told: dict[str, Any] = {
        "id": "1",
        "kind": "submit",
        "number": 1,
        "title": "Double",
        "state": "graded",
        "late": "",
        "message": "",
        "points": 0.0,
        "max_points": 2.0,
        "queue_position": None,
        "withheld": 0,
        "tests": [{**test, "public": False}],
    }
    return {**told, **changes}


def event(number: int, kind: str, data: Mapping[str, Any]) -> str:
    return f"id: {number}-0\nevent: {kind}\ndata: {json.dumps(data)}\n\n"


WAITS = submission(
    state="queued", points=None, tests=[], queue_position={"position": 1, "ahead": 0, "eta_seconds": None}
)


def test_without_events_it_asks_until_it_is_graded(submit: Callable[[], Result], address: Address) -> None:
    address.tell(SHOWN, (200, WAITS), (200, submission()))
    done = submit()
    assert (done.exit_code, "0 of 2 points" in done.stdout) == (0, True)
    assert [request for request, _ in address.asked] == [SUBMISSIONS, EVENTS, SHOWN, EVENTS, SHOWN]


def test_what_breaks_off_is_taken_up_after_the_last_event(submit: Callable[[], Result], address: Address) -> None:
    address.stream("retry: 500\n\n" + event(7, "started", {"try": 1}), event(8, "news", {}), "data: {")
    address.tell(SHOWN, (503, {"error": "Out."}), (200, WAITS), (429, {"error": "Too often."}), (200, submission()))
    assert submit().exit_code == 0
    assert [known for request, known in address.asked if request == EVENTS] == [None, "7-0", "8-0", "8-0"]


def test_where_no_answer_comes_the_same_is_sent_again_by_the_same_key(
    submit: Callable[[], Result], address: Address
) -> None:
    address.tell(SUBMISSIONS, (NO_ANSWER, {}), (503, {"error": "Out."}), (201, {"id": "1", "attempts_left": None}))
    assert submit().exit_code == 0
    assert submit().exit_code == 0
    first, second, third, of_another = address.sent
    assert first == second == third
    assert first["key"]
    assert of_another["key"] != first["key"]


@pytest.mark.parametrize(
    ("status", "kind", "text", "exit_code", "sentence"),
    [
        (500, "application/json", '{"error": "It is our fault."}', 3, "It is our fault."),
        (502, "text/html", "<html>", 3, "is out of order (502)"),
        (429, "application/json", '{"error": "That was tried too often."}', 3, "That was tried too often."),
        (200, "text/html", "<html>", 2, "there is no Gradeloop at"),
        (302, "text/html", "", 2, "there is no Gradeloop at"),
        (409, "application/json", '{"error": "Not now."}', 2, "Not now."),
        (201, "application/json", "[" * 100_000, 2, "there is no Gradeloop at"),
        (201, "application/json", "{}", 3, "answers as this gradeloop does not understand"),
    ],
)
def test_another_answer_ends_with_a_sentence(
    submit: Callable[[], Result],
    address: Address,
    status: int,
    kind: str,
    text: str,
    exit_code: int,
    sentence: str,
) -> None:
    address.answers[SUBMISSIONS] = [(status, kind, text)]
    done = submit()
    assert done.exit_code == exit_code
    assert sentence in " ".join(done.stderr.split())


@pytest.mark.parametrize("shown", [{"state": "graded"}, submission(tests=[{"name": 1}]), submission(points="x")])
def test_a_submission_of_another_shape_ends_with_3(
    submit: Callable[[], Result], address: Address, shown: dict[str, Any]
) -> None:
    address.tell(SHOWN, (200, shown))
    done = submit()
    assert (done.exit_code, "does not understand" in done.stderr) == (3, True)


def test_no_escape_code_of_the_portal_reaches_the_terminal(submit: Callable[[], Result], address: Address) -> None:
    fields = ("name", "title", "message", "diagnosis", "hint", "output")
    test = {**submission()["tests"][0], **dict.fromkeys(fields, HOSTILE)}
    address.tell(SUBMISSIONS, (201, {"id": HOSTILE, "attempts_left": 1}), (409, {"error": HOSTILE}))
    address.answers = {
        request.replace(
            "/submissions/1", "/submissions/" + "%1B%5B31mred%1B%5D0%3Btitle%07%C2%9B2J%E2%80%AE%5Bbold%5D"
        ): told
        for request, told in address.answers.items()
    }
    shown = submission(title=HOSTILE, late=HOSTILE, message=HOSTILE, number=HOSTILE, tests=[test])
    for request in address.answers:
        if request.startswith("GET") and not request.endswith("/events"):
            address.tell(request, (200, shown))
    for done in (submit(), submit()):
        assert "[bold]" in done.output
        assert not set(done.output) & {"\x1b", "\x07", "\x9b", "\u202e"}


def test_late_work_says_what_it_costs(submit: Callable[[], Result], address: Address) -> None:
    address.tell(SHOWN, (200, submission(late="Submitted late, which takes 10 % off.")))
    assert "Submitted late, which takes 10 % off." in submit().stdout


def test_what_was_not_graded_blames_nobody_and_ends_with_3(submit: Callable[[], Result], address: Address) -> None:
    address.tell(SHOWN, (200, submission(state="not graded", points=None, message="The judge is gone.")))
    done = submit()
    assert done.exit_code == 3
    assert "This was not graded, and it is not your fault. The judge is gone." in " ".join(done.stdout.split())
