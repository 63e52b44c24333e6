"""The forms of a policy and of an extension: read field by field, with a sentence for each that is wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import request

from records.courses.models import Assignment
from web.ui.datetimes import parse_datetime

MAX_REASON: Final = 500
_MAX_ATTEMPTS: Final = 10_000


@dataclass(frozen=True)
class ReadForm:
    """A form that was read: values of what is right, and a sentence for each field that is not."""

    values: dict[str, Any]
    errors: dict[str, str]


def read_policy(assignment: Assignment, now: datetime) -> ReadForm:
    """Return an assignment's policy as the form has them."""
    form, values, errors = request.form, dict[str, Any](), dict[str, str]()
    for name in ("opens_at", "due_at"):
        _datetime(name, getattr(assignment, name), values, errors)
    _number("position", 0, 1_000_000, values, errors)
    _number("attempts", 0, _MAX_ATTEMPTS, values, errors)
    try:
        values["late_percent_per_day"] = float(form.get("late_percent_per_day", "").replace(",", ".") or 0)
    except ValueError:
        values["late_percent_per_day"] = -1.0
    if not 0 <= values["late_percent_per_day"] <= 100:
        errors["late_percent_per_day"] = "This is a number from 0 to 100."
    for name, words in (("active_rule", ("best", "last", "first")), ("visibility", ("hidden", "visible"))):
        values[name] = form.get(name, "")
        if values[name] not in words:
            errors[name] = "Choose one of these."
    values["results_unreleased"] = bool(form.get("results_unreleased"))
    values["published_at"] = (assignment.published_at or now) if form.get("released") else None
    opens_at, due_at = values.get("opens_at"), values.get("due_at")
    if opens_at and due_at and opens_at >= due_at:
        errors["due_at"] = "It would be due before it opens."
    if values["visibility"] == "visible" and assignment.version_hash is None:
        errors["visibility"] = "Publish a version first: there is nothing yet that students could see."
    return ReadForm(values, errors)


def read_extension(assignment: Assignment) -> ReadForm:
    """Return an extension as the form has it, with its reason."""
    values, errors = dict[str, Any](), dict[str, str]()
    _datetime("extended_due_at", None, values, errors)
    _number("extended_attempts", 0, _MAX_ATTEMPTS, values, errors, empty=True)
    values["reason"] = request.form.get("reason", "").strip()[:MAX_REASON]
    if not values["reason"]:
        errors["reason"] = "Say why; students do not see it."
    due_at, attempts = values.pop("extended_due_at", None), values.pop("extended_attempts", None)
    if not errors and due_at is None and attempts is None:
        errors["extended_due_at"] = "Give another due date, another number of attempts, or both."
    if due_at and assignment.opens_at and due_at <= assignment.opens_at:
        errors["extended_due_at"] = "It would be due before it opens."
    return ReadForm({**values, "due_at": due_at, "attempts": attempts}, errors)


def _datetime(name: str, known: datetime | None, values: dict[str, Any], errors: dict[str, str]) -> None:
    try:
        values[name] = parse_datetime(request.form.get(name, ""), known)
    except ValueError as error:
        errors[name] = str(error)


def _number(
    name: str, least: int, most: int, values: dict[str, Any], errors: dict[str, str], *, empty: bool = False
) -> None:
    text = request.form.get(name, "").strip()
    if empty and not text:
        values[name] = None
    elif text.isascii() and text.isdigit() and len(text) <= 9 and least <= int(text) <= most:
        values[name] = int(text)
    else:
        errors[name] = f"This is a whole number from {least} to {most:,}."
