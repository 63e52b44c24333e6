"""What gets through from inside a sandbox."""


def reach_the_network():
    """Return the addresses that could be reached."""
    raise NotImplementedError


def write_files():
    """Return the folders outside the scratch that could be written to."""
    raise NotImplementedError


def see_the_host():
    """Return what could be seen that a submission has no business with."""
    raise NotImplementedError


def start_processes():
    """Return the ways in which another process could be started."""
    raise NotImplementedError


def gain_privileges():
    """Return the privileges that could be had."""
    raise NotImplementedError


def exceed_limits():
    """Return the limits that are not in force."""
    raise NotImplementedError
