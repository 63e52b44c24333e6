"""`gradeloop scheduler`: sweeps up lost runs, and wakes workers."""

import signal
import threading

import click

from worker.settings import read_settings


@click.command()
def scheduler() -> None:
    """Requeue runs whose worker was lost, and wake workers for what waits, until told to stop.

    Exit status: 0 stopped, 2 a setting is wrong.
    """
    from cli.terminal.exits import using_service
    from worker.monitoring.logs import set_up_logs
    from worker.queue.scheduler import run_scheduler

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with using_service():
        settings = read_settings()
        set_up_logs(settings)
        run_scheduler(settings, stopping)
