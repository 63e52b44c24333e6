"""What the commands of the service share; they import it, and all else that takes its time, when they run."""

from collections.abc import Iterator
from contextlib import contextmanager

from cli.problems import OurFault, ending_well
from grader.text import plain
from records.database.engine import DatabaseGone


@contextmanager
def using_service() -> Iterator[None]:
    """Turn what can go wrong with the service into a sentence and an exit status."""
    with ending_well():
        try:
            yield
        except DatabaseGone as error:
            raise OurFault(f"the database cannot be reached: {plain(str(error)).strip()}") from error
