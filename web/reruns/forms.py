"""What the pages about reruns take."""

from typing import Final

from flask_wtf import FlaskForm
from wtforms import BooleanField, Form, IntegerField, StringField

from records.reruns.actions import Decision
from records.reruns.changes import CHANGES, Change
from records.reruns.requests import RerunRequest
from web.ui.fields import TextListField, stripped
from worker.benches.bench import new_seed

_MAX_PAGE: Final = 100_000


class RerunForm(Form):  # type: ignore[misc]
    """Which submissions to grade again and by what; `person` picks the active submissions of students."""

    assignment = StringField(default="")
    which = StringField(default="")
    version = StringField(default="")
    test = StringField(default="")
    submission = TextListField()
    person = TextListField()
    withdrawn = BooleanField()
    one_seed = BooleanField()
    reason = StringField(default="")

    def rerun_request(self) -> RerunRequest:
        """Return the request."""
        return RerunRequest(
            which=self.which.data,
            version=self.version.data,
            test=self.test.data,
            submissions=self.submission.data,
            seed=new_seed() if self.one_seed.data else None,
            reason=self.reason.data,
            withdrawn=self.withdrawn.data,
        )


class DecisionForm(FlaskForm):  # type: ignore[misc]
    """A decision on a rerun."""

    scope = StringField(default="")
    submission = TextListField()
    reason = StringField(default="")

    def decision(self, *, manages: bool) -> Decision:
        """Return the decision of somebody who manages the course, or does not."""
        return Decision(self.scope.data, self.submission.data, self.reason.data, manages)


class ChangesQuery(Form):  # type: ignore[misc]
    """Which submissions of a rerun to list: how they change, where a test flips, of whom; and which page."""

    change = StringField(default="")
    test = StringField(default="")
    name = StringField(default="", filters=[stripped])
    page = IntegerField(default=1)

    @property
    def chosen_change(self) -> Change | None:
        """The kind of change; None for all."""
        return next((change for change in CHANGES if change == self.change.data), None)

    @property
    def page_number(self) -> int:
        """The page, from 1."""
        return min(_MAX_PAGE, max(1, self.page.data or 1))

    def arguments(self, *names: str) -> dict[str, str]:
        """Return the filters that are set, as arguments of an address; all but the page, or those named."""
        values = {"change": self.chosen_change or "", "test": self.test.data, "name": self.name.data}
        return {name: value for name, value in values.items() if value and name in (names or values)}


class NotGradedForm(FlaskForm):  # type: ignore[misc]
    """Which runs to grade again: those chosen, or all."""

    all = BooleanField()
    run = TextListField()
