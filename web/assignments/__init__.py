"""The assignment page: statement, editor, drafts and submitting; and its policy."""
