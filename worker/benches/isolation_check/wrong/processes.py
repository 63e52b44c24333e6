"""The isolation of processes does not hold on this machine."""


def kept():
    return []


def start_processes():
    return ["processes"]


reach_the_network = write_files = see_the_host = gain_privileges = exceed_limits = kept
