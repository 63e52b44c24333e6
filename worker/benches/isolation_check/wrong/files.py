"""The isolation of files does not hold on this machine."""


def kept():
    return []


def write_files():
    return ["files"]


reach_the_network = see_the_host = start_processes = gain_privileges = exceed_limits = kept
