"""The portal: the pages of Gradeloop for students and staff, and its API.

A request comes in through what every page shares (`headers`, `session`, `limits`, `errors`), is answered by the
blueprint of its subject (`accounts`, `courses`, `people`, `assignments`, `submissions`, `runs`, `api`), which looks
into the records in one transaction, and is shown by a template. Nobody sees a page that is not marked as public without
being logged in.
"""

from apiflask import APIFlask

from records.database.engine import open_database
from web import api
from web.accounts import views as accounts
from web.assignments import views as assignments
from web.audit import views as audit
from web.authoring import editing, trials
from web.authoring import views as authoring
from web.courses import people
from web.courses import settings as course_settings
from web.courses import views as courses
from web.extensions import Services, configuration
from web.gradebook import views as gradebook
from web.health import views as health
from web.insights import groups, similarity
from web.insights import views as insights
from web.marking import views as marking
from web.policy import views as policy
from web.reruns import not_graded
from web.reruns import views as reruns
from web.security import headers, permissions, rate_limits, session
from web.settings import PortalSettings
from web.submissions import notices, run_views
from web.submissions import views as submissions
from web.ui import assets, datetimes, errors, navigation
from worker.queue.announcing import Announcer
from worker.slots.bundles import Bundles

__all__ = ["create_app"]


def create_app(settings: PortalSettings) -> APIFlask:
    """Return the web application; it connects to database and broker only when a page needs them."""
    app = APIFlask(
        __name__,
        title="Gradeloop",
        version="1",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
        json_errors=False,
        static_url_path=f"/static/{assets.fingerprint()}",
    )
    app.config.from_mapping(configuration(settings))
    database = open_database(settings.database_url)
    app.extensions["gradeloop"] = Services(settings, database, Announcer(settings), Bundles(database))
    for part in (permissions, session, headers, rate_limits, errors, datetimes, navigation, api):
        part.install(app)
    for views in (
        *(health, accounts, courses, people, course_settings, assignments, submissions, run_views),
        *(authoring, editing, trials, policy),
        *(insights, groups, similarity, audit, reruns, notices, gradebook, marking, not_graded),
    ):
        app.register_blueprint(views.bp)
    permissions.enforce(app)
    return app
