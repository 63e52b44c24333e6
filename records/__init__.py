"""The records: people, courses, assignments, versions, submissions, runs, and who changed what.

The database is the truth; a queue's message is only a wake-up. Everything is written in transactions of
`Database.write()`. On SQLite these begin by taking the one write lock, so what a transaction has read holds until it
ends; on PostgreSQL a run is locked by whoever changes its state.

Triggers in the database itself guard what must never change: finished runs with their tests, versions, the files of a
submission, and the audit log. The grade that counts is a pointer from the submission to one of its runs.

Whatever students submit, print or are named can be stored: files are bytes, and text is cleaned where it is bound
(`records.database.types`).
"""
