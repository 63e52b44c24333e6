"""Marking one submission."""
