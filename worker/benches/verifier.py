"""Benches for verification: one whose libraries compute on one thread, and one on two, working side by side."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import ExitStack, closing
from typing import Final, Self

from grader import limits
from grader.bundle.bundle import Bundle
from grader.results.run import RunResult
from grader.verify.plan import PlannedRun, plan
from grader.verify.report import Report, Verification, not_loadable
from worker.benches.bench import Bench
from worker.benches.grading import UnloadableSuite
from worker.isolation.base import Isolation

_THREADS: Final = (1, 2)

OnProgress = Callable[[int, int, str], object]


class Verifier:
    """Verifies bundles of one environment; use it as a context manager."""

    def __init__(self, isolation: Isolation, environment: str) -> None:
        self._benches = {threads: Bench(isolation, environment, threads) for threads in _THREADS}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            for bench in self._benches.values():
                opening.enter_context(bench)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def verify(self, bundle: Bundle, seed: int, on_progress: OnProgress = lambda _done, _total, _what: None) -> Report:
        """Run a bundle's whole plan and report; the same seed repeats the verification.

        `on_progress` hears of each grading: how many are done, of how many, and what was graded; what it raises ends
        the verification. Benches that do not work, which is our fault, raise BenchError.
        """
        try:
            for bench in self._benches.values():
                bench.load(bundle)
        except UnloadableSuite as error:
            return not_loadable(bundle.slug, bundle.version, error.problems)
        jobs = plan(bundle, seed)
        verification = Verification(bundle)
        with closing(self._run(bundle, jobs)) as runs:
            for done, (job, run) in enumerate(runs, start=1):
                verification.take(job, run)
                on_progress(done, len(jobs), job.kind)
                if verification.is_hopeless:
                    return verification.report()
        verification.sizes = self._benches[1].sizes(bundle, seed)
        return verification.report()

    def _run(self, bundle: Bundle, jobs: list[PlannedRun]) -> Generator[tuple[PlannedRun, RunResult]]:
        with ExitStack() as queues:
            queue = {threads: ThreadPoolExecutor(1) for threads in self._benches}
            for executor in queue.values():
                queues.callback(executor.shutdown, cancel_futures=True)
            running = {queue[job.threads].submit(self._grade, bundle, job): job for job in jobs}
            for future in as_completed(running):
                yield running[future], future.result()

    def _grade(self, bundle: Bundle, job: PlannedRun) -> RunResult:
        return self._benches[job.threads].grade(
            bundle,
            job.submission,
            job.seed,
            stop_at_first_failure=job.stop_at_first_failure,
            diagnosis_seconds=limits.VERIFY_DIAGNOSIS_SECONDS if job.diagnose else 0.0,
            leave_out=job.name if job.kind == "unlisted" else "",
        )
