"""Courses, who is in them, and the policy of each assignment: dates, attempts, lateness, visibility, extensions."""
