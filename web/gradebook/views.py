"""The gradebook: students and assignments, with what counts; sorted, filtered, and sent as a file."""

import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any, Final

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from grader.exports.exports import to_gradescope
from records.courses.members import Member
from records.database.engine import chunks, clock
from records.marking.gradebook import Gradebook, GradebookCell, StudentRow, gradebook_of, in_order_of, sections_of
from records.submissions.models import Run, Submission
from web.extensions import services
from web.security.permissions import Permission, current_member, requires
from web.ui.csv import Value, sent_csv

ROWS: Final = 100  # of a page
_COLUMNS: Final = ("name", "email", "section", "total")
_AT: Final = "at-"  # before an assignment's slug, in the name of its column
_RUNS_AT_ONCE: Final = 200
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9@._+-]")

bp = Blueprint("gradebook", __name__, url_prefix="/courses/<course>/gradebook")


@dataclass(frozen=True)
class View:
    """What of a gradebook is asked for.

    Attributes:
        section: "" for all, or "=" with the section's name.
        search: what is in names or addresses.
        sort: "name", "email", "section", "total", or "at-" with an assignment's slug.
        descending: whether the largest comes first.
        page: which one, from 1.
    """

    section: str = ""
    search: str = ""
    sort: str = "name"
    descending: bool = False
    page: int = 1

    @property
    def only_section(self) -> str | None:
        """The section asked for; None for all."""
        return self.section[1:] if self.section.startswith("=") else None

    def arguments(self) -> dict[str, Any]:
        """Return what stands in the address for it: what is as usual is left out."""
        asked = {"section": self.section, "q": self.search, "sort": self.sort, "page": self.page}
        usual = {"section": "", "q": "", "sort": "name", "page": 1}
        return {name: value for name, value in asked.items() if value != usual[name]} | (
            {"order": "down"} if self.descending else {}
        )


