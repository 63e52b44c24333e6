"""Accounts: logging in, invitations, passwords, personal tokens."""
