"""`gradeloop doctor`: which walls this machine can raise, each proven by trying."""

import platform
import shutil
from collections.abc import Iterator

import click
from rich.console import Console, RenderableType
from rich.text import Text

from cli.lines import marked
from cli.problems import NOT_GRADED, ending_well
from grader.text import plain
from worker.benches.bench import Bench
from worker.benches.grading import BenchError
from worker.benches.selfcheck import Proof, prove_walls
from worker.isolation.bubblewrap import Bubblewrap
from worker.isolation.choice import choose_wall
from worker.isolation.isolation import Wall, WallUnavailable
from worker.settings import read_settings

_ADVICE = (
    "Install bubblewrap (Debian, Ubuntu, Fedora: the package `bubblewrap`).",
    "Ubuntu 24.04 and later: an AppArmor profile must let bwrap make user namespaces "
    "(sysctl kernel.apparmor_restrict_unprivileged_userns=0, or a profile for /usr/bin/bwrap).",
    "In a container: it needs a seccomp profile that allows unshare, clone and mount.",
    "For Docker walls: an engine that this user may speak with, and `make images` (docs/operating.md).",
)


@click.command()
def doctor() -> None:
    """Try the walls that student code is kept in by, and say which stand.

    Docker walls are tried where an engine and the images are there, bubblewrap walls if not; GRADELOOP_WALL decides
    otherwise.

    Exit status: 0 all stand, 1 some do not (grading works, but see the list), 3 nothing can be graded here.
    """
    console = Console()
    console.print(Text(f"Python {platform.python_version()} on {platform.system()} {platform.release()}"))
    with ending_well():
        wall, why = choose_wall(read_settings())
    console.print(Text(plain(why)))
    if isinstance(wall, Bubblewrap):
        console.print(_line(Proof("bubblewrap is installed", shutil.which("bwrap") is not None)))
    try:
        with Bench(wall, "numpy") as bench:
            proofs = [*_walls(wall, bench), *prove_walls(bench)]
    except (WallUnavailable, BenchError) as error:
        console.print(_line(Proof("An outer wall can be raised", False, str(error))))
        _advise(console)
        raise SystemExit(NOT_GRADED) from error
    for proof in proofs:
        console.print(_line(proof))
    if not all(proof.holds for proof in proofs):
        _advise(console)
        raise SystemExit(1)


def _walls(wall: Wall, bench: Bench) -> Iterator[Proof]:
    yield Proof(f"Outer wall: {wall.name}, around the judge and around the cell", True)
    weaker = "not on this machine: each submission has a cell server of its own, which is slower"
    yield Proof("Inner wall: namespaces of its own for each submission", bench.inner_wall, weaker)


def _line(proof: Proof) -> RenderableType:
    mark, style = ("✓", "green") if proof.holds else ("✗", "red")
    reason = "" if proof.holds else f": {plain(proof.message) or 'it is not'}"
    return marked(mark, style, Text.assemble(proof.title, (reason, "dim")))


def _advise(console: Console) -> None:
    console.print(Text("What may help:"))
    for advice in _ADVICE:
        console.print(marked("-", "", Text(advice)))
