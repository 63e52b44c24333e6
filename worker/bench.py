"""A bench: a judge and a cell side by side, one grading slot, kept warm."""

import json
import os
import secrets
import select
import shutil
import signal
import subprocess
import tempfile
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Literal, Self

from grader import policy
from grader.bundle import Bundle, Submission, problem_with_source
from grader.results import Run
from grader.wire import MessagesEnded, read_message, write_message
from worker.grading import BenchError, Grading, OnTest, UnloadableSuite
from worker.walls import Program, Wall, WallUnavailable
from worker.walls.bubblewrap import owner_of_cells

__all__ = ["Bench", "BenchError", "UnloadableSuite", "new_seed"]

_SEED_BITS: Final = 48
_ANNOUNCEMENT_BYTES: Final = 4096
_END_SECONDS: Final = 5.0


def new_seed() -> int:
    """Return a fresh secret for one run."""
    return secrets.randbits(_SEED_BITS)


class Bench:
    """Grades submissions of one environment, one at a time; use it as a context manager.

    Args:
        wall: the outer wall of both halves.
        environment: "numpy" or "torch".
        threads: how many threads numpy and torch may compute with.
    """

    def __init__(self, wall: Wall, environment: str, threads: int = 1) -> None:
        self._wall = wall
        self._environment = environment
        self._threads = threads
        self._shared = Path(tempfile.mkdtemp(prefix="gradeloop-"))
        self._log: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the bench
        self._judge: subprocess.Popen[bytes] | None = None
        self._cell: subprocess.Popen[bytes] | None = None
        self._cell_announced = False
        self._loaded: OrderedDict[str, None] = OrderedDict()
        self.inner_wall = False

    def __enter__(self) -> Self:
        try:
            self._prepare_shared()
            self._start_cell()
            self._start_judge()
            self._await_cell()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End both halves and leave nothing behind."""
        for process in (self._judge, self._cell):
            if process is not None:
                _end(process)
        self._judge = self._cell = None
        self._log.close()
        with suppress(FileNotFoundError):
            self._shared.chmod(0o755)  # a cell server without an inner wall has shut it against its submission
        shutil.rmtree(self._shared, ignore_errors=True)

    def processes(self) -> Mapping[Literal["judge", "cell"], int]:
        """Return the process ids of the two halves."""
        halves: dict[Literal["judge", "cell"], subprocess.Popen[bytes] | None] = {
            "judge": self._judge,
            "cell": self._cell,
        }
        return {role: process.pid for role, process in halves.items() if process is not None}

    def load(self, bundle: Bundle) -> None:
        """Have the judge collect a bundle's suite, if it has not yet.

        Raises:
            UnloadableSuite: the author's files do not work.
            BenchError: the judge does not answer.
        """
        if bundle.version in self._loaded:
            self._loaded.move_to_end(bundle.version)
            return
        if len(self._loaded) >= policy.SUITES_KEPT:
            oldest, _ = self._loaded.popitem(last=False)
            self._tell({"order": "forget", "version": oldest})
        files = dict(bundle.files)
        self._tell({"order": "load", "version": bundle.version, "slug": bundle.slug, "files": files})
        answer = self._hear(time.monotonic() + policy.BENCH_START_SECONDS * 2)
        if answer["event"] != "loaded":
            raise UnloadableSuite(answer.get("problems", ["The suite cannot be opened."]))
        self._loaded[bundle.version] = None

    def grade(
        self,
        bundle: Bundle,
        submission: Submission,
        seed: int | None = None,
        *,
        on_test: OnTest = lambda _: None,
        stop_at_first_failure: bool = False,
        diagnosis_seconds: float = policy.DIAGNOSIS_SECONDS,
    ) -> Run:
        """Grade one submission; trouble of ours ends as "not graded", never as a zero.

        Args:
            bundle: the assignment.
            submission: what was handed in for it.
            seed: repeats the run of that seed; None draws a fresh one.
            on_test: told of each test as it ends, and again when it is diagnosed.
            stop_at_first_failure: leave out the tests after it.
            diagnosis_seconds: how long failing tests are held against the known-wrong answers; 0 for not at all.

        Raises:
            UnloadableSuite: the author's files do not work.
        """
        begun = time.monotonic()
        grading = Grading(bundle, submission, new_seed() if seed is None else seed, on_test)
        order = {
            "order": "run",
            "version": bundle.version,
            "files": dict(submission.files),
            "unreadable": _unreadable(submission),
            "seed": grading.seed,
            "stop_at_first_failure": stop_at_first_failure,
            "diagnosis_seconds": diagnosis_seconds,
        }
        try:
            self._ready_for(bundle)
            self._tell(order)
            done = grading.follow(self._events(bundle, diagnosis_seconds))
        except UnloadableSuite:
            raise
        except (BenchError, WallUnavailable) as error:
            self._replace_both()
            return grading.not_graded(str(error), begun)
        if done["odd"] or not self.inner_wall:
            self._replace_cell()
        return grading.run(done, begun)

    def _ready_for(self, bundle: Bundle) -> None:
        if self._judge is None:
            self._start_judge()
        if self._cell is None:
            self._start_cell()
        self._await_cell()
        self.load(bundle)

    def _events(self, bundle: Bundle, diagnosis_seconds: float) -> Iterator[dict[str, Any]]:
        seconds = bundle.manifest.limits.run_seconds + diagnosis_seconds + policy.JUDGE_GRACE_SECONDS
        deadline = time.monotonic() + seconds
        while True:
            event = self._hear(deadline)
            if event["event"] == "broken":
                raise BenchError(event["message"])
            yield event
            if event["event"] == "done":
                return

    def _prepare_shared(self) -> None:
        owner = owner_of_cells()
        if owner is not None:
            os.chown(self._shared, owner, owner)
        self._shared.chmod(0o755)

    def _start_judge(self) -> None:
        self._loaded.clear()
        self._judge = self._start("judge")
        self._hear(time.monotonic() + policy.BENCH_START_SECONDS)

    def _start_cell(self) -> None:
        self._cell = self._start("cell")
        self._cell_announced = False

    def _start(self, role: Literal["judge", "cell"]) -> subprocess.Popen[bytes]:
        return self._wall.start(Program(role, self._environment, self._threads, self._shared), self._log)

    def _await_cell(self) -> None:
        """Wait until the cell server says that it serves, and with which walls."""
        if self._cell_announced:
            return
        assert self._cell is not None
        assert self._cell.stdout is not None
        announced = _read_line(self._cell.stdout.fileno(), time.monotonic() + policy.BENCH_START_SECONDS)
        if announced is None:
            raise BenchError(f"the cell did not start: {self._last_words()}")
        self.inner_wall = bool(json.loads(announced)["inner_wall"])
        self._cell_announced = True

    def _replace_cell(self) -> None:
        """Begin a fresh cell server; the next grading waits for it if it is not ready by then."""
        if self._cell is not None:
            _end(self._cell)
        with suppress(WallUnavailable):  # said by the next grading
            self._start_cell()

    def _replace_both(self) -> None:
        if self._judge is not None:
            _end(self._judge)
        self._judge = None
        self._replace_cell()

    def _tell(self, order: dict[str, Any]) -> None:
        assert self._judge is not None
        assert self._judge.stdin is not None
        try:
            write_message(self._judge.stdin.fileno(), order)
        except (MessagesEnded, OSError) as error:
            raise BenchError(f"the judge is gone: {self._last_words()}") from error

    def _hear(self, deadline: float) -> dict[str, Any]:
        assert self._judge is not None
        assert self._judge.stdout is not None
        try:
            return read_message(self._judge.stdout.fileno(), deadline)
        except MessagesEnded as error:
            raise BenchError(f"the judge is gone: {self._last_words()}") from error
        except TimeoutError as error:
            raise BenchError("the judge did not answer in time") from error

    def _last_words(self) -> str:
        self._log.seek(0)
        lines = self._log.read()[-2000:].decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def _unreadable(submission: Submission) -> str:
    return next(filter(None, map(problem_with_source, submission.files.values())), "")


def _read_line(descriptor: int, deadline: float) -> bytes | None:
    """Read one short line; None where the process ended or the deadline passed."""
    line = b""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while not line.endswith(b"\n") and len(line) < _ANNOUNCEMENT_BYTES:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            return None
        part = os.read(descriptor, 1)
        if not part:
            return None
        line += part
    return line


def _end(process: subprocess.Popen[bytes]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    # Its group, for a wall that is still going up consists of more processes than the first.
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_END_SECONDS)
