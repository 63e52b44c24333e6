"""The records: people, courses, assignments, versions, submissions, runs, and who changed what.

The database is the truth; a queue's message only says that there is something to look for. Everything is written in
transactions of `Database.write()`, which on SQLite begin by taking the one write lock, so that what was read in one
holds until it ends. On PostgreSQL a run is locked by whoever changes its state.

What must never change is guarded by triggers, in the database itself: finished runs with their test results, and the
audit log. The grade that counts is a pointer from the submission to one of its runs.

Whatever students hand in, print or are called can be stored: files are bytes, and text is cleaned where it is bound
(`grader.records.types`).
"""

from grader.records.database import Database, DatabaseGone, clock, open_database
from grader.records.log import audit
from grader.records.models import (
    FINISHED,
    LANES,
    Assignment,
    AuditEntry,
    Course,
    Enrolment,
    Lane,
    Person,
    Run,
    Slot,
    State,
    Submission,
    TestResult,
    Version,
)
from grader.records.runs import Swept, Taken, ask_for_run, finish, give_back, keep, sweep, take, waiting
from grader.records.schema import migrate
from grader.records.slots import beat, leave, live_slots
from grader.records.submissions import attempts_used, hand_in
from grader.records.versions import bundle_of, keep_version

__all__ = [
    "FINISHED",
    "LANES",
    "Assignment",
    "AuditEntry",
    "Course",
    "Database",
    "DatabaseGone",
    "Enrolment",
    "Lane",
    "Person",
    "Run",
    "Slot",
    "State",
    "Submission",
    "Swept",
    "Taken",
    "TestResult",
    "Version",
    "ask_for_run",
    "attempts_used",
    "audit",
    "beat",
    "bundle_of",
    "clock",
    "finish",
    "give_back",
    "hand_in",
    "keep",
    "keep_version",
    "leave",
    "live_slots",
    "migrate",
    "open_database",
    "sweep",
    "take",
    "waiting",
]
