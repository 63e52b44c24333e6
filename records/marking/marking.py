"""Marking: rubric items, overrides and unreleased results; each change is logged."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from records.courses.models import Assignment, audit_assignment
from records.database.audit import Action, Audited, AuditEntry, audit, audit_all
from records.database.engine import clock
from records.errors import NotAllowed
from records.marking.models import Marking, RubricItem, RubricMark, next_revision, raise_revisions
from records.submissions.models import Submission

MAX_POINTS: Final = 10_000.0
MAX_REASON: Final = 2_000  # characters
MAX_TITLE: Final = 200  # characters
_SHOWN_CHANGES: Final = 20


@dataclass(frozen=True)
class MarkingValues:
    """The values of a submission's marking.

    Attributes:
        items: ids of its rubric items.
        override, reason: the final score in place of the computed one, and why; None for no override.
        unreleased: whether the student may not see the result yet.
    """

    items: frozenset[str] = frozenset()
    override: float | None = None
    reason: str = ""
    unreleased: bool = False


def marking_values(session: Session, submission_id: str) -> MarkingValues:
    """Return the current values of a submission's marking."""
    marking = session.get(Marking, submission_id)
    given = select(RubricMark.item_id).where(RubricMark.submission_id == submission_id)
    items = frozenset(session.scalars(given))
    if marking is None:
        return MarkingValues(items)
    return MarkingValues(items, marking.override_points, marking.override_reason, marking.unreleased)


def save_values(
    session: Session, submission: Submission, values: MarkingValues, person_id: str, revision: int
) -> MarkingValues:
    """Save a submission's marking, log the change, and return the values before.

    Raises:
        NotAllowed: it is no attempt, an item is not offered here, or an override has no reason.
        MarkingConflict: somebody changed the marking since.
    """
    if submission.kind != "submit":
        raise NotAllowed("Only attempts of students are marked; this counts for nothing.")
    _check_override(values)
    marking = next_revision(session, submission.id, person_id, revision)
    before = marking_values(session, submission.id)
    _set_items(session, submission, before.items, values.items, person_id)
    marking.override_points = values.override
    marking.override_reason = values.reason if values.override is not None else ""
    marking.unreleased = values.unreleased
    rubric = session.scalars(select(RubricItem).where(RubricItem.assignment_id == submission.assignment_id))
    titles = {item.id: f"{item.title} ({item.points:+.12g})" for item in rubric}
    was, is_now = _as_data(before, titles), _as_data(values, titles)
    for action, names in _acts(before, values).items():
        audit(
            session,
            person_id,
            action,
            submission_id=submission.id,
            course_id=submission.assignment.course_id,
            reason=marking.override_reason if action == "override" else "",
            before={**{name: was[name] for name in names}, "revision": revision},
            after={**{name: is_now[name] for name in names}, "revision": marking.revision},
        )
    return before


def changes_since(session: Session, submission_id: str, revision: int) -> list[AuditEntry]:
    """Return the log of a submission's marking after a revision, oldest first."""
    query = select(AuditEntry).where(AuditEntry.submission_id == submission_id)
    latest = session.scalars(query.order_by(AuditEntry.id.desc()).limit(_SHOWN_CHANGES)).all()
    return [entry for entry in latest if isinstance(entry.after, dict) and entry.after.get("revision", 0) > revision][
        ::-1
    ]


def add_item(session: Session, assignment: Assignment, title: str, points: float, person_id: str) -> RubricItem:
    """Add an item to an assignment's rubric.

    Raises:
        NotAllowed: it has no title or no points, or its title is there already.
    """
    title = _checked_item(session, assignment.id, title, points)
    query = select(func.coalesce(func.max(RubricItem.position) + 1, 0))
    place = session.scalars(query.where(RubricItem.assignment_id == assignment.id)).one()
    item = RubricItem(assignment_id=assignment.id, title=title, points=points, position=place)
    session.add(item)
    session.flush()
    audit_assignment(session, assignment, person_id, "add rubric item", after=_item_as_data(item))
    return item


