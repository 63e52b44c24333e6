"""Failing answers grouped by what they do: shown, commented on together, or turned into a known wrong answer."""

import io
from typing import Any, Final

from flask import Blueprint, Response, abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from records.errors import NotAllowed
from records.insights.classes import readers_of, submitters_of
from records.insights.groups import Group
from records.insights.wrong_answers import Undraftable, draft_of_wrong_answer, name_for
from records.marking.comments import comment_on
from records.reruns.lifecycle import begin_rerun
from records.reruns.models import Rerun
from records.submissions.models import Submission
from records.submissions.overview import submission_with_files
from web.extensions import services
from web.insights.forms import CommentForm, class_arguments, version_asked
from web.insights.presenters import (
    ClassAt,
    CommentPreviewPage,
    GroupsPage,
    WrongAnswerPage,
    class_or_404,
    group_page,
    path_to_groups,
)
from web.security.permissions import Permission, requires
from web.ui.pages import render_page
from worker.benches.bench import new_seed

_FILL_IN: Final = "Say here what the mistake is, how one sees it, and what to think about: students read this."

bp = Blueprint("groups", __name__, url_prefix="/courses/<course>/assignments/<assignment>/groups")


@bp.get("")
@requires(Permission.GRADE)
def index(course: str, assignment: str) -> str:
    """List the ways in which the class fails, most frequent first."""
    with services().database.read() as session:
        at = class_or_404(session, assignment)
        people = submitters_of(session, at.assignment)
    page = GroupsPage(
        member=at.member,
        assignment=at.assignment,
        results=at.results,
        groups=at.results.groups(),
        people=people,
        path=path_to_groups(),
    )
    return render_page("insights/groups.html", page)


@bp.get("/<key>")
@requires(Permission.GRADE)
def show(course: str, assignment: str, key: str) -> ResponseReturnValue:
    """Show one way of failing: an example, who fails so, and a comment to all of them."""
    with services().database.read() as session:
        at = class_or_404(session, assignment)
        group = at.results.group(key)
        if group is None:
            return _gone(course, assignment)
        page = group_page(session, at, group)
    return render_page("insights/group.html", page)


@bp.post("/same-seed")
@requires(Permission.GRADE)
def same_seed(course: str, assignment: str) -> ResponseReturnValue:
    """Rerun the failing answers with one seed, so that the values they return can be compared."""
    try:
        with services().database.write() as session:
            at = class_or_404(session, assignment)
            failing = [answer.submission_id for answer in at.results.latest if answer.failed]
            asked = Rerun(
                course_id=at.member.course.id,
                assignment_id=at.assignment.id,
                person_id=at.member.person_id,
                version_hash=at.results.version,
                seed=new_seed(),
                chosen="the last attempt of each student that fails a test",
                reason="To group answers by the values they return; no grade is to change.",
            )
            rerun = begin_rerun(session, asked, failing)
    except NotAllowed as refused:
        flash(str(refused), "bad")
        return redirect(url_for("groups.index", course=course, assignment=assignment), 303)
    services().announcer.wake("background", len(failing))
    flash("They are being graded with one seed. Come back to the groups when this is done, then discard it.", "good")
    return redirect(url_for("reruns.show", course=course, rerun=rerun.id), 303)


@bp.post("/<key>/comment")
@requires(Permission.GRADE)
def comment(course: str, assignment: str, key: str) -> ResponseReturnValue:
    """Preview a comment with the names of its readers; once confirmed, add it to their submissions."""
    form = CommentForm()
    if not form.confirmed.data or form.back.data:
        return _preview(course, assignment, key, form)
    try:
        with services().database.write() as session:
            at = class_or_404(session, assignment)
            readers = _readers_or_404(session, at, form)
            if not readers:
                raise NotAllowed(form.problem)
            comment_on(session, form.submission_ids, form.text.data, at.member.person_id)
    except NotAllowed as refused:
        with services().database.read() as session:
            at = class_or_404(session, assignment)
            page = group_page(session, at, at.group_or_404(key), form, str(refused))
        return render_page("insights/group.html", page), 422
    flash(f"The comment was added to {len(readers)} {'submission' if len(readers) == 1 else 'submissions'}.", "good")
    return redirect(_address(course, assignment, key), 303)


