"""Triggers that guard, in the database itself, what must never change."""

from typing import Final

from alembic import op

# Table, what is refused, of which rows, and the sentence.
_FINISHED: Final = "OLD.state IN ('graded', 'not graded')"
_SUBMITTED: Final = "id, assignment_id, person_id, kind, content_hash, files, created_at"
_GUARDS: Final = (
    ("runs", "UPDATE", _FINISHED, "a finished run is never changed"),
    ("runs", "DELETE", _FINISHED, "a finished run is never removed"),
    ("versions", "UPDATE", "", "a version is never changed"),
    ("submissions", f"UPDATE OF {_SUBMITTED}", "", "what was submitted is never changed"),
    ("audit_log", "UPDATE", "", "the audit log is never changed"),
    ("audit_log", "DELETE", "", "nothing is removed from the audit log"),
)
_RUN_TESTS: Final = "the test results of a finished run are never changed"


def create_guards() -> None:
    """Create the triggers that refuse to change what must stay as it was written."""
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for table, act, rows, sentence in _GUARDS:
        _refuse_in_sqlite(table, act, rows, sentence)
    for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        finished = f"SELECT 1 FROM runs WHERE id = {row}.run_id AND state IN ('graded', 'not graded')"
        _refuse_in_sqlite("run_tests", act, f"EXISTS ({finished})", _RUN_TESTS, suffix=f"_{row.lower()}")


def _refuse_in_sqlite(table: str, act: str, rows: str, sentence: str, suffix: str = "") -> None:
    when = f"WHEN {rows}" if rows else ""
    op.execute(
        f"CREATE TRIGGER {table}_{act.split()[0].lower()}{suffix} BEFORE {act} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )


def _guard_postgresql() -> None:
    _create_functions()
    for table, act, rows, sentence in _GUARDS:
        when = f"WHEN ({rows})" if rows else ""
        op.execute(
            f"CREATE TRIGGER {table}_{act.split()[0].lower()} BEFORE {act} ON {table} "
            f"FOR EACH ROW {when} EXECUTE FUNCTION refuse('{sentence}')"
        )
    op.execute(
        "CREATE TRIGGER run_tests_change BEFORE INSERT OR UPDATE OR DELETE ON run_tests "
        "FOR EACH ROW EXECUTE FUNCTION refuse_for_finished_run()"
    )
    for table in ("runs", "run_tests", "versions", "audit_log"):
        op.execute(
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse('{table} is never emptied')"
        )


def _create_functions() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )
    op.execute(
        f"""
        CREATE FUNCTION refuse_for_finished_run() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM runs WHERE id IN (OLD.run_id, NEW.run_id) AND state IN ('graded', 'not graded')
            ) THEN
                RAISE EXCEPTION '{_RUN_TESTS}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END $$
        """
    )