def change_item(
    session: Session, item: RubricItem, title: str, points: float, person_id: str, *, retired: bool = False
) -> list[str]:
    """Change a rubric item, and return the ids of the submissions whose score changes.

    One that is retired is no longer offered; submissions that have it keep it.

    Raises:
        NotAllowed: it has no title or no points, or its title is there already.
    """
    assignment = session.get_one(Assignment, item.assignment_id)
    title = _checked_item(session, assignment.id, title, points, item.id)
    before = _item_as_data(item)
    marked = select(RubricMark.submission_id).where(RubricMark.item_id == item.id).order_by(RubricMark.submission_id)
    touched = [] if points == item.points else list(session.scalars(marked))
    item.title, item.points, item.retired = title, points, retired
    session.flush()
    of: Audited = {"before": before, "after": _item_as_data(item)}
    audit_assignment(session, assignment, person_id, "change rubric item", **of)
    _log_touched(session, assignment, person_id, touched, before, item)
    return touched


def _check_override(values: MarkingValues) -> None:
    if values.override is None:
        return
    if not math.isfinite(values.override) or not 0 <= values.override <= MAX_POINTS:
        raise NotAllowed(f"An override is a number from 0 to {MAX_POINTS:,.0f}.")
    if not values.reason.strip():
        raise NotAllowed("An override needs a reason; the student reads it.")
    if len(values.reason) > MAX_REASON:
        raise NotAllowed(f"A reason has at most {MAX_REASON:,} characters.")


def _set_items(
    session: Session, submission: Submission, before: Collection[str], after: Collection[str], person_id: str
) -> None:
    added, removed = set(after) - set(before), set(before) - set(after)
    offered = select(RubricItem.id).where(RubricItem.assignment_id == submission.assignment_id, ~RubricItem.retired)
    if added - set(session.scalars(offered)):
        raise NotAllowed("One of these rubric items is not offered any more. Load the page again.")
    session.execute(
        delete(RubricMark).where(RubricMark.submission_id == submission.id, RubricMark.item_id.in_(removed))
    )
    at = clock(session)
    rows = [{"submission_id": submission.id, "item_id": one, "person_id": person_id, "at": at} for one in sorted(added)]
    if rows:
        session.execute(insert(RubricMark), rows)


def _acts(before: MarkingValues, after: MarkingValues) -> dict[Action, tuple[str, ...]]:
    """Return the acts between two markings, each with the names of the values that it changed."""
    acts: dict[Action, tuple[str, ...]] = {}
    if (before.override, before.reason) != (after.override, after.reason):
        acts["remove override" if after.override is None else "override"] = ("override", "reason")
    if before.unreleased != after.unreleased:
        acts["withhold" if after.unreleased else "release"] = ("unreleased",)
    if before.items != after.items or not acts:
        acts["mark"] = ("rubric",)
    return acts


def _as_data(values: MarkingValues, titles: Mapping[str, str]) -> dict[str, Any]:
    rubric = sorted(titles.get(item, item) for item in values.items)
    return {"rubric": rubric, "override": values.override, "reason": values.reason, "unreleased": values.unreleased}


def _checked_item(session: Session, assignment_id: str, title: str, points: float, own: str = "") -> str:
    title = " ".join(title.split())
    if not title:
        raise NotAllowed("A rubric item needs a title.")
    if len(title) > MAX_TITLE:
        raise NotAllowed(f"A title has at most {MAX_TITLE} characters.")
    if not math.isfinite(points) or not 0 < abs(points) <= MAX_POINTS:
        raise NotAllowed("A rubric item gives points, or takes some: a number such as 1, 0.5 or -2.")
    same = select(RubricItem.id).where(
        RubricItem.assignment_id == assignment_id, RubricItem.title == title, ~RubricItem.retired, RubricItem.id != own
    )
    if session.scalar(same.limit(1)) is not None:
        raise NotAllowed("There is a rubric item with this title already.")
    return title


def _item_as_data(item: RubricItem) -> dict[str, Any]:
    return {"title": item.title, "points": item.points, "retired": item.retired}


def _log_touched(
    session: Session,
    assignment: Assignment,
    person_id: str,
    touched: Sequence[str],
    before: Mapping[str, Any],
    item: RubricItem,
) -> None:
    revisions = raise_revisions(session, touched, person_id)
    entries: list[Audited] = [
        {
            "submission_id": one,
            "course_id": assignment.course_id,
            "reason": f"The rubric item {item.title} was changed.",
            "before": {"points of the item": before["points"]},
            "after": {"points of the item": item.points, "revision": revision},
        }
        for one, revision in revisions.items()
    ]
    audit_all(session, person_id, "mark", entries)
