"""What a submission's own code can import, in a process of its own as in a sandbox."""

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import sys
from pathlib import Path
from grader.environments import ENVIRONMENTS
from grader.sandbox.imports import OwnImports
from grader.sandbox.modules import load_module
home = Path(sys.argv[1])
imports = OwnImports(home, ENVIRONMENTS["numpy"])
imports.install()
import pydantic, msgpack
try:
    print(load_module("answer", home / "answer.py", imports.loader("answer", home / "answer.py")).found)
except ModuleNotFoundError as error:
    print("no", error.name)
"""


def found(home: Path, source: str, **others: str) -> str:
    """What a submission finds, or the name of the module that it is refused."""
    for name, text in {"answer": source, **others}.items():
        (home / f"{name}.py").write_text(text)
    command = [sys.executable, "-c", PROGRAM, str(home)]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def test_the_standard_library_the_environments_libraries_and_its_own_files_are_there(tmp_path: Path) -> None:
    source = "import json, numpy.linalg\nfrom other import x\nimport importlib\n"
    own = "found = [x, importlib.import_module('math').floor(2.5), json.loads('3')]"
    assert found(tmp_path, source + own, other="import numpy as np\nx = int(np.ones(1)[0])") == "[1, 2, 3]"


@pytest.mark.parametrize(
    "source",
    [
        "import pydantic",
        "from pydantic import BaseModel",
        "import pydantic.fields as fields",
        "def f():\n    import pydantic\nf()",
        "__import__('pydantic')",
        "exec('import pydantic')",
        "import importlib\nimportlib.import_module('pydantic')",
        "import importlib\nimportlib.import_module('pydantic.fields')",
        "from other import x",
    ],
)
def test_what_is_installed_but_not_offered_is_not_there(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, f"{source}\nfound = 'it'", other="import pydantic\nx = 1") == "no pydantic"


def test_nor_what_the_grader_itself_has_loaded(tmp_path: Path) -> None:
    assert found(tmp_path, "import msgpack") == "no msgpack"
    assert found(tmp_path, "import grader.judge") == "no grader"


def test_what_a_library_imports_for_itself_is_no_matter_of_the_submission(tmp_path: Path) -> None:
    assert found(tmp_path, "import numpy.testing\nfound = 'it'") == "it"
