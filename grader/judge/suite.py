"""A suite, collected once by pytest, with a fork of it for every run."""

import sys
import traceback
import zlib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Literal

import numpy as np
import pytest

from grader.bundle.bundle import Bundle
from grader.bundle.suite import HIDDEN_TESTS, PUBLIC_TESTS
from grader.feedback.failures import Failure
from grader.judge.cases import Case, cases_of, fixture_problems
from grader.judge.standin import StandIn
from grader.judge.student import Student
from grader.results.drawing import Drawing
from grader.results.plots import Plot
from grader.sandbox.modules import load_module

# What pytest brings for people at a terminal; each of them costs time with every test.
_UNUSED: Final = """
    cacheprovider doctest faulthandler junitxml legacypath logging pastebin setuponly setupplan skipping stepwise
    subtests terminal threadexception unittest unraisableexception warnings
""".split()  # noqa: SIM905 - a list of words reads better as words
_OPTIONS: Final = (
    "--assert=plain",  # a rewritten assert would print the values it compares
    "--capture=no",
    "--noconftest",
    "--import-mode=importlib",
    "--strict-markers",
    "--config-file=/dev/null",
    *(f"-pno:{name}" for name in _UNUSED),
)
_MARKERS: Final = (
    "points(n): what the test gives",
    "visibility(word): when students see it",
    "hint(text): a nudge",
)


