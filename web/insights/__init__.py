"""What a class understands: figures, groups, similarity."""
