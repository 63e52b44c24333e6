"""The code beside a student's module: loads it, and answers the judge's requests about it."""

import random
import resource
import shutil
import socket
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Final

import numpy as np

from grader import environments, limits
from grader.sandbox.effects import Printed, Watch
from grader.sandbox.imports import OwnImports
from grader.sandbox.modules import OwnModules, load_module
from grader.wire.link import Link, LocalLink, SocketLink
from grader.wire.operations import OPERATIONS
from grader.wire.peer import Peer, Reply, Request, described

_HOME: Final = Path(limits.SANDBOX_SCRATCH) / "submission"
_MESSAGE_CHARACTERS: Final = 500
_MAX_FRAMES: Final = 12


def serve(channel: socket.socket, environment: str, limit: Callable[[int], None]) -> None:
    """Answer the judge until it hangs up; `limit(memory_mib)` holds before any student code runs."""
    rehearse()
    link = SocketLink(channel)
    imports = OwnImports(_HOME, environments.ENVIRONMENTS[environment])
    imports.install()
    runtime = Runtime(link, _HOME, limit, imports=imports)

    def answer(frame: bytes) -> bytes:
        reply = runtime.peer.answer(frame)
        _flush()
        return reply

    link.serve(answer)


def rehearse() -> None:
    """Load a module and call it, for no one to see, and leave no trace.

    A fresh fork shares its memory with the server, and each page that is touched is copied first. What every submission
    touches is copied here, before there is one, and not while a student waits.
    """
    home = Path(limits.SANDBOX_SCRATCH) / "rehearsal"
    link = LocalLink()
    runtime = Runtime(LocalLink(), home, lambda _: None, OwnModules(home, ["rehearsal"]).present)
    outside = Peer(link, lambda _: Reply())
    link.other = runtime.peer.answer
    files = {"rehearsal.py": b"import numpy as np\n\n\ndef double(x):\n    return np.add(x, x)\n"}
    module = outside.request(Request("load", arguments=(files, "rehearsal", None, 0, 0)))["module"]
    module.double(np.ones((3, 2)))
    environments.rehearse()
    shutil.rmtree(home)


class Runtime:
    """A loaded submission: its modules, and what each call to them did.

    Args:
        link: the line to the judge.
        home: the folder that the submission's files are written to.
        limit: sets the limits of the submission on this process.
        presence: keeps the submission's modules in place while it runs, where the process is not its own.
        imports: what they may import, where that is limited.
    """

    def __init__(
        self,
        link: Link,
        home: Path,
        limit: Callable[[int], None],
        presence: Callable[[], AbstractContextManager[None]] = nullcontext,
        imports: OwnImports | None = None,
    ) -> None:
        self._home = home
        self._imports = imports
        self._presence = presence
        self._limit = limit
        self._room = _Room()
        self.peer = Peer(link, self.handle)
        self._watch = Watch(self.peer.encode)

    def handle(self, request: Request) -> Reply:
        """Answer one request; whatever student code raises becomes part of the answer."""
        try:
            with self._room, self._presence():
                return self._operations[request.operation](self, request)
        except BaseException as error:
            return Reply(raised=self._describe(error))

    def _load(self, request: Request) -> Reply:
        files, module, support, seed, memory_mib = request.arguments
        self._limit(memory_mib)
        self._room = _Room()
        self._write(self._home, files)
        self.reseed(seed)
        loaded: dict[str, Any] = {"support": None}
        if support is not None:
            self._write(self._home / "support", {"support.py": support})
            loaded["support"] = load_module("support", self._home / "support" / "support.py")
        file = self._home / f"{module}.py"
        loaded["module"] = load_module(module, file, self._imports.loader(module, file) if self._imports else None)
        loaded["names"] = {str(name): callable(thing) for name, thing in vars(loaded["module"]).items()}
        self._watch.random_state()
        return Reply(loaded)

    def reseed(self, seed: int) -> None:
        """Set the global random generators anew, so that what a test sees does not hang on the tests before."""
        random.seed(seed)
        np.random.seed(seed % 2**32)
        torch = sys.modules.get("torch")
        if torch is not None:
            # torch.manual_seed would note a whole stack down for each kind of device that is not here: that takes long.
            torch.default_generator.manual_seed(seed)
        self._watch.random_state()

    def _reseed(self, request: Request) -> Reply:
        self.reseed(*request.arguments)
        return Reply()

    def _call(self, request: Request) -> Reply:
        function: Any = request.target_object
        if request.name in OPERATIONS:
            return Reply(OPERATIONS[request.name](function, *request.arguments))
        if request.name:
            function = getattr(function, request.name)
        before = self._watch.arguments(request.arguments, request.keywords)
        with Printed() as printed:
            value = function(*request.arguments, **request.keywords)
        return Reply(value, self._watch.effects(before, request.arguments, request.keywords, printed.text))

    def _get(self, request: Request) -> Reply:
        return Reply(getattr(request.target_object, request.name))

    def _next(self, request: Request) -> Reply:
        iterator: Any = request.target_object
        try:
            return Reply((next(iterator),))
        except StopIteration:
            return Reply(())

    _operations: Final[dict[str, Callable[["Runtime", Request], Reply]]] = {
        "load": _load,
        "call": _call,
        "get": _get,
        "next": _next,
        "reseed": _reseed,
    }

    def _write(self, folder: Path, files: dict[str, bytes]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)

    def _describe(self, error: BaseException) -> dict[str, Any]:
        try:
            return self._described(error)
        except BaseException:  # what was raised answers its own description with an exception
            return described("Exception", "")

    def _described(self, error: BaseException) -> dict[str, Any]:
        kind = type(error)
        described: dict[str, Any] = {
            "type": kind.__name__,
            "bases": [base.__name__ for base in kind.__mro__[1:] if base.__module__ == "builtins"],
            "message": _message(error),
            "frames": self._frames(error),
        }
        if isinstance(error, SyntaxError) and isinstance(error.lineno, int):
            described["frames"] = [(Path(str(error.filename)).name, error.lineno, "")]
            described["message"] = str(error.msg)[:_MESSAGE_CHARACTERS]
        return described

    def _frames(self, error: BaseException) -> list[tuple[str, int, str]]:
        home = f"{self._home}/"
        frames = []
        trace = error.__traceback__
        while trace is not None:
            code = trace.tb_frame.f_code
            if code.co_filename.startswith(home):
                frames.append((code.co_filename.removeprefix(home), trace.tb_lineno, code.co_name))
            trace = trace.tb_next
        return frames[-_MAX_FRAMES:]


class _Room:
    """Keeps, while student code runs, the memory back that it takes to say that memory ran out."""

    def __init__(self) -> None:
        self._soft, self._hard = resource.getrlimit(resource.RLIMIT_AS)
        self.__exit__()

    def __enter__(self) -> None:
        if self._soft != self._hard:
            resource.setrlimit(resource.RLIMIT_AS, (self._soft, self._hard))

    def __exit__(self, *_: object) -> None:
        if self._soft != self._hard:
            resource.setrlimit(resource.RLIMIT_AS, (self._hard, self._hard))


def _message(error: BaseException) -> str:
    try:
        return str.__getitem__(str(error), slice(_MESSAGE_CHARACTERS))
    except BaseException:
        return ""


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            continue
