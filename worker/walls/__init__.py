"""Outer walls: what a judge and a cell each stand inside.

A wall starts one of our own programs shut off from the host: no network, nothing to write but its scratch and (for the
cell) the place the bench's one socket lies in, no privileges, and none of the host's environment.
"""

from worker.walls.bubblewrap import Bubblewrap
from worker.walls.docker import Docker
from worker.walls.wall import Half, Program, Site, Wall, WallUnavailable

__all__ = ["Bubblewrap", "Docker", "Half", "Program", "Site", "Wall", "WallUnavailable"]
