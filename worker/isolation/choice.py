"""Which isolation backend this machine uses."""

from grader.environments import ENVIRONMENT_NAMES
from worker.isolation.base import Isolation, IsolationUnavailable
from worker.isolation.bubblewrap import Bubblewrap
from worker.isolation.docker.containers import Docker
from worker.settings import Queue, Settings


def choose_isolation(settings: Settings, queue: Queue = "interactive") -> tuple[Isolation, str]:
    """Return the isolation that the settings ask for, and a sentence on why it is that one.

    Left to choose, Docker is taken where an engine answers and has the images. Whether it then
    holds is for each bench's self-check.
    """
    docker = Docker(
        {environment: settings.image(environment) for environment in ENVIRONMENT_NAMES},
        sandbox_memory_mib=settings.sandbox_memory_mib,
        weight=settings.weight(queue),
        apparmor_profile=settings.apparmor_profile,
    )
    if settings.isolation == "docker":
        return docker, "Docker isolation, as the settings say."
    if settings.isolation == "bubblewrap":
        return Bubblewrap(), "bubblewrap isolation, as the settings say."
    try:
        for environment in ENVIRONMENT_NAMES:
            if settings.benches(environment):
                docker.require(environment)
    except IsolationUnavailable as error:
        return Bubblewrap(), f"bubblewrap isolation, since Docker isolation is not available: {error}"
    return docker, "Docker isolation: an engine answers, and the images are there."
