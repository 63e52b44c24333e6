"""The gradebook of a course."""
