"""Several programs as one: a configuration for supervisord, which restarts what dies, and ends all when it is ended."""

import getpass
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn

_STOP_SECONDS: Final = 20  # then a program is killed, with all its children
_RETRIES: Final = 1_000_000  # each after a pause one second longer; a program that ran for a while starts anew at none


@dataclass(frozen=True)
class Program:
    """One program: its command line, what it finds in its environment besides ours, and whether others lean on it."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    leant_on: bool = False


def supervise(programs: Mapping[str, Program], folder: Path) -> NoReturn:
    """Become supervisord, configured in a folder, and run programs by name until Ctrl-C; their output goes to ours."""
    configuration = folder / "supervisord.conf"
    configuration.write_text(_configuration(programs, folder), encoding="utf-8")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "supervisor.supervisord", "-c", str(configuration)])


def _configuration(programs: Mapping[str, Program], folder: Path) -> str:
    head = {
        "nodaemon": "true",
        "user": getpass.getuser() if os.geteuid() == 0 else None,  # not to be warned that this is root
        "pidfile": _escaped(str(folder / "supervisord.pid")),
        "logfile": os.devnull,
        "logfile_maxbytes": "0",
        "loglevel": "warn",
        "childlogdir": _escaped(str(folder)),
    }
    parts = [_section("supervisord", head)]
    parts += [_section(f"program:{name}", _settings(program)) for name, program in programs.items()]
    # Those of a group are told to stop at the same time; what is leant on comes first, and ends last.
    together = [name for name, program in programs.items() if not program.leant_on]
    parts.append(_section("group:gradeloop", {"programs": ",".join(together), "priority": "2"}))
    return "\n".join(parts)


def _settings(program: Program) -> dict[str, str | None]:
    variables = ",".join(f'{name}="{_escaped(value)}"' for name, value in program.environment.items())
    return {
        "command": _escaped(shlex.join(program.command)),
        "environment": variables or None,
        "priority": "1" if program.leant_on else "2",
        "autorestart": "true",
        "startsecs": "3",
        "startretries": str(_RETRIES),
        "stopsignal": "TERM",
        "stopwaitsecs": str(_STOP_SECONDS),
        "killasgroup": "true",
        "redirect_stderr": "true",
        "stdout_logfile": "/dev/fd/1",
        "stdout_logfile_maxbytes": "0",
    }


def _section(name: str, settings: Mapping[str, str | None]) -> str:
    lines = [f"{key} = {value}" for key, value in settings.items() if value is not None]
    return "\n".join([f"[{name}]", *lines, ""])


def _escaped(text: str) -> str:
    return text.replace("%", "%%")
