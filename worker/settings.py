"""The settings of the workers and the scheduler: read from the environment, checked, and documented in operating.md.

Those of the portal are in `web.settings`.
"""

import os
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from grader import limits
from grader.environments import EnvironmentName

Queue = Literal["interactive", "background"]
QUEUES: Final[tuple[Queue, ...]] = ("interactive", "background")

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

    docs/operating.md says what each means.
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
    """The settings of workers and of the scheduler."""

    isolation: Literal["auto", "docker", "bubblewrap"] = "auto"
    image_numpy: str = "gradeloop-bench-numpy"
    image_torch: str = "gradeloop-bench-torch"
    image_data: str = "gradeloop-bench-data"
    sandbox_memory_mib: Annotated[int, Field(ge=256, le=65_536)] = limits.ISOLATION_MEMORY_MIB
    apparmor_profile: str = ""
    benches_numpy: _Count = 2
    benches_torch: _Count = 1
    benches_data: _Count = 0
    runs_per_bench: Annotated[int, Field(ge=1)] = 1000
    lease_seconds: _Seconds = 15.0
    max_tries: Annotated[int, Field(ge=1, le=100)] = 3
    sweep_seconds: _Seconds = 5.0
    metrics_port: Port = 0

    def weight(self, queue: Queue) -> int:
        """Return a queue's share of the processors under contention: students who wait go first."""
        return limits.ISOLATION_WEIGHT if queue == "interactive" else limits.ISOLATION_WEIGHT_OF_BACKGROUND

    def image(self, environment: EnvironmentName) -> str:
        """Return the image of an environment's benches."""
        return str(getattr(self, f"image_{environment}"))

    def benches(self, environment: EnvironmentName) -> int:
        """Return how many benches of an environment each slot keeps warm."""
        return int(getattr(self, f"benches_{environment}"))


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
