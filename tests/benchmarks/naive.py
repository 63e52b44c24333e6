"""What Gradeloop is measured against: a fresh sandboxed process per submission, running the same suite with pytest.

The sandbox is the same bubblewrap wall; inside it the student's file is imported by the tests' own process, as graders
mostly do it. There is no boundary, no inner wall, no diagnosis: less is done, and none of it is kept.
"""

import subprocess
from typing import Self

from grader.bundle import Bundle, Submission
from worker.walls import Program
from worker.walls.bubblewrap import BubblewrapSite

__all__ = ["NaiveGrader"]

_CONFTEST = '''
import copy, importlib.util, sys, types
from pathlib import Path
import numpy as np, pytest

HERE = Path(__file__).parent

def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module

SUPPORT = load("support", HERE / "support.py") if (HERE / "support.py").exists() else None

class Student:
    """Calls the student's functions directly, and notes the calls as the real proxy does."""
    def __init__(self, module):
        self.__dict__.update(_module=module, calls=[], support=SUPPORT)
    def __getattr__(self, name):
        thing = getattr(self._module, name)
        if not callable(thing):
            return thing
        def call(*arguments, **keywords):
            value = thing(*arguments, **keywords)
            self.calls.append(types.SimpleNamespace(name=name, arguments=arguments, keywords=keywords, value=value,
                arguments_after=arguments, keywords_after=keywords, arguments_changed=False,
                random_state_changed=frozenset()))
            return value
        return call

@pytest.fixture(scope="session")
def module():
    return load("student_module", HERE / "submission" / "MAIN")

@pytest.fixture
def student(module):
    return Student(module)

@pytest.fixture(scope="session")
def reference():
    return load("reference_module", HERE / "reference.py")

@pytest.fixture
def support():
    return SUPPORT

@pytest.fixture
def rng():
    return np.random.default_rng()

def pytest_configure(config):
    for name in ("points", "visibility", "hint"):
        config.addinivalue_line("markers", name + "(x)")
'''


class NaiveGrader:
    """Starts `bwrap … python -m pytest` for each submission; use it as a context manager."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._site = BubblewrapSite()
        self.folder = self._site.shared

    def __enter__(self) -> Self:
        for name, data in self._bundle.files.items():
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        (self.folder / "conftest.py").write_text(_CONFTEST.replace("MAIN", self._bundle.manifest.files[0]))
        (self.folder / "submission").mkdir()
        return self

    def __exit__(self, *_: object) -> None:
        self._site.close()

    def grade(self, submission: Submission) -> bool:
        """Grade one submission; True where every test passed."""
        for name, data in submission.files.items():
            (self.folder / "submission" / name).write_bytes(data)
        program = Program("judge", self._bundle.manifest.environment, 1)
        command = self._site.command(
            program, ["-I", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "/run/gradeloop"]
        )
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stdout.decode() + done.stderr.decode())
        return done.returncode == 0
