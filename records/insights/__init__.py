"""Figures of a class: what each test tells, groups that fail alike, similar submissions."""
