"""Submissions and what grading them found: whether one is accepted, its score, and what its student is told."""
