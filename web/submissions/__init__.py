"""Submissions and their runs, live and finished, as students read them."""
