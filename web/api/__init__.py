"""The API under `/api/v1`, for programs: personal tokens, JSON, OpenAPI.

It shows what the pages show, to the same people, by the same rules and in the same sentences; see docs/api.md.
"""

from typing import Any, Final

from apiflask import APIFlask
from apiflask.exceptions import HTTPError

from records.reruns.actions import ACTIONS
from web.api import courses, gradebook, people, reruns, submissions, versions
from web.api.blueprint import RATE, bp
from web.api.schemas import Error
from web.security.permissions import Permission, requires
from web.security.rate_limits import limiter
from web.security.session import csrf

__all__ = ["install"]

_DESCRIPTION: Final = """\
What a person sees of Gradeloop, for their programs. Make a personal token on the page "Your account", and send it with
each request: `Authorization: Bearer gl_…`. Each answer that is no success is `{"error": "A sentence."}`.
"""

_LAST_EVENT: Final = {
    "in": "header",
    "name": "Last-Event-ID",
    "required": False,
    "schema": {"type": "string"},
    "description": "The id of the last event that is known; what came after it is sent.",
}

_SHOWN: Final = 60  # characters of a name that somebody else chose

# The views are registered by the modules that hold them.
_MODULES: Final = (reruns, courses, gradebook, people, submissions, versions)

csrf.exempt(bp)  # for no cookie is heeded here


def install(app: APIFlask) -> None:
    """Add the API, and the description of itself at `/api/v1/openapi.json`."""
    app.config.update(
        API_RATE=RATE,
        AUTO_SERVERS=False,  # who asks first would say which it is
        AUTO_OPERATION_ID=True,
        AUTO_404_RESPONSE=False,  # each view tells of its errors, for they look alike everywhere
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
    )
    app.description = _DESCRIPTION
    app.register_error_handler(HTTPError, _on_invalid)  # apiflask's, of what does not fit its schema
    app.spec_processor(_completed)
    app.register_blueprint(bp)
    limiter.exempt(app.view_functions["openapi.spec"])
    requires(Permission.PUBLIC)(app.view_functions["openapi.spec"])


def _on_invalid(error: HTTPError) -> tuple[dict[str, str], int]:
    """Answer what does not fit its schema with the first thing that is wrong."""
    for problems in error.detail.values():
        for field, messages in problems.items():
            return {"error": f"{field.partition('.')[0][:_SHOWN]}: {messages[0]}."}, error.status_code
    return {"error": "The request was not understood."}, error.status_code


def _completed(spec: Any) -> Any:
    """Add what the views cannot say of themselves."""
    spec["components"]["schemas"]["Error"] = Error.model_json_schema()
    for path in spec["paths"].values():
        for parameter in path.get("post", {}).get("parameters", ()):
            if parameter["name"] == "action":
                parameter["schema"]["enum"] = list(ACTIONS)
        if "requestBody" in path.get("post", {}):
            path["post"]["requestBody"]["required"] = True
    spec["paths"]["/api/v1/submissions/{submission_id}/events"]["get"]["parameters"].append(_LAST_EVENT)
    return spec
