"""Submissions and their runs: whether one is accepted, its score, drafts, and notices to students."""
