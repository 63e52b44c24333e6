"""Which outer wall this machine raises."""

from worker.isolation.bubblewrap import Bubblewrap
from worker.isolation.docker.docker import Docker
from worker.isolation.isolation import Wall, WallUnavailable
from worker.settings import ENVIRONMENTS, Lane, Settings


def choose_wall(settings: Settings, lane: Lane = "interactive") -> tuple[Wall, str]:
    """Return the wall that the settings ask for, and a sentence on why it is that one.

    Left to choose, Docker is taken where an engine answers and has the images. Whether the wall then stands is for
    each bench to prove.
    """
    docker = Docker(
        {environment: settings.image(environment) for environment in ENVIRONMENTS},
        cell_memory_mib=settings.cell_memory_mib,
        weight=settings.weight(lane),
        apparmor_profile=settings.apparmor_profile,
    )
    if settings.wall == "docker":
        return docker, "Docker walls, as the settings say."
    if settings.wall == "bubblewrap":
        return Bubblewrap(), "bubblewrap walls, as the settings say."
    try:
        for environment in ENVIRONMENTS:
            if settings.benches(environment):
                docker.require(environment)
    except WallUnavailable as error:
        return Bubblewrap(), f"bubblewrap walls, for there are no Docker walls here: {error}"
    return docker, "Docker walls: an engine answers, and the images are there."
