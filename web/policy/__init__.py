"""An assignment's policy, and extensions that change it for some."""
