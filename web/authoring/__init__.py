"""Versions of an assignment: uploaded, verified, edited, tried out and published."""
