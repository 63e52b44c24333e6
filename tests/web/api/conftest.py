"""Programs that ask the API of the portal."""

import pytest

from tests.web.api.program import Program
from tests.web.portal import Portal


@pytest.fixture
def program(portal: Portal) -> Program:
    """A student's program."""
    return Program(portal)
