"""`python -m tests.benchmarks.crowd PLAN SEEN`: students at a portal, by locust, in a process of their own.

Each does what the page's scripts do: a draft is saved with its revision, a click is followed as `live.js` follows it.
"""

import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from locust.env import Environment  # first of all: it patches the process for gevent
from locust.exception import StopUser
from locust.user.task import task

from tests.benchmarks.browser import Browser
from tests.benchmarks.plan import SHARES, Account, Click, Plan, Seen, Task

__all__: list[str] = []

_ROUNDS_UNMEASURED: Final = 6  # until each web process has rendered each page
_PAUSE_SECONDS: Final = 0.5
_TYPING_SECONDS: Final = (2.0, 5.0)  # from draft to draft
_ATTEMPTS: Final = 3
_LATE_SHARE: Final = 0.1
_IMPATIENT: Final = 20  # one of so many students clicks over and over
_CLICKS: Final = 8  # of the impatient: more than may be underway
_GRACE_SECONDS: Final = 60.0  # for those who wait for a score when the time is over


class Student(Browser):
    """Somebody with a browser; `plan` and `seen` are of all."""

    plan: Plan
    seen: Seen
    begun: float
    accounts: Iterator[tuple[int, Account]]
    busy = 0

    def on_start(self) -> None:
        """Called by locust."""
        self.number, self.account = next(self.accounts)
        self.draw = random.Random(self.number)
        self.log_in(self.account.cookie)

    @task
    def live(self) -> None:
        """Called by locust."""
        try:
            self.alone() if self.plan.rounds else self.attend(self.plan.tasks[self.number % len(self.plan.tasks)])
        except Exception as trouble:  # none may stay unseen, nor leave the others waiting
            self.note(f"a student gave up: {trouble!r}")
        finally:
            type(self).busy -= 1
        raise StopUser

    def alone(self) -> None:
        """Be one student after the other, with nobody else there."""
        for account in self.plan.accounts[: self.plan.logins]:
            self.leave()
            self.log_in_by_page(account.email, account.password)
        for number in range(-_ROUNDS_UNMEASURED, self.plan.rounds):
            if number == 0:
                self.seen.clicks.clear()
            self.leave()
            self.log_in(self.plan.accounts[number % len(self.plan.accounts)].cookie)
            of = self.plan.tasks[number % len(self.plan.tasks)]
            page = self.read_page(of.page)
            time.sleep(_PAUSE_SECONDS)
            answer = of.answers["right"][0]
            self.save_draft(page, {of.file: answer})
            self.click(page, "submit", {of.file: answer}, "right")

    def attend(self, of: Task) -> None:
        """Read, write, check, and submit towards the due date."""
        self._wait_until(self.draw.uniform(0, 0.1 * self.plan.seconds))
        page = self.read_page(of.page)
        submits_at = self._moment()
        self._write(page, of, self.draw.uniform(0.3, 0.9) * submits_at)
        self._try_out(page, of, "check")
        self._write(page, of, submits_at)
        if self.number % _IMPATIENT == 0:
            for _ in range(_CLICKS):
                self._try_out(page, of, "submit", follow=False)
        for _ in range(_ATTEMPTS):
            click = self._try_out(page, of, "submit")
            if (click and click.likeness == "right") or self._now() > self.plan.seconds:
                break
            self._write(page, of, min(self.plan.seconds, self._now() + self.draw.uniform(3, 10)))

    def _moment(self) -> float:
        """Return when this student submits: mostly just before it is due."""
        due = self.plan.due_seconds
        if self.draw.random() < _LATE_SHARE:
            return self.draw.uniform(due, 0.5 * (due + self.plan.seconds))
        return due * (1 - min(0.6, self.draw.expovariate(8)))

    def _write(self, page: dict[str, Any], of: Task, until: float) -> None:
        while (left := until - self._now()) > 0:
            time.sleep(min(left, self.draw.uniform(*_TYPING_SECONDS)))
            text = self.draw.choice(of.answers["wrong"])
            self.save_draft(page, {of.file: f"{text}\n# {self.draw.random()}\n"})

    def _try_out(self, page: dict[str, Any], of: Task, kind: str, *, follow: bool = True) -> Click | None:
        likeness = self.draw.choices(list(SHARES), list(SHARES.values()))[0]
        text = self.draw.choice(of.answers[likeness])
        return self.click(page, kind, {of.file: text}, likeness, follow=follow)

    def _wait_until(self, moment: float) -> None:
        time.sleep(max(0.0, moment - self._now()))

    def _now(self) -> float:
        return time.monotonic() - self.begun


def main(plan: Plan) -> Seen:
    """Have the students of a plan do what it says, and return what they saw."""
    environment = Environment(user_classes=[Student], host=plan.address)
    count = 1 if plan.rounds else len(plan.accounts)
    Student.plan, Student.seen, Student.busy = plan, Seen(), count
    Student.accounts = iter(enumerate(plan.accounts))
    environment.events.request.add_listener(_noting(Student.seen))
    Student.begun = time.monotonic()
    runner = environment.create_local_runner()
    runner.start(count, spawn_rate=count)
    ends_at = Student.begun + plan.seconds + _GRACE_SECONDS if plan.seconds else float("inf")
    while Student.busy and time.monotonic() < ends_at:
        time.sleep(0.1)
    Student.seen.seconds = time.monotonic() - Student.begun
    Student.seen.unfinished = Student.busy
    runner.quit()
    return Student.seen


def _noting(seen: Seen) -> Callable[..., None]:
    def note(*, name: str, response_time: float, exception: BaseException | None, **_: Any) -> None:
        seen.requests.setdefault(name, []).append(response_time)
        if exception is not None:
            failure = f"{name}: {exception!r}"[:300]
            seen.failures[failure] = seen.failures.get(failure, 0) + 1

    return note


if __name__ == "__main__":
    main(Plan.read(Path(sys.argv[1]))).write(Path(sys.argv[2]))
