"""Reruns: grading many submissions again, comparing, and applying all of it or nothing."""
