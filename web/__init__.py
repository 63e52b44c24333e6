"""The portal: what students, and those who teach them, see of Gradeloop.

A request comes in through what every page shares (`headers`, `session`, `limits`, `errors`), is answered by the
blueprint of its subject (`accounts`, `courses`, `people`, `assignments`, `submissions`, `runs`, `api`), which looks
into the records in one transaction, and is shown by a template. Nobody sees a page that is not marked as public without
being logged in.
"""

from apiflask import APIFlask

from grader import records
from web import (
    accounts,
    api,
    assets,
    assignments,
    audit,
    batches,
    courses,
    editing,
    enrolling,
    errors,
    gradebook,
    groups,
    headers,
    health,
    limits,
    marking,
    navigation,
    notices,
    runs,
    session,
    similarity,
    terms,
    trials,
    ungraded,
)
from web import submissions as submission_pages
from web.parts import Parts, configuration
from worker.queue.bundles import Bundles
from worker.queue.intake import Intake
from worker.settings import Settings

__all__ = ["create_app"]


def create_app(settings: Settings) -> APIFlask:
    """Return the web application of these settings; neither database nor broker is asked before a page needs it."""
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
    database = records.open_database(settings.database_url)
    app.extensions["gradeloop"] = Parts(settings, database, Intake(settings, database), Bundles(database))
    for part in (session, headers, limits, errors, navigation, api):
        part.install(app)
    for blueprint in (
        health.pages,
        accounts.pages,
        courses.pages,
        enrolling.pages,
        assignments.pages,
        submission_pages.pages,
        runs.pages,
        trials.pages,
        editing.pages,
        terms.pages,
        groups.pages,
        similarity.pages,
        audit.pages,
        batches.pages,
        notices.pages,
        gradebook.pages,
        marking.pages,
        ungraded.pages,
    ):
        app.register_blueprint(blueprint)
    return app
