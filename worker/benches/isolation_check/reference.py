"""What gets through where the isolation holds: nothing."""


def reach_the_network():
    """Return the addresses that could be reached."""
    return []


def write_files():
    """Return the folders outside the scratch that could be written to."""
    return []


def see_the_host():
    """Return what could be seen that a submission has no business with."""
    return []


def start_processes():
    """Return the ways in which another process could be started."""
    return []


def gain_privileges():
    """Return the privileges that could be had."""
    return []


def exceed_limits():
    """Return the limits that are not in force."""
    return []
