"""What the templates of an assignment's policy show: the policy with its extensions, and what a change would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from records.courses.extensions import Extension
from records.courses.members import CourseRef, Student
from records.courses.models import Assignment
from records.submissions.policy_preview import PolicyImpact


@dataclass(frozen=True)
class PolicyPage:
    """The policy as a form, and who has an extension.

    Attributes:
        values: by field, what was sent, or else what is in force.
        errors: by field, a sentence where it cannot be taken.
        sections: how many students each has.
    """

    course: CourseRef
    assignment: Assignment
    values: Mapping[str, Any]
    errors: Mapping[str, str]
    extensions: Sequence[Extension]
    students: Sequence[Student]
    sections: Mapping[str, int]


@dataclass(frozen=True)
class FieldChange:
    """A field of the policy before and after a change."""

    name: str
    label: str
    before: Any
    after: Any


@dataclass(frozen=True)
class PolicyChange:
    """A change that is asked for: its fields, whom it is for, and what it would do.

    Attributes:
        action: the endpoint that makes it.
        button: what the button says that makes it.
        headings: of the table of fields.
        who: names of the students that it is for, by id; empty for all.
    """

    action: str
    button: str
    headings: tuple[str, str, str]
    fields: Sequence[FieldChange]
    who: Mapping[str, str]
    impact: PolicyImpact


@dataclass(frozen=True)
class PreviewPage:
    """What a change would do, to be confirmed.

    Attributes:
        url: where the change is sent.
        sent: the form that asked for it, to be sent again.
        confirms: stands for the policy that this page was made from.
        stale: whether the policy changed after an earlier preview.
    """

    course: CourseRef
    assignment: Assignment
    change: PolicyChange
    url: str
    sent: Mapping[str, str]
    confirms: str
    stale: bool
