"""The isolation of a sandbox, each part tried from inside."""

import pytest


def nothing(found):
    """Fail with what was found, which must be an empty list."""
    assert type(found) is list, "The check gave no list."
    assert found == [], "Not kept in: " + ", ".join(map(str, found))


@pytest.mark.points(1)
def test_network(student):
    """No network: nothing can be reached, not even the machine itself"""
    nothing(student.reach_the_network())


@pytest.mark.points(1)
def test_files(student):
    """Read-only: nothing can be written but a small scratch"""
    nothing(student.write_files())


@pytest.mark.points(1)
def test_host(student):
    """Out of sight: no processes, devices, settings, sockets or hidden files"""
    nothing(student.see_the_host())


@pytest.mark.points(1)
def test_processes(student):
    """Alone: no other process can be started"""
    nothing(student.start_processes())