@bp.get("")
@requires(Permission.GRADE)
def show(course: str) -> Any:
    """Show what each student has at each assignment."""
    view = _view()
    with services().database.read() as session:
        member = current_member()
        now = clock(session)
        book = gradebook_of(session, member.course.id, now, section=view.only_section, search=view.search)
        sections = sections_of(session, member.course.id)
    rows = _sorted(book, view)
    last_page = max(1, -(-len(rows) // ROWS))
    view = replace(view, page=min(view.page, last_page))
    begin = (view.page - 1) * ROWS
    return render_template(
        "gradebook/show.html",
        member=member,
        course=member.course,
        book=book,
        rows=rows[begin : begin + ROWS],
        begin=begin,
        view=view,
        last_page=last_page,
        sections=sections,
        means=book.means(),
        at=_AT,
        address=_address(course, view),
        breadcrumbs=[(member.course.title, url_for("courses.show", course=course)), ("Gradebook", None)],
    )


@bp.get("/export")
@requires(Permission.GRADE)
def export(course: str) -> Response:
    """Send the gradebook as CSV, or each active submission's results for Gradescope."""
    with services().database.read() as session:
        member = current_member()
        return sent_gradebook(session, member, request.args.get("form", "csv"), _view())


def sent_gradebook(session: Session, member: Member, form: str, view: View | None = None) -> Response:
    """Return a file with the gradebook: "csv" for a table, "gradescope" for a zip of results in Gradescope's form."""
    view = view or View()
    now = clock(session)
    book = gradebook_of(session, member.course.id, now, section=view.only_section, search=view.search)
    if form == "csv":
        headings, rows = csv_rows(book, _sorted(book, view))
        return sent_csv(f"{member.course.slug}-gradebook", headings, rows)
    if form != "gradescope":
        abort(404)
    data = io.BytesIO()
    gradescope_zip(session, book, data)
    data.seek(0)
    name = f"{member.course.slug}-gradescope.zip"
    return send_file(data, "application/zip", as_attachment=True, download_name=name)


def csv_rows(book: Gradebook, rows: Sequence[StudentRow]) -> tuple[list[str], Iterator[list[Value]]]:
    """Return the headings and the rows of a gradebook as a table."""
    headings = ["Name", "E-mail", "Section"]
    for assignment in book.assignments:
        of = assignment.slug
        headings += [f"{of}: points", f"{of}: of", f"{of}: attempt", f"{of}: attempts", f"{of}: late %", f"{of}: flags"]
    headings += ["Total", "Total: of"]
    return headings, ([*_csv_cells(row), row.total, book.max_total] for row in rows)


def gradescope_zip(session: Session, book: Gradebook, file: IO[bytes]) -> None:
    """Write a zip with a results.json of Gradescope's form for each submission that counts."""
    counted = {
        cell.attempt.submission_id: (assignment.slug, row.email, cell)
        for row in book.rows
        for assignment, cell in zip(book.assignments, row.cells, strict=True)
        if cell.attempt is not None and cell.final_score is not None
    }
    taken: set[str] = set()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for submission_id, told in _told(session, list(counted)):
            slug, email, cell = counted[submission_id]
            folder = f"{slug}/{_UNSAFE.sub('_', email)}"
            folder = folder if folder not in taken else f"{folder}-{submission_id[:8]}"
            taken.add(folder)
            archive.writestr(f"{folder}/results.json", json.dumps(_results(told, cell), indent=1))


def _told(session: Session, submission_ids: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what grading found, for Gradescope: of what is worth something by a grader alone, that it has no tests."""
    without_run = dict.fromkeys(submission_ids)
    for run in _runs(session, submission_ids):
        without_run.pop(run.submission_id)
        yield run.submission_id, to_gradescope(run.result())
    for submission_id in without_run:
        yield submission_id, {"output": "This was not graded by tests."}


def _results(told: Mapping[str, Any], cell: GradebookCell) -> dict[str, Any]:
    """Return what grading found for Gradescope, worth what the gradebook says."""
    attempt = cell.attempt
    assert attempt is not None
    said = [told["output"]]
    if attempt.rubric:
        said.append(f"Rubric items: {attempt.rubric:+.12g} points.")
    if attempt.percent_off:
        said.append(f"Submitted late: {attempt.percent_off:g} % off.")
    if attempt.override is not None:
        said.append(f"A grader made it worth {attempt.override:.12g} points.")
    return {**told, "score": cell.final_score, "output": "\n".join(filter(None, said))}


def _runs(session: Session, submission_ids: Sequence[str]) -> Iterator[Run]:
    """Yield the runs that count, some at a time: their tests take room."""
    for some in chunks(submission_ids, _RUNS_AT_ONCE):
        query = (
            select(Run)
            .join(Submission, Submission.run_id == Run.id)
            .where(Submission.id.in_(some))
            .options(
                selectinload(Run.tests),
                joinedload(Run.submission),
                joinedload(Run.version),
            )
        )
        yield from session.scalars(query)
        session.expunge_all()


def _csv_cells(row: StudentRow) -> list[Value]:
    cells: list[Value] = [row.name, row.email, row.section]
    for cell in row.cells:
        attempt = cell.attempt
        late = attempt.percent_off if attempt is not None and attempt.percent_off else None
        number = attempt.number if attempt is not None else None
        cells += [cell.final_score, cell.max_points, number, cell.submitted, late, ", ".join(cell.flags)]
    return cells


def _view() -> View:
    page = request.args.get("page", "")
    return View(
        section=request.args.get("section", "")[:200],
        search=request.args.get("q", "").strip()[:200],
        sort=request.args.get("sort", "name"),
        descending=request.args.get("order") == "down",
        page=int(page) if re.fullmatch(r"[1-9][0-9]{0,5}", page) else 1,
    )


def _sorted(book: Gradebook, view: View) -> list[StudentRow]:
    slugs = [assignment.slug for assignment in book.assignments]
    column: str | int = view.sort if view.sort in _COLUMNS else "name"
    if view.sort.startswith(_AT) and view.sort.removeprefix(_AT) in slugs:
        column = slugs.index(view.sort.removeprefix(_AT))
    return in_order_of(book.rows, column, descending=view.descending)


def _address(course: str, view: View) -> Any:
    """Return a function that gives the address of this page with something else asked for."""

    def address(endpoint: str = "gradebook.show", **changes: Any) -> str:
        return url_for(endpoint, course=course, **replace(view, **changes).arguments())

    return address
