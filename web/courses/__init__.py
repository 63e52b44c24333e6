"""Courses, their people, and rosters."""
