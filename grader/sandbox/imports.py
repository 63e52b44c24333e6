"""What a submission's own code can import: Python's standard library, its environment's libraries, and its own files.

The same holds under either isolation, whatever else is installed. It tells a student early what will not be there; it
keeps nothing from code that means to get around it, and nothing that must be kept from it is there.
"""

import builtins
import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from grader.environments import Environment


class OwnImports:
    """Finds a submission's own modules, and gives them an `import` that refuses what the environment does not offer.

    Args:
        home: the submission's folder.
        environment: the assignment's.
    """

    def __init__(self, home: Path, environment: Environment) -> None:
        self._home = home
        self._environment = environment
        self._import = builtins.__import__
        self._import_module = importlib.import_module
        self._builtins = {**vars(builtins), "__import__": self._guarded_import}

    def install(self) -> None:
        """Let this process find the submission's modules; last, so that they stand in the way of nothing installed."""
        sys.meta_path.append(self)
        importlib.import_module = self._guarded_import_module

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how to load one of the submission's modules; None for every other name."""
        file = self._home / f"{name}.py"
        if path is not None or not file.is_file():
            return None
        return spec_from_file_location(name, file, loader=self.loader(name, file))

    def loader(self, name: str, file: Path) -> SourceFileLoader:
        """Return what loads a file of the submission as a module."""
        return _Loader(name, str(file), self._builtins)

    def _guarded_import(self, name: str, *arguments: Any, **keywords: Any) -> ModuleType:
        level = keywords.get("level", arguments[3] if len(arguments) > 3 else 0)
        if level == 0:
            self._refuse_others(name)
        return self._import(name, *arguments, **keywords)

    def _guarded_import_module(self, name: str, package: str | None = None) -> ModuleType:
        if sys._getframe(1).f_builtins is self._builtins and not name.startswith("."):
            self._refuse_others(name)
        return self._import_module(name, package)

    def _refuse_others(self, name: str) -> None:
        module = name.partition(".")[0]
        own = (self._home / f"{module}.py", self._home / module / f"{module}.py")  # the second for support.py
        if not self._environment.offers(module) and not any(map(Path.is_file, own)):
            raise ModuleNotFoundError(f"No module named {module!r}", name=module)


class _Loader(SourceFileLoader):
    """Loads a module whose code sees other builtins than the process does."""

    def __init__(self, name: str, path: str, own_builtins: dict[str, Any]) -> None:
        super().__init__(name, path)
        self._builtins = own_builtins

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's code."""
        vars(module)["__builtins__"] = self._builtins
        super().exec_module(module)
