"""A database that is away is waited for, and what fails pauses for longer each time."""

import pytest

from records.database.engine import DatabaseGone
from worker.slots.retries import Pauses, retry_while_away


class Away:
    """A database that is away for some calls."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def __call__(self) -> str:
        self.left -= 1
        if self.left >= 0:
            raise DatabaseGone("not now")
        return "here"


def test_a_database_that_comes_back_is_waited_for() -> None:
    assert retry_while_away(Away(2), seconds=30) == "here"


def test_a_database_that_stays_away_is_given_up() -> None:
    with pytest.raises(DatabaseGone):
        retry_while_away(Away(1000), seconds=0.01)


def test_what_failed_is_left_alone_for_longer_each_time_until_it_works() -> None:
    pauses = Pauses()
    assert [pauses.failed("torch") for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert pauses.pausing() == ["torch"]
    pauses.worked("torch")
    assert pauses.pausing() == []
    assert pauses.failed("torch") == 1
