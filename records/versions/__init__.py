"""Versions of assignments: each bundle once, by its hash, and which one is published."""
