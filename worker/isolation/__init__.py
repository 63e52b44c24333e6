"""Outer walls: what a judge and a cell each stand inside.

A wall starts one of our own programs shut off from the host: no network, nothing to write but its scratch and (for the
cell) the place the bench's one socket lies in, no privileges, and none of the host's environment.
"""
