"""The audit log of a course."""
