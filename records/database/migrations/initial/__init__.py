"""The tables and triggers of the first release, as `versions/r0001_initial.py` makes them."""
