"""The images of the benches, in a real engine: what is in them, what is not, and for whom they work."""

import json
import subprocess
from collections.abc import Mapping, Sequence

import pytest

from tests.services.engine import build_images

ABSENT = [
    "assignments",
    "celery",
    "cli",
    "docker",
    "flask",
    "records",
    "pip",
    "sqlalchemy",
    "tests",
    "web",
    "worker",
]
FIND = f"import importlib.util as u, json; print(json.dumps([n for n in {ABSENT!r} if u.find_spec(n)]))"
UNCOMPILED = """
import pathlib, grader
root = pathlib.Path(grader.__file__).parent
print([str(p) for p in root.rglob('*.py') if not list((p.parent / '__pycache__').glob(p.stem + '.*.pyc'))])
"""


def inside(image: str, *command: str, options: Sequence[str] = ("--user=12345:12345",)) -> str:
    """Return what a command prints in a container that has no network, may write nothing, and is nobody's."""
    run = ["docker", "run", "--rm", "--network=none", "--read-only", "--cap-drop=ALL", *options]
    done = subprocess.run([*run, image, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def found(image: str, *tests: str) -> list[str]:
    """Return the files of an image that pass tests of `find`, which may look everywhere."""
    reader = ("--user=0:0", "--cap-add=DAC_READ_SEARCH")
    return inside(image, "find", "/", "-xdev", "-type", "f", *tests, options=reader).splitlines()


@pytest.fixture(params=["numpy", "torch"])
def image(request: pytest.FixtureRequest, docker_images: Mapping[str, str]) -> str:
    return docker_images[request.param]


@pytest.mark.parametrize("process", ["judge", "sandbox"])
def test_a_process_is_found_by_whoever_runs_it(image: str, process: str) -> None:
    for python in ("python", "/usr/bin/python3"):
        assert "--environment" in inside(image, python, "-I", "-B", "-m", f"grader.{process}", "--help")


def test_nothing_of_ours_but_the_grading_code_is_in_it(image: str) -> None:
    assert json.loads(inside(image, "python3", "-I", "-B", "-c", FIND)) == []
    assert found(image, "(", "-name", "test_hidden.py", "-o", "-name", "assignment.toml", ")") == []


def test_the_grading_code_is_compiled(image: str) -> None:
    assert inside(image, "python3", "-I", "-B", "-c", UNCOMPILED).strip() == "[]"


def test_no_program_in_it_gives_privileges(image: str) -> None:
    assert found(image, "-perm", "/6000") == []


def test_building_again_builds_nothing(docker_images: Mapping[str, str]) -> None:
    def identities() -> str:
        command = ["docker", "image", "inspect", "--format={{.Id}}", *docker_images.values()]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    before = identities()
    build_images(*docker_images)
    assert identities() == before
