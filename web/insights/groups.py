"""Failing answers grouped by what they do: looked at, commented on in one go, or made a known-wrong answer."""

import io
import secrets
from collections.abc import Collection
from typing import Any, Final

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from records.courses.models import Assignment
from records.database.engine import clock
from records.insights.figures import Group
from records.insights.queries import encountered
from records.insights.wrong_answers import Undraftable, draft_of_wrong_answer, name_for
from records.marking.comments import comment_on
from records.marking.models import Comment
from records.people.models import Person
from records.reruns.lifecycle import MAX_SUBMISSIONS, begin_rerun
from records.submissions.models import Submission
from records.submissions.rules import Refused
from web.extensions import services
from web.insights.classes import ClassAt, class_at, names_at
from web.insights.views import bp
from web.reruns.wakeups import wake
from web.security.permissions import Member, assignment_at, staff_member
from web.security.session import user
from web.ui.breadcrumbs import Breadcrumb, breadcrumbs_to

_SEED_BITS: Final = 48
_SAID: Final = 5
_FILL_IN: Final = "Say here what the mistake is, how one sees it, and what to think about: students read this."


@bp.get("/groups")
def groups(course: str, assignment: str) -> Any:
    """List the ways in which the class fails, the most frequent first."""
    with services().database.read() as session:
        member, found, of_class = _class(session, course, assignment)
        people = names_at(session, found)
    return render_template(
        "insights/groups.html",
        member=member,
        course=member.course,
        assignment=found,
        of_class=of_class,
        groups=of_class.groups(),
        people=people,
        breadcrumbs=[*_breadcrumbs(member, found), ("Groups", None)],
    )


@bp.get("/groups/<key>")
def group(course: str, assignment: str, key: str) -> Any:
    """Show one way of failing: an example, who is in it, and what can be said to all of them."""
    with services().database.read() as session:
        member, found, of_class = _class(session, course, assignment)
        alike = _group(of_class, key)
        if alike is None:
            return _gone(course, assignment)
        return _group_page(session, member, found, of_class, alike)


@bp.post("/groups/same-seed")
def same_seed(course: str, assignment: str) -> Any:
    """Have the answers that fail graded with one seed, so that what they return can be compared."""
    with services().database.write() as session:
        member, found, of_class = _class(session, course, assignment)
        failing = [answer.submission_id for answer in of_class.latest if answer.failed]
        try:
            rerun = begin_rerun(
                session,
                course=member.course,
                assignment=found,
                submission_ids=failing,
                person_id=member.person_id,
                version_hash=of_class.version,
                seed=secrets.randbits(_SEED_BITS),
                chosen="the last attempt of each student that fails a test",
                reason="To group answers by the values they return; no grade is to change.",
            )
        except Refused as refused:
            flash(str(refused), "bad")
            return redirect(url_for("insights.groups", course=course, assignment=assignment), 303)
        rerun_id = rerun.id
    wake("background", len(failing))
    flash(
        "They are being graded with one seed. Come back to the groups when this is done, and discard it: "
        "it is for comparing alone.",
        "good",
    )
    return redirect(url_for("reruns.show", course=course, rerun=rerun_id), 303)


@bp.post("/groups/<key>/comment")
def comment(course: str, assignment: str, key: str) -> Any:
    """Show a comment with the names of those who will read it; with `confirmed`, write it to all of them."""
    chosen = list(dict.fromkeys(request.form.getlist("submission")))
    text = request.form.get("text", "").replace("\r\n", "\n")
    if not request.form.get("confirmed") or request.form.get("back"):
        return _comment_preview(course, assignment, key, text, chosen)
    with services().database.write() as session:
        member, found, of_class = _class(session, course, assignment)
        _expect_theirs(session, found, chosen)
        try:
            if not chosen:
                raise Refused("Nobody is chosen, so nobody would read this.")
            said = comment_on(session, chosen, text, member.person_id)
        except Refused as refused:
            alike = _group(of_class, key) or abort(404)
            return _group_page(session, member, found, of_class, alike, text, chosen, str(refused)), 422
    flash(f"The comment stands on {len(said)} {'submission' if len(said) == 1 else 'submissions'} now.", "good")
    return redirect(url_for("insights.group", course=course, assignment=assignment, key=key, **_version()), 303)


@bp.get("/groups/<key>/wrong-answer")
def wrong_answer(course: str, assignment: str, key: str) -> Any:
    """Draft a known-wrong answer from one of a group; with `file`, send that file of it."""
    with services().database.read() as session:
        member, found, of_class = _class(session, course, assignment)
        alike = _group(of_class, key)
        if alike is None or not of_class.version:
            return _gone(course, assignment)
        ids = [answer.submission_id for answer in alike.answers]
        submission = _submission(session, ids, request.args.get("submission", ids[0]))
        person = submission.person
        bundle = services().bundles.of(of_class.version)
        name = name_for(alike.failed[0].name if alike.failed else "a_test", bundle.wrong)
        try:
            files = draft_of_wrong_answer(
                submission.files, bundle.starter, _feedback(alike), [person.name, person.email.partition("@")[0]]
            )
        except Undraftable as problem:
            flash(str(problem), "warn")
            return redirect(url_for("insights.group", course=course, assignment=assignment, key=key, **_version()), 303)
    single = len(files) == 1
    drafts = {f"wrong/{name}.py" if single else f"wrong/{name}/{file}": text for file, text in files.items()}
    if (wanted := request.args.get("file")) is not None:
        return _sent(wanted, drafts.get(wanted) or abort(404))
    at = url_for("insights.group", course=course, assignment=assignment, key=key, **_version())
    breadcrumbs = [*_breadcrumbs(member, found, linked=True), ("Group", at), ("A wrong answer", None)]
    return render_template(
        "insights/wrong_answer.html",
        member=member,
        course=member.course,
        assignment=found,
        of_class=of_class,
        group=alike,
        drafts=drafts,
        submission=submission,
        fill_in=alike.kind != "diagnosis",
        breadcrumbs=breadcrumbs,
    )


