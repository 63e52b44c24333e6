"""What was done in a course, found and filtered: the audit log as staff read it."""
