"""`gradeloop worker`: grades the runs of a queue."""

import click

from worker.settings import QUEUES, Queue, read_settings


@click.command()
@click.option("--queue", type=click.Choice(QUEUES), required=True, help="Whose runs to grade.")
def worker(queue: Queue) -> None:
    """Grade the runs of a queue, several at a time, until told to stop; then those under way are finished.

    Exit status: 0 stopped, 2 a setting is wrong, 3 could not go on (our fault).
    """
    from cli.terminal.exits import using_service
    from worker.monitoring.metrics_folder import fresh_metrics_folder

    with using_service():
        settings = read_settings()
        fresh_metrics_folder()

        from worker.slots.serve import serve

        status = serve(settings, queue)
    raise SystemExit(status)
