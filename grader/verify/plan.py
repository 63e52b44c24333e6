"""Which gradings a verification takes."""

import ast
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles

if TYPE_CHECKING:
    from grader.verify.mutants import Mutant

_SEEDS: Final = 10
_THREADS: Final = (1, 2)

# An unlisted answer is a known-wrong one, diagnosed as if the bundle did not list it: what it is called then is said of
# a mistake that nobody described.
Kind = Literal["reference", "starter", "right", "wrong", "unlisted", "mutant", "odd"]

# What a function may return instead of an answer; a suite meets each with a sentence, never with a crash.
_ODD_VALUES: Final = {
    "None": "None",
    "a string": "'forty-two'",
    "NaN": "float('nan')",
    "an empty array": "__import__('numpy').zeros((0, 3))",
    "an array of NaN": "__import__('numpy').full((2, 3), float('nan'))",
    "an empty list": "[]",
    "a dictionary": "{'answer': 42}",
    "a nested list": "[[1, 2], [3]]",
    "an object": "type('Odd', (), {})()",
    "an endless generator": "(number for number in iter(int, 1))",
}


@dataclass(frozen=True)
class PlannedRun:
    """One grading of a verification.

    Attributes:
        name: what the report calls the answer.
        seed, threads: of the run, and of the bench it is to run on.
        stop_at_first_failure: whether it matters only that something fails.
        diagnose: whether the diagnosis matters.
        number: its place in the plan.
    """

    kind: Kind
    name: str
    submission: SubmittedFiles
    seed: int
    threads: int = 1
    stop_at_first_failure: bool = False
    diagnose: bool = False
    mutant: "Mutant | None" = None
    number: int = 0


def plan(bundle: Bundle, seed: int) -> list[PlannedRun]:
    """Return every grading the gate needs; the telling ones first. The seeds of the runs are drawn from `seed`."""
    seeds = random.Random(seed).sample(range(2**32), _SEEDS)
    jobs = (
        *_samples(bundle, seeds),
        *_unlisted(bundle, seeds[0]),
        *_mutants(bundle, seeds[0]),
        *_odd_answers(bundle, seeds[0]),
    )
    return [replace(job, number=number) for number, job in enumerate(jobs)]


def _samples(bundle: Bundle, seeds: Sequence[int]) -> Iterator[PlannedRun]:
    """Yield each sample with ten seeds, on one thread and on two by turns; the reference with all of both."""
    samples: list[tuple[Kind, str, Mapping[str, bytes]]] = [
        ("reference", "reference", bundle.reference),
        ("starter", "starter", bundle.starter),
        *(("right", name, sample.files) for name, sample in bundle.right.items()),
        *(("wrong", name, sample.files) for name, sample in bundle.wrong.items()),
    ]
    for position, seed in enumerate(seeds):
        for kind, name, files in samples:
            for threads in _THREADS if kind == "reference" else (_THREADS[position % 2],):
                diagnose = kind == "wrong" and position == 0
                yield PlannedRun(kind, name, SubmittedFiles(files), seed, threads, diagnose=diagnose)


def _unlisted(bundle: Bundle, seed: int) -> Iterator[PlannedRun]:
    """Yield each known-wrong answer, to be diagnosed without itself, on either bench by turns."""
    for number, (name, sample) in enumerate(bundle.wrong.items()):
        submission, threads = SubmittedFiles(sample.files), _THREADS[number % 2]
        yield PlannedRun("unlisted", name, submission, seed, threads, diagnose=True)


def _mutants(bundle: Bundle, seed: int) -> Iterator[PlannedRun]:
    """Yield mutants of the reference, on either bench by turns."""
    from grader.verify.mutants import mutants  # which takes its time, and few commands need it

    found = [(file, mutant) for file, data in bundle.reference.items() for mutant in mutants(data.decode("utf-8-sig"))]
    for number, (file, mutant) in enumerate(found):
        submission = SubmittedFiles({**bundle.reference, file: mutant.source.encode()})
        name = mutant.description if len(bundle.reference) == 1 else f"{file}: {mutant.description}"
        threads = _THREADS[number % 2]
        yield PlannedRun("mutant", name, submission, seed, threads, stop_at_first_failure=True, mutant=mutant)


def _odd_answers(bundle: Bundle, seed: int) -> Iterator[PlannedRun]:
    """Yield, for each odd value, an answer whose every function returns it."""
    main = bundle.manifest.files[0]
    names = _defined(bundle.reference[main])
    for number, (title, expression) in enumerate(_ODD_VALUES.items()):
        source = "\n\n".join(f"def {name}(*_, **__):\n    return {expression}" for name in names) + "\n"
        submission = SubmittedFiles({**bundle.reference, main: source.encode()})
        yield PlannedRun("odd", title, submission, seed, _THREADS[number % 2])


def _defined(source: bytes) -> list[str]:
    kinds = (ast.FunctionDef, ast.ClassDef)
    return [node.name for node in ast.parse(source).body if isinstance(node, kinds) and node.name[0] != "_"]
