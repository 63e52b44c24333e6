"""Isolation of judge and sandbox server from the host, by Docker or by bubblewrap.

Each backend starts one of our own programs with no network, nothing to write but its scratch and (for the
sandbox) the folder of the bench's one socket, no privileges, and none of the host's environment.
"""