def _class(session: Session, course: str, slug: str) -> tuple[Member, Assignment, ClassAt]:
    member = staff_member(session, user().person_id, course)
    found = assignment_at(session, member, slug)
    return member, found, class_at(session, found, clock(session), request.values.get("version", ""))


def _version() -> dict[str, Any]:
    version = request.values.get("version", "")
    return {"version": version} if version else {}


def _group(of_class: ClassAt, key: str) -> Group | None:
    return next((one for one in of_class.groups() if one.key == key), None)


def _gone(course: str, assignment: str) -> Response:
    flash(
        "Nobody fails in that way any more: there were new attempts since. These are the groups as they are now.",
        "warn",
    )
    return redirect(url_for("insights.groups", course=course, assignment=assignment), 303)  # type: ignore[return-value]


def _group_page(
    session: Session,
    member: Member,
    assignment: Assignment,
    of_class: ClassAt,
    alike: Group,
    text: str = "",
    chosen: Collection[str] | None = None,
    error: str = "",
) -> str:
    ids = [answer.submission_id for answer in alike.answers]
    example = _submission(session, ids, request.args.get("example", ids[0]))
    return render_template(
        "insights/group.html",
        member=member,
        course=member.course,
        assignment=assignment,
        of_class=of_class,
        group=alike,
        said=_said(session, ids),
        met=encountered(session, assignment).get(alike.wrong or "", 0),
        people=names_at(session, assignment),
        example=example,
        place=ids.index(example.id),
        files={name: data.decode("utf-8", "replace") for name, data in example.files.items()},
        text=text,
        chosen=set(ids if chosen is None else chosen),
        error=error,
        breadcrumbs=[*_breadcrumbs(member, assignment, linked=True), ("Group", None)],
    )


def _said(session: Session, ids: Collection[str]) -> Any:
    """Return what was said to several of these submissions: text, name, to how many and when, the latest first."""
    count, at = func.count().label("count"), func.max(Comment.at).label("at")
    query = (
        select(Comment.text, Person.name, count, at)
        .join(Person, Person.id == Comment.person_id)
        .where(Comment.submission_id.in_(ids), Comment.file.is_(None))
        .group_by(Comment.text, Person.id, Person.name)
        .having(count > 1)
        .order_by(at.desc(), Comment.text)
        .limit(_SAID)
    )
    return session.execute(query).all()


def _comment_preview(course: str, assignment: str, key: str, text: str, chosen: list[str]) -> Any:
    with services().database.read() as session:
        member, found, of_class = _class(session, course, assignment)
        _expect_theirs(session, found, chosen)
        alike = _group(of_class, key)
        if alike is None:
            return _gone(course, assignment)
        error = "" if text.strip() else "There is nothing in the comment yet."
        error = error if chosen else "Nobody is chosen, so nobody would read this."
        if error or request.form.get("back"):
            page = _group_page(
                session, member, found, of_class, alike, text, chosen, "" if request.form.get("back") else error
            )
            return page, 200 if request.form.get("back") else 422
        people = names_at(session, found)
        query = select(Submission.id, Submission.person_id).where(Submission.id.in_(chosen))
        readers = sorted((people[person_id].name, one) for one, person_id in session.execute(query))
    at = url_for("insights.group", course=course, assignment=assignment, key=key, **_version())
    return render_template(
        "insights/group_comment.html",
        course=member.course,
        assignment=found,
        group=alike,
        version=request.values.get("version", ""),
        text=text,
        readers=readers,
        breadcrumbs=[*_breadcrumbs(member, found, linked=True), ("Group", at), ("Comment", None)],
    )


def _expect_theirs(session: Session, assignment: Assignment, chosen: Collection[str]) -> None:
    """Answer that there is no such thing, unless these are all attempts at this assignment."""
    query = select(Submission.id).where(
        Submission.assignment_id == assignment.id,
        Submission.kind == "submit",
        Submission.id.in_(chosen),
    )
    if len(chosen) > MAX_SUBMISSIONS or set(chosen) - set(session.scalars(query)):
        abort(404)


def _submission(session: Session, ids: Collection[str], wanted: str) -> Submission:
    if wanted not in ids:
        abort(404)
    return session.get_one(Submission, wanted, options=[undefer(Submission.files)])


def _feedback(alike: Group) -> str:
    if alike.kind == "diagnosis":
        return alike.sentence
    titles = "; ".join(dict.fromkeys(finding.title.rstrip(".") for finding in alike.failed[:5]))
    return f"{_FILL_IN} ({len(alike.answers)} answers failed in this way at: {titles}.)"


def _sent(path: str, text: str) -> Response:
    data = io.BytesIO(text.encode())
    return send_file(data, "text/x-python", as_attachment=True, download_name=path.rpartition("/")[2])


def _breadcrumbs(member: Member, assignment: Assignment, *, linked: bool = False) -> list[Breadcrumb]:
    at: dict[str, Any] = {"course": member.course.slug, "assignment": assignment.slug, **_version()}
    breadcrumbs = [*breadcrumbs_to(member, assignment), ("What the class tells", url_for("insights.show", **at))]
    return [*breadcrumbs, ("Groups", url_for("insights.groups", **at))] if linked else breadcrumbs
