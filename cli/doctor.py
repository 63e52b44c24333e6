"""`gradeloop doctor`: which isolation this machine can raise, each proven by trying."""

import platform
import shutil
from collections.abc import Iterator

import click
from rich.console import Console, RenderableType
from rich.text import Text

from cli.terminal.exits import NOT_GRADED, ending_well
from cli.terminal.lines import marked
from grader.text import plain
from worker.benches.bench import Bench
from worker.benches.breakout import IsolationCheck, check_isolation
from worker.benches.grading import BenchError
from worker.isolation.base import Isolation, IsolationUnavailable
from worker.isolation.bubblewrap import Bubblewrap
from worker.isolation.choice import choose_isolation
from worker.settings import read_settings

_ADVICE = (
    "Install bubblewrap (Debian, Ubuntu, Fedora: the package `bubblewrap`).",
    "Ubuntu 24.04 and later: an AppArmor profile must let bwrap make user namespaces "
    "(sysctl kernel.apparmor_restrict_unprivileged_userns=0, or a profile for /usr/bin/bwrap).",
    "In a container: it needs a seccomp profile that allows unshare, clone and mount.",
    "For Docker isolation: an engine that this user may speak with, and `make images` (docs/operating.md).",
)


@click.command()
def doctor() -> None:
    """Try the isolation that student code is kept in by, and say which stand.

    Docker isolation are tried where an engine and the images are there, bubblewrap isolation if not;
    GRADELOOP_ISOLATION decides otherwise.

    Exit status: 0 all stand, 1 some do not (grading works, but see the list), 3 nothing can be graded here.
    """
    console = Console()
    console.print(Text(f"Python {platform.python_version()} on {platform.system()} {platform.release()}"))
    with ending_well():
        isolation, why = choose_isolation(read_settings())
    console.print(Text(plain(why)))
    if isinstance(isolation, Bubblewrap):
        console.print(_line(IsolationCheck("bubblewrap is installed", shutil.which("bwrap") is not None)))
    try:
        with Bench(isolation, "numpy") as bench:
            proofs = [*_isolation(isolation, bench), *check_isolation(bench)]
    except (IsolationUnavailable, BenchError) as error:
        console.print(_line(IsolationCheck("An outer isolation can be raised", False, str(error))))
        _advise(console)
        raise SystemExit(NOT_GRADED) from error
    for proof in proofs:
        console.print(_line(proof))
    if not all(proof.holds for proof in proofs):
        _advise(console)
        raise SystemExit(1)


def _isolation(isolation: Isolation, bench: Bench) -> Iterator[IsolationCheck]:
    yield IsolationCheck(f"Outer isolation: {isolation.name}, around the judge and around the sandbox", True)
    weaker = "not on this machine: each submission has a sandbox server of its own, which is slower"
    yield IsolationCheck("Inner isolation: namespaces of its own for each submission", bench.namespaces, weaker)


def _line(proof: IsolationCheck) -> RenderableType:
    mark, style = ("✓", "green") if proof.holds else ("✗", "red")
    reason = "" if proof.holds else f": {plain(proof.message) or 'it is not'}"
    return marked(mark, style, Text.assemble(proof.title, (reason, "dim")))


def _advise(console: Console) -> None:
    console.print(Text("What may help:"))
    for advice in _ADVICE:
        console.print(marked("-", "", Text(advice)))
