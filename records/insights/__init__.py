"""Figures of a class: each test, groups that fail alike, similar submissions."""
