"""What the templates of an assignment's policy show: the policy with its extensions, and what a change would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from records.courses.extensions import Extension
from records.courses.members import Student
from records.submissions.policy_preview import PolicyImpact
from web.policy.forms import ExtensionForm, PolicyForm
from web.ui.pages import PageAtAssignment


@dataclass(frozen=True, kw_only=True)
class PolicyPage(PageAtAssignment):
    """The policy as a form, who has an extension, and how many students each section has."""

    policy: PolicyForm
    extension: ExtensionForm
    problem: str
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


@dataclass(frozen=True, kw_only=True)
class PreviewPage(PageAtAssignment):
    """What a change would do, to be confirmed.

    Attributes:
        action: the endpoint that makes it.
        who: names of the students that it is for, by id; empty for all.
        sent: the form that asked for it, to be sent again.
        confirms: stands for the policy that this page was made from.
        stale: whether the policy changed after an earlier preview.
    """

    action: str
    button: str
    headings: tuple[str, str, str]
    fields: Sequence[FieldChange]
    who: Mapping[str, str]
    impact: PolicyImpact
    sent: Mapping[str, str]
    confirms: str
    stale: bool
