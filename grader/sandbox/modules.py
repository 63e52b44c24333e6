"""An answer's own modules: loaded from its folder, and kept apart from another answer's in the same process."""

import importlib.util
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.abc import Loader
from pathlib import Path
from types import ModuleType


class OwnModules:
    """The modules that an answer brings, from its folder; while present, they have their names to themselves."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self._folder = str(folder)
        self._names = tuple(names)
        self._loaded: dict[str, ModuleType] = {}

    @contextmanager
    def present(self) -> Iterator[None]:
        """Make the modules present for a while, in place of others of the same names, and put those back."""
        others = {name: sys.modules.pop(name) for name in self._names if name in sys.modules}
        sys.modules.update(self._loaded)
        sys.path.insert(0, self._folder)
        try:
            yield
        finally:
            sys.path.remove(self._folder)
            self._loaded = {name: sys.modules.pop(name) for name in self._names if name in sys.modules}
            sys.modules.update(others)


def load_module(name: str, path: Path, loader: Loader | None = None) -> ModuleType:
    """Import one file as a module of a name, whatever else of that name there is."""
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
