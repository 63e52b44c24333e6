"""The settings of the workers and the scheduler: read from the environment, checked, and documented in operating.md.

Those of the portal are in `web.settings`.
"""

import os
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from grader import limits

Queue = Literal["interactive", "background"]
Environment = Literal["numpy", "torch"]
QUEUES: Final[tuple[Queue, ...]] = ("interactive", "background")
ENVIRONMENTS: Final[tuple[Environment, ...]] = ("numpy", "torch")

_PREFIX = "GRADELOOP_"
_Count = Annotated[int, Field(ge=0, le=256)]
Port = Annotated[int, Field(ge=0, le=65_535)]
_Seconds = Annotated[float, Field(gt=0, le=3600, allow_inf_nan=False)]


class SettingsError(ValueError):
    """A setting is wrong; the text names it and its value."""


def _cores() -> int:
    return len(os.sched_getaffinity(0))


class ServiceSettings(BaseSettings):
    """What every process of the service is told: each from the variable of its name in capitals after `GRADELOOP_`.

    Attributes:
        database_url: where the records are: `sqlite:///PATH` or `postgresql+psycopg://USER:PASSWORD@HOST/NAME`.
        broker_url: the Redis or Valkey of the queue: `redis://HOST:PORT/N` or `unix://PATH`.
        data_dir: where the embedded service keeps its database and its broker's socket.
        slots_interactive, slots_background: how many gradings one worker of the queue does at a time; 0 where it has
            no worker.
        log_format: "text" for people, "json" for machines.
        log_level: the least severe lines that are logged.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="ignore")

    database_url: str = "sqlite:///gradeloop.db"
    broker_url: str = "redis://127.0.0.1:6379/0"
    data_dir: Path = Path("var")
    slots_interactive: _Count = Field(default_factory=_cores)
    slots_background: _Count = 1
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def slots(self, queue: Queue) -> int:
        """Return how many gradings one worker of a queue does at a time."""
        return self.slots_interactive if queue == "interactive" else self.slots_background


class Settings(ServiceSettings):
    """The settings of workers and of the scheduler.

    Attributes:
        isolation: the outer isolation: "docker", "bubblewrap", or "auto": Docker where an engine and the images are
            there.
        image_numpy, image_torch: the images of the benches.
        sandbox_memory_mib: the memory limit of one sandbox's container, in MiB; an assignment that asks for more is
            refused.
        apparmor_profile: the AppArmor profile of bench containers; "" for the engine's own.
        benches_numpy, benches_torch: how many benches each slot keeps warm; a second one hides replacements.
        runs_per_bench: gradings after which a bench is replaced by a fresh one.
        lease_seconds: how long a claim lasts unless it is renewed.
        max_tries: how often a run is begun before it ends as not graded.
        sweep_seconds: how often the scheduler looks for runs that were lost.
        metrics_port: where a worker or scheduler shows its metrics; 0 for nowhere.
    """

    isolation: Literal["auto", "docker", "bubblewrap"] = "auto"
    image_numpy: str = "gradeloop-bench-numpy"
    image_torch: str = "gradeloop-bench-torch"
    sandbox_memory_mib: Annotated[int, Field(ge=256, le=65_536)] = limits.ISOLATION_MEMORY_MIB
    apparmor_profile: str = ""
    benches_numpy: _Count = 2
    benches_torch: _Count = 1
    runs_per_bench: Annotated[int, Field(ge=1)] = 1000
    lease_seconds: _Seconds = 15.0
    max_tries: Annotated[int, Field(ge=1, le=100)] = 3
    sweep_seconds: _Seconds = 5.0
    metrics_port: Port = 0

    def weight(self, queue: Queue) -> int:
        """Return a queue's share of the processors under contention: students who wait go first."""
        return limits.ISOLATION_WEIGHT if queue == "interactive" else limits.ISOLATION_WEIGHT_OF_BACKGROUND

    def image(self, environment: Environment) -> str:
        """Return the image of an environment's benches."""
        return self.image_numpy if environment == "numpy" else self.image_torch

    def benches(self, environment: Environment) -> int:
        """Return how many benches of an environment each slot keeps warm."""
        return self.benches_numpy if environment == "numpy" else self.benches_torch


_AnySettings = TypeVar("_AnySettings", bound=ServiceSettings)


def read_settings() -> Settings:
    """Return the settings of workers and of the scheduler, as `read_as` does."""
    return read_as(Settings)


def read_as(kind: type[_AnySettings]) -> _AnySettings:
    """Return settings from this process's environment; raise SettingsError if one is wrong."""
    try:
        return kind()
    except ValidationError as error:
        problems = [
            f"{_PREFIX}{str(problem['loc'][0]).upper()}={problem['input']!r}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise SettingsError("; ".join(problems)) from error
