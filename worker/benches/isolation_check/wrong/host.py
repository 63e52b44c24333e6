"""The isolation of host does not hold on this machine."""


def kept():
    return []


def see_the_host():
    return ["host"]


reach_the_network = write_files = start_processes = gain_privileges = exceed_limits = kept
