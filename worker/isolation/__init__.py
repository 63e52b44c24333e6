"""Outer isolation: what a judge and a sandbox each stand inside.

An isolation starts one of our own programs shut off from the host: no network, nothing to write but its scratch and
(for the sandbox) the place the bench's one socket lies in, no privileges, and none of the host's environment.
"""
