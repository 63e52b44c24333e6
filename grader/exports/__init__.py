"""A run in the forms of other systems."""
