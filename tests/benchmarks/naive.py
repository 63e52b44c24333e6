"""What Gradeloop is measured against: a fresh sandbox per submission, running the same suite with pytest.

The sandbox is the same outer isolation; inside it the student's file is imported by the tests' own process, as graders
mostly do it. There is no boundary, no namespaces, no diagnosis: less is done, and none of it is kept.
"""

import subprocess
import tempfile
from pathlib import Path
from typing import Final, Self

from grader import limits
from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from worker.isolation.base import Program
from worker.isolation.bubblewrap import Bubblewrap, BubblewrapSite
from worker.isolation.docker.containers import Docker, DockerSite

__all__ = ["NaiveBubblewrap", "NaiveDocker", "NaiveGrader", "naive_grader"]

_PYTEST: Final = ["-I", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", limits.SHARED_DIRECTORY]
_PEAK: Final = "peak memory in bytes:"
_PROCESSORS: Final = "processor time in nanoseconds:"
# As `python -m pytest`, and after it what the control group of the container tells.
_WITH_USAGE: Final = f"""
import sys, pathlib, pytest
status = pytest.main(sys.argv[1:])
groups = pathlib.Path("/sys/fs/cgroup")
for name in ("memory/memory.max_usage_in_bytes", "memory.peak"):
    if (groups / name).exists():
        print("{_PEAK}", (groups / name).read_text().strip())
if (groups / "cpuacct/cpuacct.usage").exists():
    print("{_PROCESSORS}", (groups / "cpuacct/cpuacct.usage").read_text().strip())
elif (groups / "cpu.stat").exists():
    print("{_PROCESSORS}", int((groups / "cpu.stat").read_text().split()[1]) * 1000)
sys.exit(status)
"""

_CONFTEST = '''
import copy, importlib.util, sys, types
from pathlib import Path
import numpy as np, pytest
from grader.results.drawing import Drawing

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

@pytest.fixture
def picture():
    return Drawing()

def pytest_configure(config):
    for name in ("points", "visibility", "hint"):
        config.addinivalue_line("markers", name + "(x)")
'''


class NaiveGrader:
    """Starts a fresh sandbox for each submission; use it as a context manager.

    Attributes:
        peak_mib: the most memory that a submission has taken, where the sandbox tells.
        processor_ms: the processor time that each submission has taken, where the sandbox tells.
    """

    def __init__(self, bundle: Bundle, folder: Path) -> None:
        self.bundle = bundle
        self.folder = folder
        self.peak_mib = 0.0
        self.processor_ms: list[float] = []

    def __enter__(self) -> Self:
        for name, data in self.bundle.files.items():
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        (self.folder / "conftest.py").write_text(_CONFTEST.replace("MAIN", self.bundle.manifest.files[0]))
        (self.folder / "submission").mkdir()
        self.folder.chmod(0o755)
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave nothing behind."""
        raise NotImplementedError

    def command(self) -> list[str]:
        """Return the command line that grades what is submitted."""
        raise NotImplementedError

    def grade(self, submission: SubmittedFiles) -> bool:
        """Grade one submission; True where every test passed."""
        for name, data in submission.files.items():
            (self.folder / "submission" / name).write_bytes(data)
        done = subprocess.run(self.command(), capture_output=True, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stdout.decode() + done.stderr.decode())
        for line in done.stdout.decode().splitlines():
            if line.startswith(_PEAK):
                self.peak_mib = max(self.peak_mib, int(line.removeprefix(_PEAK)) / 1024**2)
            if line.startswith(_PROCESSORS):
                self.processor_ms.append(int(line.removeprefix(_PROCESSORS)) / 1e6)
        return done.returncode == 0

    @property
    def program(self) -> Program:
        """What the sandbox is raised for."""
        return Program("judge", self.bundle.manifest.environment, 1)


class NaiveBubblewrap(NaiveGrader):
    """`bwrap … python -m pytest` for each submission."""

    def __init__(self, bundle: Bundle) -> None:
        self._site = BubblewrapSite()
        super().__init__(bundle, self._site.shared)

    def close(self) -> None:
        """Leave nothing behind."""
        self._site.close()

    def command(self) -> list[str]:
        """Return the command line that grades what is submitted."""
        return self._site.command(self.program, _PYTEST)


class NaiveDocker(NaiveGrader):
    """`docker run … python -m pytest` for each submission."""

    def __init__(self, bundle: Bundle, isolation: Docker) -> None:
        self._site = _PlainSite(isolation)
        self._folder = tempfile.TemporaryDirectory(prefix="naive-")
        self._runs = 0
        super().__init__(bundle, Path(self._folder.name))

    def close(self) -> None:
        """Leave nothing behind."""
        self._folder.cleanup()
        self._site.close()

    def command(self) -> list[str]:
        """Return the command line that grades what is submitted."""
        self._runs += 1
        return self._site.naive_command(self.program, self.folder, f"{self._site.name}-naive-{self._runs}")


class _PlainSite(DockerSite):
    """A place that runs pytest on a folder of the host's."""

    def naive_command(self, program: Program, folder: Path, container: str) -> list[str]:
        command = self.command(program, container)
        command[command.index("--volume") + 1] = f"{folder}:{limits.SHARED_DIRECTORY}:ro"
        return [*command[: command.index("-m")], "-c", _WITH_USAGE, *_PYTEST[_PYTEST.index("-q") :]]


def naive_grader(bundle: Bundle, isolation: Bubblewrap | Docker) -> NaiveGrader:
    """Return the naive grader behind the same outer isolation."""
    return NaiveDocker(bundle, isolation) if isinstance(isolation, Docker) else NaiveBubblewrap(bundle)
