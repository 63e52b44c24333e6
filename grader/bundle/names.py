"""File names that student code may not have, each with its reason."""

import re
import sys
import unicodedata
from collections.abc import Mapping
from typing import Final

PYTHON_FILE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\.py", re.ASCII)

OF_THE_TESTS: Final = "would configure the tests"
CONFIGURATION: Final[Mapping[str, str]] = {
    "conftest.py": OF_THE_TESTS,
    "pytest.ini": OF_THE_TESTS,
    "pytest.toml": OF_THE_TESTS,
    "tox.ini": OF_THE_TESTS,
    "setup.cfg": OF_THE_TESTS,
    "pyproject.toml": OF_THE_TESTS,
    "setup.py": "would be taken for an installer",
    "sitecustomize.py": "would be run by Python before anything else",
    "usercustomize.py": "would be run by Python before anything else",
    "__init__.py": "would turn the folder into a package",
    "__main__.py": "would turn the folder into a program",
    "reference.py": "is the name of the teacher's solution",
    "support.py": "is the name of the teacher's helper code",
}
LIBRARIES: Final = frozenset(
    {"_pytest", "iniconfig", "msgpack", "numpy", "packaging", "pluggy", "pydantic", "pyseccomp", "pytest"}
    | {"seccomp", "setuptools", "torch"}
)
OF_THE_GRADER: Final = frozenset({"assignments", "cli", "grader", "web", "worker"})
STANDARD_LIBRARY: Final = frozenset(name.casefold() for name in sys.stdlib_module_names) | {"test"}
DEVICE: Final = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


def folded(name: str) -> str:
    """Return the name as the most forgiving file system or importer would read it."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def reserved_reason(name: str) -> str | None:
    """Say, as the end of a sentence that begins with the name, why student code may not be called so."""
    plain = folded(name)
    if plain in CONFIGURATION:
        return CONFIGURATION[plain]
    if plain.endswith(".pth"):
        return "would be run by Python before anything else"
    module, _, ending = plain.partition(".")
    return _module_reason(module) if ending in ("", "py") else None


def _module_reason(module: str) -> str | None:
    if module in LIBRARIES:
        return "would take the place of the library of that name"
    if module in STANDARD_LIBRARY:
        return "would take the place of the Python module of that name"
    if module in OF_THE_GRADER:
        return "would take the place of a part of the grader"
    if module.startswith("__"):
        return "begins with two underscores, which Python keeps for itself"
    if module.startswith("test_") or module.endswith("_test"):
        return "would be taken for a test"
    return "is a name that Windows keeps for a device" if DEVICE.fullmatch(module) else None
