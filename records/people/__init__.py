"""People, and the secrets by which they are known."""
