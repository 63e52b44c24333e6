# D51: has the kernel kill its process by a signal that also comes from outside, so that the run might not be graded.
import ctypes
import fcntl
import resource
import signal

libc = ctypes.CDLL(None)


def has_no_time():
    resource.setrlimit(resource.RLIMIT_CPU, (0, 0))
    spin()


def has_no_time_by_number():
    resource.prlimit(0, resource.RLIMIT_CPU, (0, 0))
    spin()


def has_no_time_past_the_library():
    nothing = (ctypes.c_ulong * 2)(0, 0)
    if libc.syscall(160, ctypes.c_long(resource.RLIMIT_CPU), nothing) == -1:
        raise PermissionError
    spin()


def is_told_by_a_deadly_signal():
    fcntl.fcntl(3, fcntl.F_SETOWN, 1)
    fcntl.fcntl(3, 10, signal.SIGKILL)
    fcntl.fcntl(3, fcntl.F_SETFL, fcntl.fcntl(3, fcntl.F_GETFL) | fcntl.FASYNC)


def spin():
    for _ in range(10**8):
        pass


ENDS = [has_no_time, has_no_time_by_number, has_no_time_past_the_library, is_told_by_a_deadly_signal]


def case(i):
    if i < len(ENDS):
        return ENDS[i]()
    return i + 0.5
