"""The records: people, courses, assignments, versions, submissions, runs, and who changed what.

The database is the truth; a queue's message only says that there is something to look for. Everything is written in
transactions of `Database.write()`, which on SQLite begin by taking the one write lock, so that what was read in one
holds until it ends. On PostgreSQL a run is locked by whoever changes its state.

What must never change is guarded by triggers, in the database itself: finished runs with their test results, and the
audit log. The grade that counts is a pointer from the submission to one of its runs.

Whatever students hand in, print or are called can be stored: files are bytes, and text is cleaned where it is bound
(`grader.records.types`).
"""

from grader.records.admission import Refused, admit, admit_trial, taken_before
from grader.records.base import LANES, Lane, new_id
from grader.records.batches import Batch, BatchItem, BatchState, batch_at
from grader.records.changes import CHANGES, Change, Flip, Item, attempt_number, items_of, neighbours
from grader.records.choosing import (
    CHOICES,
    Choice,
    TestSeen,
    choose,
    counting_of,
    counts_of,
    in_words,
    tests_seen,
    versions_at,
)
from grader.records.comments import MAX_COMMENT, change_comment, comment_on
from grader.records.comparison import Comparison, Tally, compare
from grader.records.courses import STAFF, Assignment, Course, Enrolment, Role
from grader.records.database import Database, DatabaseGone, chunks, clock, open_database
from grader.records.decisions import SCOPES, Decided, Scope, apply_batch, discard_batch, undo_batch
from grader.records.drafts import Draft, DraftConflict, draft_of, save_draft
from grader.records.extensions import Extension, extend, hold_terms, withdraw
from grader.records.forecast import Standing, places, standing, standings
from grader.records.gradebook import (
    Cell,
    Flag,
    Gradebook,
    StudentRow,
    assignments_of,
    gradebook_of,
    in_order_of,
    sections_of,
)
from grader.records.insights import (
    ClassAttempts,
    answers_of,
    attempts_of_class,
    encountered,
    rerun_with_one_seed,
    students_of,
)
from grader.records.lateness import is_closed, percent_off
from grader.records.log import AuditEntry, audit
from grader.records.markings import Comment, Marking, MarkingConflict, RubricItem, RubricMark, expect_revision
from grader.records.marks import Marks, add_item, change_item, changes_since, mark, marks_of
from grader.records.notices import Notice, NoticeKind, notify
from grader.records.people import Invitation, Person, PersonalToken
from grader.records.removal import is_removable, remove_assignment
from grader.records.reruns import (
    MAX_BATCH,
    Progress,
    begin_batch,
    cancel_batch,
    pause_batch,
    progress_of,
    resume_batch,
)
from grader.records.runs import Swept, Taken, ask_for_run, finish, give_back, keep, sweep, take, waiting
from grader.records.schema import migrate
from grader.records.scores import Attempt, Attempts, attempts_in, attempts_of, counting, shown_of, shown_visibilities
from grader.records.setting import TERMS, set_terms
from grader.records.slots import Slot, beat, leave, live_slots, serving, troubles, unserved
from grader.records.studies import (
    Study,
    StudyKind,
    StudyState,
    TakenStudy,
    ask_for_study,
    end_study,
    give_study_back,
    keep_study,
    studies_waiting,
    sweep_studies,
    take_study,
)
from grader.records.submissions import attempts_used, hand_in
from grader.records.terms import Terms, extensions_at, own_terms, terms_of
from grader.records.ungraded import Ungraded, grade_anew, ungraded_in
from grader.records.uploads import GateShut, Published, Upload, bring, graded_by_others, is_sound, publish
from grader.records.versions import Version, bundle_of, keep_version
from grader.records.work import FINISHED, Kind, Run, State, Submission, TestResult

__all__ = [
    "CHANGES",
    "CHOICES",
    "FINISHED",
    "LANES",
    "MAX_BATCH",
    "MAX_COMMENT",
    "SCOPES",
    "STAFF",
    "TERMS",
    "Assignment",
    "Attempt",
    "Attempts",
    "AuditEntry",
    "Batch",
    "BatchItem",
    "BatchState",
    "Cell",
    "Change",
    "Choice",
    "ClassAttempts",
    "Comment",
    "Comparison",
    "Course",
    "Database",
    "DatabaseGone",
    "Decided",
    "Draft",
    "DraftConflict",
    "Enrolment",
    "Extension",
    "Flag",
    "Flip",
    "GateShut",
    "Gradebook",
    "Invitation",
    "Item",
    "Kind",
    "Lane",
    "Marking",
    "MarkingConflict",
    "Marks",
    "Notice",
    "NoticeKind",
    "Person",
    "PersonalToken",
    "Progress",
    "Published",
    "Refused",
    "Role",
    "RubricItem",
    "RubricMark",
    "Run",
    "Scope",
    "Slot",
    "Standing",
    "State",
    "StudentRow",
    "Study",
    "StudyKind",
    "StudyState",
    "Submission",
    "Swept",
    "Taken",
    "TakenStudy",
    "Tally",
    "Terms",
    "TestResult",
    "TestSeen",
    "Ungraded",
    "Upload",
    "Version",
    "add_item",
    "admit",
    "admit_trial",
    "answers_of",
    "apply_batch",
    "ask_for_run",
    "ask_for_study",
    "assignments_of",
    "attempt_number",
    "attempts_in",
    "attempts_of",
    "attempts_of_class",
    "attempts_used",
    "audit",
    "batch_at",
    "beat",
    "begin_batch",
    "bring",
    "bundle_of",
    "cancel_batch",
    "change_comment",
    "change_item",
    "changes_since",
    "choose",
    "chunks",
    "clock",
    "comment_on",
    "compare",
    "counting",
    "counting_of",
    "counts_of",
    "discard_batch",
    "draft_of",
    "encountered",
    "end_study",
    "expect_revision",
    "extend",
    "extensions_at",
    "finish",
    "give_back",
    "give_study_back",
    "grade_anew",
    "gradebook_of",
    "graded_by_others",
    "hand_in",
    "hold_terms",
    "in_order_of",
    "in_words",
    "is_closed",
    "is_removable",
    "is_sound",
    "items_of",
    "keep",
    "keep_study",
    "keep_version",
    "leave",
    "live_slots",
    "mark",
    "marks_of",
    "migrate",
    "neighbours",
    "new_id",
    "notify",
    "open_database",
    "own_terms",
    "pause_batch",
    "percent_off",
    "places",
    "progress_of",
    "publish",
    "remove_assignment",
    "rerun_with_one_seed",
    "resume_batch",
    "save_draft",
    "sections_of",
    "serving",
    "set_terms",
    "shown_of",
    "shown_visibilities",
    "standing",
    "standings",
    "students_of",
    "studies_waiting",
    "sweep",
    "sweep_studies",
    "take",
    "take_study",
    "taken_before",
    "terms_of",
    "tests_seen",
    "troubles",
    "undo_batch",
    "ungraded_in",
    "unserved",
    "versions_at",
    "waiting",
    "withdraw",
]
