"""The records: people, courses, assignments, versions, submissions, runs, and who changed what.

The database is the truth; a queue's message only says that there is something to look for. Everything is written in
transactions of `Database.write()`, which on SQLite begin by taking the one write lock, so that what was read in one
holds until it ends. On PostgreSQL a run is locked by whoever changes its state.

What must never change is guarded by triggers, in the database itself: finished runs with their test results, and the
audit log. The grade that counts is a pointer from the submission to one of its runs.

Whatever students submit, print or are called can be stored: files are bytes, and text is cleaned where it is bound
(`records.database.types`).
"""
