"""The records: people, courses, assignments, versions, submissions, runs, and who changed what.

The database is the truth; a queue's message only says that there is something to look for. Everything is written in
transactions of `Database.write()`, which on SQLite begin by taking the one write lock, so that what was read in one
holds until it ends. On PostgreSQL a run is locked by whoever changes its state.

What must never change is guarded by triggers, in the database itself: finished runs with their test results, and the
audit log. The grade that counts is a pointer from the submission to one of its runs.

Whatever students hand in, print or are called can be stored: files are bytes, and text is cleaned where it is bound
(`grader.records.types`).
"""

from grader.records.base import LANES, Lane
from grader.records.courses import Assignment, Course, Enrolment, Person
from grader.records.database import Database, DatabaseGone, clock, open_database
from grader.records.forecast import Standing, standing, standings
from grader.records.log import AuditEntry, audit
from grader.records.runs import Swept, Taken, ask_for_run, finish, give_back, keep, sweep, take, waiting
from grader.records.schema import migrate
from grader.records.slots import Slot, beat, leave, live_slots, troubles
from grader.records.submissions import attempts_used, hand_in
from grader.records.versions import Version, bundle_of, keep_version
from grader.records.work import FINISHED, Run, State, Submission, TestResult

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
    "Standing",
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
    "standing",
    "standings",
    "sweep",
    "take",
    "troubles",
    "waiting",
]
