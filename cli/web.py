"""`gradeloop web`: the web process."""

import click


@click.command()
def web() -> None:
    """Serve the pages, until told to stop.

    Exit status: 0 stopped, 2 a setting is wrong.
    """
    from cli.terminal.exits import using_service
    from web.server import serve
    from web.settings import read_portal_settings
    from worker.monitoring.logs import set_up_logs

    with using_service():
        settings = read_portal_settings()
        set_up_logs(settings)
        serve(settings)
