"""Reruns: grading many submissions again, and deciding on it."""
