"""Benches of two containers each: how they are started, and what each is allowed."""

import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from importlib.resources import files
from typing import IO, Final

from grader import limits, selfcheck
from worker.isolation.base import USERS, IsolatedProcess, IsolationUnavailable, Program
from worker.isolation.docker.engine import ROLE_LABEL, Engine

# What `docker run` ends with when it could not start a container at all.
_REFUSALS: Final = frozenset({125, 126, 127})


@dataclass
class Docker:
    """Starts programs in containers.

    Attributes:
        images: the image of each environment.
        weight: the share of the processors under contention, where 1024 is an ordinary process group's.
        apparmor_profile: "" for the engine's own.
    """

    images: Mapping[str, str]
    _: KW_ONLY
    sandbox_memory_mib: int | None = limits.ISOLATION_MEMORY_MIB
    weight: int = limits.ISOLATION_WEIGHT
    apparmor_profile: str = ""
    engine: Engine = field(default_factory=Engine)
    name: str = "Docker"
    promises: frozenset[str] = frozenset(selfcheck.TITLES)

    def require(self, environment: str) -> None:
        """Raise IsolationUnavailable unless engine, image and `docker` command are there for an environment."""
        if shutil.which("docker") is None:
            raise IsolationUnavailable("`docker` is not installed; install the package `docker.io` or `docker-ce-cli`.")
        self.engine.require_image(self.images[environment])

    def site(self) -> "DockerSite":
        """Return a place for one bench: a volume of its own for the socket."""
        return DockerSite(self)

    def sweep(self) -> list[str]:
        """Remove the containers and volumes of processes that died, and return their names."""
        return self.engine.sweep()


class DockerSite:
    """Where one bench stands: a volume in memory, which both processes see and the sandbox may write to."""

    def __init__(self, isolation: Docker) -> None:
        self._isolation = isolation
        self._engine = isolation.engine
        self.name = f"gradeloop-{secrets.token_hex(6)}"
        self._engine.make_volume(self.name, USERS["sandbox"])

    def start(self, program: Program, log: IO[bytes]) -> IsolatedProcess:
        """Start a program in a container of its own; raise IsolationUnavailable as `Docker.require` does."""
        self._isolation.require(program.environment)
        container = f"{self.name}-{program.role}-{secrets.token_hex(4)}"
        pipe = subprocess.PIPE
        command = self.command(program, container)
        started = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, bufsize=0, start_new_session=True)

        def kill() -> None:
            # First who may be about to have it made: else it could be there after all when it has been removed.
            started.kill()
            started.wait()
            self._engine.end(container)

        return IsolatedProcess(started, kill, _REFUSALS)

    def close(self) -> None:
        """Remove the volume."""
        self._engine.remove_volume(self.name)

    def command(self, program: Program, container: str) -> list[str]:
        """Return the command line that runs a program in a container."""
        variables = limits.environment_variables(program.threads)
        inside = ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in variables.items())]
        return [
            *("docker", "run", "--rm", "--interactive", "--name", container, *self._options(program)),
            *(self._isolation.images[program.environment], *inside, "python3", *program.arguments),
        ]

    def _options(self, program: Program) -> Iterator[str]:
        for label, value in {**self._engine.labels(), ROLE_LABEL: program.role}.items():
            yield from ("--label", f"{label}={value}")
        yield from ("--network", "none", "--ipc", "none", "--hostname", "gradeloop", "--log-driver", "none")
        yield from ("--read-only", "--workdir", "/", "--pull", "never", "--entrypoint", "")
        yield from self._mounts(program)
        yield from self._privileges(program)
        yield from self._limits(program)

    def _mounts(self, program: Program) -> Iterator[str]:
        scratch = f"{limits.SANDBOX_SCRATCH}:size={limits.ISOLATION_SCRATCH_BYTES},mode=1777,nosuid,nodev,noexec"
        yield from ("--tmpfs", scratch)
        mode = "rw" if program.role == "sandbox" else "ro"
        yield from ("--volume", f"{self.name}:{limits.SHARED_DIRECTORY}:{mode},nocopy")

    def _privileges(self, program: Program) -> Iterator[str]:
        user = USERS[program.role]
        yield from ("--user", f"{user}:{user}", "--cap-drop", "ALL")
        yield from ("--security-opt", "no-new-privileges")
        yield from ("--security-opt", f"seccomp={files('worker.isolation.docker') / 'seccomp.json'}")
        if self._isolation.apparmor_profile:
            yield from ("--security-opt", f"apparmor={self._isolation.apparmor_profile}")

    def _limits(self, program: Program) -> Iterator[str]:
        memory = f"{self._isolation.sandbox_memory_mib if program.role == 'sandbox' else limits.ISOLATION_MEMORY_MIB}m"
        processors = min(program.threads + limits.ISOLATION_SPARE_PROCESSORS, self._engine.processors)
        yield from ("--memory", memory, "--memory-swap", memory, "--pids-limit", str(limits.ISOLATION_MAX_PROCESSES))
        yield from ("--cpus", str(processors), "--cpu-shares", str(self._isolation.weight))
        yield from ("--ulimit", f"nofile={limits.ISOLATION_MAX_OPEN_FILES}", "--ulimit", "core=0")
