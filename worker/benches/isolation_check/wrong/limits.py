"""The isolation of limits does not hold on this machine."""


def reach_the_network():
    return []


def write_files():
    return []


def see_the_host():
    return []


def start_processes():
    return []


def gain_privileges():
    return []


def exceed_limits():
    return ["limits"]
