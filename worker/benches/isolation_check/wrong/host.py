"""The isolation of host does not hold on this machine."""


def reach_the_network():
    return []


def write_files():
    return []


def see_the_host():
    return ["host"]


def start_processes():
    return []


def gain_privileges():
    return []


def exceed_limits():
    return []