class SuiteError(Exception):
    """The author's own files do not work; each problem is one sentence for the author."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Suite:
    """The pytest plugin that holds a bundle's suite in a fresh folder, and runs single tests of it with a student.

    Attributes:
        cases: the collected tests, public ones first: a student's process has seen no hidden input before them.
        wrong: the known-wrong answers, ready to take a student's place.
        reference: the reference, ready likewise.

    Raises:
        SuiteError: the bundle's own code does not work.
    """

    def __init__(self, bundle: Bundle, home: Path, when_collected: Callable[["Suite"], None]) -> None:
        self.bundle = bundle
        self.cases: list[Case] = []
        self._home = home
        self._when_collected = when_collected
        self._problems: list[str] = []
        self._student: Student | None = None
        self._seed = 0
        self._caught: BaseException | None = None
        self._drawing = Drawing()
        self._write()
        self._support = None if bundle.support is None else self._load_own("support", home, "support.py")
        self._reference = self._load_reference()
        self.reference = self._stand_in("reference", bundle.reference)
        self.wrong = {name: self._stand_in(f"wrong/{name}", sample.files) for name, sample in bundle.wrong.items()}

    def collect_and_serve(self) -> None:
        """Let pytest collect the suite, then call `when_collected` inside its run loop.

        Raises:
            SuiteError: the suite cannot be collected.
        """
        files = [str(self._home / name) for name in (PUBLIC_TESTS, HIDDEN_TESTS)]
        pytest.main([*_OPTIONS, f"--rootdir={self._home}", *files], plugins=[self])
        if self._problems:
            raise SuiteError(*self._problems)

    @property
    def functions(self) -> Collection[str]:
        """The names of the functions and classes that the reference offers."""
        return self.reference.load().callables

    @property
    def module(self) -> ModuleType:
        """The reference, as the suite itself calls it."""
        return self._reference

    def seed_of(self, case: Case, seed: int) -> int:
        """Return the seed of one test of a run."""
        return seed ^ zlib.crc32(case.item.nodeid.encode())

    def execute(self, case: Case, student: Student, seed: int) -> BaseException | None:
        """Run one test with a student, and return what it raised; `plots` then has what it drew.

        Where a test asks for nothing but our own fixtures, pytest is not asked to set it up: that takes longer than
        most tests.
        """
        self._drawing = Drawing()
        self._student, self._seed = student, self.seed_of(case, seed)
        return self._call(case) if case.plain else self._run_protocol(case)

    @property
    def plots(self) -> tuple[Plot, ...]:
        """What the last test to be executed drew."""
        return self._drawing.plots

    def _call(self, case: Case) -> BaseException | None:
        item: Any = case.item
        own = {
            "student": self._student,
            "reference": self._reference,
            "support": self._support,
            "rng": np.random.default_rng(self._seed),
            "picture": self._drawing,
        }
        item.funcargs = own | getattr(getattr(item, "callspec", None), "params", {})
        try:
            item.runtest()
        except BaseException as error:
            return error
        return None

    def _run_protocol(self, case: Case) -> BaseException | None:
        self._caught = None
        case.item.config.hook.pytest_runtest_protocol(item=case.item, nextitem=None)
        return self._caught

    def blames_suite(self, error: BaseException) -> bool:
        """Tell whether an exception was raised by a line of the suite itself, rather than in something it called."""
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        return trace is not None and trace.tb_frame.f_code.co_filename.startswith(str(self._home))

    @pytest.fixture(name="student")
    def student_fixture(self) -> Student:
        assert self._student is not None
        return self._student

    @pytest.fixture(name="reference", scope="session")
    def reference_fixture(self) -> ModuleType:
        return self._reference

    @pytest.fixture(name="support", scope="session")
    def support_fixture(self) -> ModuleType | None:
        """The support module itself, as the reference uses it."""
        return self._support

    @pytest.fixture(name="rng")
    def rng_fixture(self) -> np.random.Generator:
        """A generator seeded by the run's secret and the test's name."""
        return np.random.default_rng(self._seed)

    @pytest.fixture(name="picture")
    def picture_fixture(self) -> Drawing:
        return self._drawing

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the marks known: any other is an author's slip."""
        for marker in _MARKERS:
            config.addinivalue_line("markers", marker)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what keeps a file from being collected."""
        if report.failed:
            self._problems.append(f"{Path(report.nodeid).name}: {_last_line(report.longreprtext)}")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read the marks, put public tests first, and note what nobody can give a test."""
        self.cases = cases_of(items, self.bundle.tests)
        self._problems += dict.fromkeys(fixture_problems(items))

    def pytest_runtestloop(self) -> bool:
        """Serve runs instead of running the tests."""
        if not self._problems:
            self._when_collected(self)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Keep the first thing a test raised; pytest's own report would render a traceback nobody reads."""
        if call.excinfo is not None and self._caught is None:
            self._caught = call.excinfo.value
        outcome: Literal["passed", "failed"] = "passed" if call.excinfo is None else "failed"
        when = "call" if call.when == "collect" else call.when
        return pytest.TestReport(item.nodeid, item.location, {}, outcome, None, when)

    def _write(self) -> None:
        for name, data in self.bundle.files.items():
            path = self._home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def _load_reference(self) -> ModuleType:
        folder = self._home / "as_module"
        folder.mkdir()
        for file, data in self.bundle.reference.items():
            (folder / file).write_bytes(data)
        main, *others = (name.removesuffix(".py") for name in self.bundle.manifest.files)
        sys.path.append(str(folder))
        return self._load_own(main, folder, "reference.py" if not others else f"reference/{main}.py")

    def _load_own(self, name: str, folder: Path, told: str) -> ModuleType:
        try:
            return load_module(name, folder / f"{name}.py")
        except BaseException as error:
            raise SuiteError(f"{told}: {_what_happened(error, folder)}") from error

    def _stand_in(self, name: str, files: Mapping[str, bytes]) -> StandIn:
        try:
            return StandIn(self._home / "stand_ins" / name, self.bundle, files)
        except Failure as failure:
            told = f"{name}.py" if len(files) == 1 else f"{name}/"
            raise SuiteError(f"{told}: cannot be loaded. {failure.message} {failure.detail}".strip()) from failure


def _last_line(text: str) -> str:
    lines = [line.removeprefix("E").strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("E").strip() for line in text.splitlines() if line.startswith("E ")]
    return (errors or lines or ["it cannot be collected"])[-1]


def _what_happened(error: BaseException, home: Path) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(home))]
    where = f" in line {frames[-1].lineno}" if frames else ""
    return f"raised {type(error).__name__}{where}: {error}"
