"""The isolation of privileges does not hold on this machine."""


def kept():
    return []


def gain_privileges():
    return ["privileges"]


reach_the_network = write_files = see_the_host = start_processes = exceed_limits = kept
