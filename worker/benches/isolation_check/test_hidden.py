"""More of the isolation of a sandbox, each part tried from inside."""

import pytest


def nothing(found):
    """Fail with what was found, which must be an empty list."""
    assert type(found) is list, "The check gave no list."
    assert found == [], "Not kept in: " + ", ".join(map(str, found))


@pytest.mark.points(1)
def test_privileges(student):
    """Unprivileged: no capability, no other user, no new namespace, no mount"""
    nothing(student.gain_privileges())


@pytest.mark.points(1)
def test_limits(student):
    """Limited: memory, threads, open files and file size"""
    nothing(student.exceed_limits())
