"""What the students of a load submit: mostly right answers, some wrong ones, a few that never end."""

import random
import re
from typing import Final

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from tests.benchmarks.plan import SHARES

__all__ = ["answers_of", "draw_answer", "with_short_limits"]

_LIMITS: Final = {"call_seconds": "0.3", "run_seconds": "1.5"}


def with_short_limits(bundle: Bundle) -> Bundle:
    """Return a bundle in which what never ends is ended soon."""
    text = bundle.files["assignment.toml"].decode()
    for name, value in _LIMITS.items():
        text = re.sub(rf"^{name} = .*$", f"{name} = {value}", text, flags=re.MULTILINE)
    return Bundle.from_files(bundle.slug, {**bundle.files, "assignment.toml": text.encode()})


def draw_answer(bundle: Bundle, draw: random.Random) -> SubmittedFiles:
    """Return an answer of a kind that is drawn by its share."""
    kind = draw.choices(list(SHARES), list(SHARES.values()))[0]
    return draw.choice(answers_of(bundle, kind))


def answers_of(bundle: Bundle, kind: str) -> list[SubmittedFiles]:
    """Return a bundle's answers of a kind: "right", the reference first, "wrong" or "looping"."""
    if kind == "right":
        return [SubmittedFiles(bundle.reference), *(SubmittedFiles(sample.files) for sample in bundle.right.values())]
    if kind == "wrong":
        return [SubmittedFiles(sample.files) for sample in bundle.wrong.values()]
    names = re.findall(r"^def (\w+)", next(iter(bundle.reference.values())).decode(), flags=re.MULTILINE)
    text = "".join(f"def {name}(*_, **__):\n    while True:\n        pass\n\n\n" for name in names)
    return [SubmittedFiles({bundle.manifest.files[0]: text.encode()})]
