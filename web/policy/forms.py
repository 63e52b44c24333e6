"""The forms of a policy, of an extension and of withdrawing one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import starmap
from typing import Any, Final

from wtforms import BooleanField, Form, SelectChoice, SelectField, StringField
from wtforms.validators import AnyOf, ValidationError

from records.courses.members import Student
from records.courses.models import Assignment
from web.ui.fields import DateTimeField, PercentField, WholeNumberField, stripped

_MAX_REASON: Final = 500
_MAX_ATTEMPTS: Final = 10_000
_RULES: Final = {"best": "the best", "last": "the last", "first": "the first"}
_VISIBILITIES: Final = {"visible": "students see it", "hidden": "only staff see it"}


def _choice(label: str, choices: Mapping[str, str]) -> SelectField:
    one_of = AnyOf(list(choices), "Choose one of these.")
    return SelectField(label, [one_of], choices=list(starmap(SelectChoice, choices.items())), validate_choice=False)


def _reason(text: str | None) -> str:
    return stripped(text)[:_MAX_REASON]


class PolicyForm(Form):  # type: ignore[misc]
    """The policy of an assignment, which is `obj`."""

    opens_at = DateTimeField("Opens")
    due_at = DateTimeField("Due")
    late_percent_per_day = PercentField("Taken off for each day late, in percent")
    attempts = WholeNumberField("How many", most=_MAX_ATTEMPTS)
    active_rule = _choice("Which attempt counts", _RULES)
    visibility = _choice("The assignment", _VISIBILITIES)
    position = WholeNumberField("Place in the course", most=1_000_000)
    results_unreleased = BooleanField("Keep results unreleased")
    released = BooleanField("Show tests marked “after published”")

    def __init__(self, formdata: Any, obj: Assignment, time_zone: str) -> None:
        super().__init__(formdata, obj, meta={"time_zone": time_zone}, released=obj.published_at is not None)
        self._assignment = obj

    def values(self, now: datetime) -> dict[str, Any]:
        """Return the policy by column; what is released now is published at that moment."""
        values = dict(self.data)
        released = values.pop("released")
        return {**values, "published_at": (self._assignment.published_at or now) if released else None}

    def validate_due_at(self, field: DateTimeField) -> None:
        """Refuse a due date before the opening."""
        if self.opens_at.data and field.data and self.opens_at.data >= field.data:
            raise ValidationError("It would be due before it opens.")

    def validate_visibility(self, field: SelectField) -> None:
        """Keep an assignment hidden that has no version."""
        if field.data == "visible" and self._assignment.version_hash is None:
            raise ValidationError("Publish a version first: there is nothing yet that students could see.")


class ExtensionForm(Form):  # type: ignore[misc]
    """An extension of an assignment for a student or a section."""

    who = StringField("Who", default="")
    extended_due_at = DateTimeField("Due")
    extended_attempts = WholeNumberField("Attempts", most=_MAX_ATTEMPTS, may_be_empty=True)
    reason = StringField("Reason", filters=[_reason])

    def __init__(self, formdata: Any, assignment: Assignment, students: Sequence[Student], time_zone: str) -> None:
        super().__init__(formdata, meta={"time_zone": time_zone})
        self._assignment = assignment
        self._students = students

    def chosen(self) -> dict[str, str]:
        """Return the names of the students by id; `who` is "person:" with an id, or "section:" with a name."""
        kind, _, which = (self.who.data or "").partition(":")
        names = {"person": "id", "section": "section"}
        chosen = [one for one in self._students if which and kind in names and getattr(one, names[kind]) == which]
        return {one.id: one.name for one in sorted(chosen, key=lambda one: one.name)}

    def validate_who(self, _field: StringField) -> None:
        """Expect somebody."""
        if not self.chosen():
            raise ValidationError("Choose a student or a section.")

    def validate_extended_due_at(self, field: DateTimeField) -> None:
        """Expect a date after the opening, or another number of attempts."""
        is_read = not field.process_errors and not self.extended_attempts.process_errors
        if is_read and self.reason.data and field.data is None and self.extended_attempts.data is None:
            raise ValidationError("Give another due date, another number of attempts, or both.")
        if field.data and self._assignment.opens_at and field.data <= self._assignment.opens_at:
            raise ValidationError("It would be due before it opens.")

    def validate_reason(self, field: StringField) -> None:
        """Expect a reason."""
        if not field.data:
            raise ValidationError("Say why; students do not see it.")


class WithdrawalForm(Form):  # type: ignore[misc]
    """Whose extension is withdrawn, and why."""

    person = StringField(default="")
    reason = StringField(filters=[_reason])
