"""A bench: a judge and a sandbox side by side, one grading slot, kept warm."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, Self

from grader import limits
from grader.bundle.bundle import Bundle
from grader.bundle.source import problem_with_source
from grader.bundle.submission import SubmittedFiles
from grader.results.run import RunResult
from grader.verify.sizes import SizedCall
from worker.benches.grading import BenchError, Grading, OnTest, TooSlow, UnloadableSuite
from worker.benches.processes import JudgeProcess, SandboxProcess
from worker.isolation.base import Isolation, Program, Site

_SEED_BITS: Final = 48

Worn = Literal["odd run", "no namespaces", "broken"]


def new_seed() -> int:
    """Return a fresh secret for one run."""
    return secrets.randbits(_SEED_BITS)


class Bench:
    """Grades submissions of one environment, one at a time; use it as a context manager.

    After a run that wore it out, `worn` says why, and the next grading begins by renewing it, unless `renew` did so
    in the meantime. numpy and torch may compute with so many threads.
    """

    def __init__(self, isolation: Isolation, environment: str, threads: int = 1) -> None:
        self._isolation = isolation
        self._environment = environment
        self._threads = threads
        self._site: Site | None = None
        self._judge: JudgeProcess | None = None
        self._sandbox: SandboxProcess | None = None
        self._loaded: OrderedDict[str, None] = OrderedDict()
        self.namespaces = False
        self.worn: Worn | None = None

    def __enter__(self) -> Self:
        try:
            self.renew()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End both processes and leave nothing behind."""
        self._end_judge()
        self._end_sandbox()
        if self._site is not None:
            self._site.close()
        self._site = None

    def renew(self) -> None:
        """Start whichever process is missing, ended or worn out, and return when both are ready.

        Raises:
            IsolationUnavailable: this machine cannot isolate them, or a self-check found a promise broken.
            BenchError: a process does not start.
        """
        self._notice_ends()
        if self.worn == "broken":
            self._end_judge()
        if self.worn is not None:
            self._end_sandbox()
        self.worn = None
        try:
            self._start_missing()
        except BaseException:
            self.worn = "broken"
            raise

    def processes(self) -> Mapping[Literal["judge", "sandbox"], int]:
        """Return the ids, on this machine, of the bench's two processes."""
        processes: dict[Literal["judge", "sandbox"], JudgeProcess | SandboxProcess | None] = {
            "judge": self._judge,
            "sandbox": self._sandbox,
        }
        return {role: process.pid for role, process in processes.items() if process is not None}

    def load(self, bundle: Bundle) -> None:
        """Have the judge collect a bundle's suite, unless it has already.

        Raises:
            UnloadableSuite: the author's files do not work, or ask for more memory than sandboxes have here.
            BenchError: the judge does not answer.
        """
        self._expect_memory(bundle)
        judge = self._living_judge()
        if bundle.version in self._loaded:
            self._loaded.move_to_end(bundle.version)
            return
        if len(self._loaded) >= limits.SUITES_KEPT:
            oldest, _ = self._loaded.popitem(last=False)
            judge.send({"order": "forget", "version": oldest})
        files = dict(bundle.files)
        judge.send({"order": "load", "version": bundle.version, "slug": bundle.slug, "files": files})
        try:
            answer = judge.receive(time.monotonic() + limits.SUITE_SECONDS)
        except TooSlow as error:
            raise UnloadableSuite([f"The suite was not collected within {limits.SUITE_SECONDS:g} s."]) from error
        if answer["event"] != "loaded":
            raise UnloadableSuite(answer.get("problems", ["The suite cannot be opened."]))
        self._loaded[bundle.version] = None

    def grade(
        self,
        bundle: Bundle,
        submission: SubmittedFiles,
        seed: int | None = None,
        *,
        on_test: OnTest = lambda _: None,
        stop_at_first_failure: bool = False,
        diagnosis_seconds: float = limits.DIAGNOSIS_SECONDS,
        public_only: bool = False,
        leave_out: str = "",
    ) -> RunResult:
        """Grade one submission; our own trouble ends as "not graded", never as a zero.

        Args:
            bundle, submission: what is graded, by what.
            seed: repeats the run of that seed; None draws a fresh one.
            on_test: called with each test as it ends, and again when it is diagnosed.
            stop_at_first_failure: leave out the tests after it.
            diagnosis_seconds: how long failing tests are compared with the known-wrong answers; 0 for not at all.
            public_only: run the tests that students can read alone; the run's `max_score` is theirs.
            leave_out: a known-wrong answer that failing tests are not compared with.

        Raises:
            UnloadableSuite: the author's files do not work.
            IsolationUnavailable: a worn bench cannot be renewed.
        """
        begun = time.monotonic()
        seed = new_seed() if seed is None else seed
        grading = Grading(bundle, submission, seed, on_test, public_only=public_only)
        order = _run_order(bundle, submission, seed)
        order |= {"stop_at_first_failure": stop_at_first_failure, "public_only": public_only}
        order |= {"diagnosis_seconds": diagnosis_seconds, "leave_out": leave_out}
        try:
            self.renew()
            self.load(bundle)
            self.worn = "broken"  # until the judge is done: else what it still says would be taken for the next run's
            self._living_judge().send(order)
            done = grading.follow(self._events(bundle, diagnosis_seconds))
        except UnloadableSuite:
            self.worn = "broken"  # it may be the bench's own fault, such as a full disk
            raise
        except BenchError as error:
            self.worn = "broken"
            return grading.not_graded(str(error), begun)
        self.worn = "odd run" if done["odd"] else None if self.namespaces else "no namespaces"
        return grading.run(done, begun)

    def sizes(self, bundle: Bundle, seed: int) -> list[SizedCall]:
        """Return the sizes that a suite hands to each function of the reference, call by call.

        Raises:
            UnloadableSuite: the author's files do not work.
            BenchError: the judge does not answer.
        """
        self.renew()
        self.load(bundle)
        self.worn = "broken"
        self._living_judge().send({"order": "sizes", "version": bundle.version, "seed": seed})
        (event,) = self._events(bundle, 0.0)
        self.worn = None if self.namespaces else "no namespaces"
        return [SizedCall.from_json(call) for call in event["calls"]]

    def _events(self, bundle: Bundle, diagnosis_seconds: float) -> Iterator[dict[str, Any]]:
        seconds = bundle.manifest.limits.run_seconds + diagnosis_seconds + limits.JUDGE_GRACE_SECONDS
        deadline = time.monotonic() + seconds
        while True:
            event = self._living_judge().receive(deadline)
            if event["event"] == "broken":
                raise BenchError(event["message"])
            yield event
            if event["event"] in ("done", "sizes"):
                return

    def _expect_memory(self, bundle: Bundle) -> None:
        wanted = bundle.manifest.limits.memory_mib + limits.ISOLATION_RESERVE_MIB
        offered = self._isolation.sandbox_memory_mib
        if offered is not None and wanted > offered:
            asked = f"The assignment lets a submission take {bundle.manifest.limits.memory_mib} MiB"
            lacking = f"a sandbox needs {wanted} MiB then, and has {offered} MiB here (GRADELOOP_SANDBOX_MEMORY_MIB)"
            raise UnloadableSuite([f"{asked}; with the libraries {lacking}."])

    def _notice_ends(self) -> None:
        """Call the bench broken if a process ended between runs, so that no run fails for it."""
        if any(process is not None and process.has_ended() for process in (self._judge, self._sandbox)):
            self.worn = "broken"

    def _start_missing(self) -> None:
        if self._site is None:
            self._site = self._isolation.site()
        new_sandbox = self._sandbox is None
        if self._sandbox is None:
            self._sandbox = SandboxProcess(self._site, self._program("sandbox"), self._isolation.promises)
        if self._judge is None:
            self._judge = JudgeProcess(self._site, self._program("judge"), self._isolation.promises)
            self._judge.await_ready()
        if new_sandbox:
            self._sandbox.await_ready()
        self.namespaces = self._sandbox.namespaces

    def _program(self, role: Literal["judge", "sandbox"]) -> Program:
        return Program(role, self._environment, self._threads)

    def _living_judge(self) -> JudgeProcess:
        if self._judge is None:
            raise BenchError("the bench is closed")
        return self._judge

    def _end_judge(self) -> None:
        if self._judge is not None:
            self._judge.end()
        self._judge = None
        self._loaded.clear()

    def _end_sandbox(self) -> None:
        if self._sandbox is not None:
            self._sandbox.end()
        self._sandbox = None


def _run_order(bundle: Bundle, submission: SubmittedFiles, seed: int) -> dict[str, Any]:
    return {
        "order": "run",
        "version": bundle.version,
        "files": dict(submission.files),
        "unreadable": next(filter(None, map(problem_with_source, submission.files.values())), ""),
        "seed": seed,
    }
