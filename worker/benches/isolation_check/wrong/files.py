"""The isolation of files does not hold on this machine."""


def reach_the_network():
    return []


def write_files():
    return ["files"]


def see_the_host():
    return []


def start_processes():
    return []


def gain_privileges():
    return []


def exceed_limits():
    return []
