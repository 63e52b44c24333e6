"""What the pages of a course show."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from records.courses.members import Student
from records.courses.memberships import ROLES, FoundPeople, may_assign
from records.courses.models import Membership, Role
from records.courses.roster import RosterChange, RosterComparison
from records.courses.time_zones import time_zones
from records.people.accounts import INVITATION_DAYS
from records.submissions.overview import AssignmentOverview
from web.courses.forms import CourseForm, RosterForm
from web.courses.roster_file import Roster
from web.submissions.notices import NoticePresenter
from web.ui.pages import Breadcrumb, Page, PageInCourse


@dataclass(frozen=True, kw_only=True)
class CoursesPage(Page):
    """Somebody's courses."""

    memberships: Sequence[Membership]


@dataclass(frozen=True, kw_only=True)
class CoursePage(PageInCourse):
    """A course as one of its people sees it."""

    assignments: Sequence[AssignmentOverview]
    notices: Sequence[NoticePresenter]

    @property
    def breadcrumbs(self) -> Sequence[Breadcrumb]:
        """The path to this page."""
        return [("Courses", url_for("courses.index")), (self.course.title, None)]

    @property
    def points(self) -> float:
        """The points of all active submissions."""
        return sum(one.active.final_score or 0.0 for one in self.assignments if one.active)

    @property
    def max_points(self) -> float:
        """The points of all assignments."""
        return sum(one.max_points for one in self.assignments)


@dataclass(frozen=True, kw_only=True)
class CourseSettingsPage(PageInCourse):
    """The settings of a course as a form."""

    form: CourseForm
    time_zones: Sequence[str] = time_zones()


@dataclass(frozen=True, kw_only=True)
class PeoplePage(PageInCourse):
    """The people of a course, those who were searched for, or a part of them."""

    found: FoundPeople
    search: str
    withdrawn: bool

    @property
    def assignable_roles(self) -> list[Role]:
        """The roles that the reader may give."""
        return [role for role in ROLES if may_assign(self.member, role)]

    def address(self, page: int) -> str:
        """Return the address of a page of the people found."""
        search, withdrawn = self.search or None, "1" if self.withdrawn else None
        return url_for("people.show", course=self.course.slug, q=search, withdrawn=withdrawn, page=page)

    def may_change(self, membership: Membership) -> bool:
        """Return whether the reader may give somebody another role, withdraw them or enrol them again."""
        is_own = membership.person_id == self.member.person_id
        return self.member.manages and not is_own and may_assign(self.member, membership.role)


@dataclass(frozen=True, kw_only=True)
class ImportPage(PageInCourse):
    """The form for a roster, or what importing one would change; nothing can be imported while there are errors."""

    form: RosterForm
    roster: Roster | None = None
    errors: Sequence[str] = ()
    comparison: RosterComparison | None = None

    @property
    def groups(self) -> list[tuple[str, list[RosterChange]]]:
        """The people who are touched alike, each group with its heading; empty ones are left out."""
        if self.comparison is None:
            return []
        groups = [
            ("New: will be invited", self.comparison.new),
            ("Known here: will be enrolled", self.comparison.enrolled),
            ("In the course: will change", self.comparison.changed),
            ("Nothing changes", self.comparison.same),
        ]
        return [(title, changes) for title, changes in groups if changes]

    @property
    def missing(self) -> Sequence[Student]:
        """The enrolled students whom the roster does not list."""
        return self.comparison.missing if self.comparison else ()


@dataclass(frozen=True, kw_only=True)
class ImportedPage(PageInCourse):
    """What an import changed; `secrets` are those of the links for new people, in their order."""

    comparison: RosterComparison
    secrets: Sequence[str]
    invitation_days: int = INVITATION_DAYS

    @property
    def invited(self) -> list[tuple[RosterChange, str]]:
        """The new people, each with the address where they choose a password."""
        links = [url_for("accounts.accept", secret=secret, _external=True) for secret in self.secrets]
        return list(zip(self.comparison.new, links, strict=True))
