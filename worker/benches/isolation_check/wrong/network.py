"""The isolation of network does not hold on this machine."""


def reach_the_network():
    return ["network"]


def write_files():
    return []


def see_the_host():
    return []


def start_processes():
    return []


def gain_privileges():
    return []


def exceed_limits():
    return []
