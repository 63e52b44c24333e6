"""The API under `/api/v1`, for programs: personal tokens, JSON, OpenAPI."""

from apiflask import APIFlask

__all__ = ["install"]


def install(app: APIFlask) -> None:
    """Add the API."""
