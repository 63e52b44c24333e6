"""What people add to what tests found: comments, rubrics, overrides; and the gradebook they add up to."""
