"""The portal. Until it is here: a page on the health of the service, and its metrics."""

from flask import Flask

from grader import records
from web import health
from web.headers import add_headers
from worker.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings) -> Flask:
    """Return the web application of these settings; neither database nor broker is asked before a page needs it."""
    app = Flask(__name__)
    app.extensions["gradeloop.settings"] = settings
    app.extensions["gradeloop.records"] = records.open_database(settings.database_url)
    app.after_request(add_headers)
    app.register_blueprint(health.pages)
    return app
