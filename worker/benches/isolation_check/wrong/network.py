"""The isolation of network does not hold on this machine."""


def kept():
    return []


def reach_the_network():
    return ["network"]


write_files = see_the_host = start_processes = gain_privileges = exceed_limits = kept
