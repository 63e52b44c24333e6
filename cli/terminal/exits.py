"""How the commands end when something is wrong, and with which exit status."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from grader.bundle.problems import BundleError
from grader.bundle.submission import SubmissionRefused
from grader.text import plain
from worker.benches.grading import BenchError, UnloadableSuite
from worker.isolation.base import IsolationUnavailable
from worker.settings import SettingsError

SHUT = 1
NOT_GRADED = 3


class OurFault(click.ClickException):
    """Ends a command with a sentence and the exit status of our own trouble."""

    exit_code = NOT_GRADED


@contextmanager
def ending_well() -> Iterator[None]:
    """Turn what can go wrong into a sentence and an exit status: 2 for what was asked, 3 for our own trouble."""
    try:
        yield
    except SettingsError as error:
        raise click.UsageError(f"a setting is wrong: {plain(str(error))}") from error
    except BundleError as error:
        raise click.UsageError("this assignment cannot be used:\n" + _listed(error.problems)) from error
    except UnloadableSuite as error:
        raise click.UsageError("the suite of this assignment cannot be used:\n" + _listed(error.problems)) from error
    except SubmissionRefused as error:
        raise click.UsageError(str(error)) from error
    except IsolationUnavailable as error:
        raise OurFault(
            f"no isolation can be raised here, so nothing was graded. {error} Try `gradeloop doctor`."
        ) from error
    except BenchError as error:
        raise OurFault(f"nothing was graded: {error}. Try `gradeloop doctor`.") from error


@contextmanager
def understanding() -> Iterator[None]:
    """Turn an answer of a portal that has another shape than ours into a sentence."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise OurFault("the portal answers as this gradeloop does not understand; is there a newer one?") from error


@contextmanager
def using_service() -> Iterator[None]:
    """Turn what can go wrong with the service into a sentence and an exit status."""
    from records.database.engine import DatabaseGone  # it takes its time, and most commands have no database

    with ending_well():
        try:
            yield
        except DatabaseGone as error:
            raise OurFault(f"the database cannot be reached: {plain(str(error)).strip()}") from error


def _listed(problems: list[str]) -> str:
    return "\n".join(f"  - {plain(problem)}" for problem in problems)
