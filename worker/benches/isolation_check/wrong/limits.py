"""The isolation of limits does not hold on this machine."""


def kept():
    return []


def exceed_limits():
    return ["limits"]


reach_the_network = write_files = see_the_host = start_processes = gain_privileges = kept