@bp.get("/<key>/wrong-answer")
@requires(Permission.GRADE)
def wrong_answer(course: str, assignment: str, key: str) -> ResponseReturnValue:
    """Show the draft of a known wrong answer from a submission of a group; with `file`, send that file of it."""
    with services().database.read() as session:
        at = class_or_404(session, assignment)
        group = at.results.group(key)
        if group is None or not at.results.version:
            return _gone(course, assignment)
        ids = [answer.submission_id for answer in group.answers]
        wanted = request.args.get("submission", ids[0])
        if wanted not in ids:
            abort(404)
        submission = submission_with_files(session, at.assignment, wanted) or abort(404)
        try:
            drafts = _drafts(at, group, submission)
        except Undraftable as problem:
            flash(str(problem), "warn")
            return redirect(_address(course, assignment, key), 303)
    if (path := request.args.get("file")) is not None:
        return _send_draft(path, drafts.get(path) or abort(404))
    page = WrongAnswerPage(
        member=at.member,
        assignment=at.assignment,
        results=at.results,
        group=group,
        drafts=drafts,
        submission=submission,
        fill_in=group.kind != "diagnosis",
        path=path_to_groups(("Group", _address(course, assignment, key)), ("Wrong answer", None)),
    )
    return render_page("insights/wrong_answer.html", page)


def _preview(course: str, assignment: str, key: str, form: CommentForm) -> ResponseReturnValue:
    with services().database.read() as session:
        at = class_or_404(session, assignment)
        readers = _readers_or_404(session, at, form)
        group = at.results.group(key)
        if group is None:
            return _gone(course, assignment)
        if form.back.data:
            return render_page("insights/group.html", group_page(session, at, group, form))
        if form.problem:
            return render_page("insights/group.html", group_page(session, at, group, form, form.problem)), 422
    page = CommentPreviewPage(
        member=at.member,
        assignment=at.assignment,
        group=group,
        version=version_asked(),
        withdrawn=at.results.withdrawn,
        text=form.text.data,
        readers=readers,
        path=path_to_groups(("Group", _address(course, assignment, key)), ("Comment", None)),
    )
    return render_page("insights/group_comment.html", page)


def _readers_or_404(session: Session, at: ClassAt, form: CommentForm) -> list[tuple[str, str]]:
    """Return the name and submission of each reader, or answer with 404 unless all are attempts at this assignment."""
    try:
        return readers_of(session, at.assignment, form.submission_ids)
    except LookupError:
        abort(404)


def _drafts(at: ClassAt, group: Group, submission: Submission) -> dict[str, str]:
    """Return a known wrong answer by paths in the bundle; raise Undraftable if a file is not Python."""
    bundle, person = services().bundles.of(at.results.version), submission.person
    name = name_for(group.failed[0].name if group.failed else "a_test", bundle.wrong)
    who = [person.name, person.email.partition("@")[0]]
    files = draft_of_wrong_answer(submission.files, bundle.starter, _diagnosis(group), who)
    if len(files) == 1:
        return {f"wrong/{name}.py": text for text in files.values()}
    return {f"wrong/{name}/{file}": text for file, text in files.items()}


def _diagnosis(group: Group) -> str:
    if group.kind == "diagnosis":
        return group.sentence
    titles = "; ".join(dict.fromkeys(finding.title.rstrip(".") for finding in group.failed[:5]))
    return f"{_FILL_IN} ({len(group.answers)} answers failed in this way at: {titles}.)"


def _send_draft(path: str, text: str) -> Response:
    data = io.BytesIO(text.encode())
    return send_file(data, "text/x-python", as_attachment=True, download_name=path.rpartition("/")[2])


def _gone(course: str, assignment: str) -> ResponseReturnValue:
    flash("Nobody fails in that way any more: there are new attempts. These are the groups as they are now.", "warn")
    return redirect(url_for("groups.index", course=course, assignment=assignment), 303)


def _address(course: str, assignment: str, key: str) -> str:
    version: dict[str, Any] = dict(class_arguments())
    return url_for("groups.show", course=course, assignment=assignment, key=key, **version)
