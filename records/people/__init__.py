"""People, and the secrets that identify them."""
