# E60, E62: gains privileges, raises limits, changes what is outside its scratch, or reaches other processes.
import ctypes
import os
import resource
import signal

libc = ctypes.CDLL(None, use_errno=True)


def tried(action):
    try:
        gave = action()
    except BaseException as error:
        return f"denied: {type(error).__name__}"
    return f"gave {gave!r}"[:200]


def seen(look):
    try:
        return f"gave {found!r}"[:200] if (found := look()) else "denied: nothing there"
    except OSError as error:
        return f"denied: {type(error).__name__}"


LIMITS = ["AS", "NPROC", "NOFILE", "FSIZE", "STACK", "CORE", "MEMLOCK", "MSGQUEUE"]
PLACES = [
    "/",
    "/usr",
    "/usr/bin",
    "/lib",
    "/etc",
    "/proc",
    "/sys",
    "/dev",
    "/dev/shm",
    "/run",
    "/run/gradeloop",
    "/var",
]
PLACES += ["/var/tmp", "/root", "/home", os.path.dirname(os.__file__), os.path.dirname(ctypes.__file__)]
UNLIMITED = resource.RLIM_INFINITY


def raised(name):
    kind = getattr(resource, f"RLIMIT_{name}")
    resource.setrlimit(kind, (UNLIMITED, UNLIMITED))
    return resource.getrlimit(kind)


def unlimited(name):
    return resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1] == UNLIMITED


def written(folder):
    with open(os.path.join(folder, "gradeloop-was-here"), "w") as file:
        return file.write("x")


def capabilities():
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    sets = (ctypes.c_uint32 * 6)()
    if libc.capget(header, sets) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    return any(sets)


def attempt():
    found = {f"raises {name}": tried(lambda name=name: raised(name)) for name in LIMITS}
    found |= {f"without limit: {name}": seen(lambda name=name: unlimited(name)) for name in LIMITS}
    found |= {f"writes in {place}": tried(lambda place=place: written(place)) for place in PLACES}
    found["becomes root"] = tried(lambda: os.setuid(0))
    found["changes its group"] = tried(lambda: os.setgid(0))
    found["holds capabilities"] = seen(capabilities)
    found["sees other processes"] = seen(lambda: [pid for pid in range(2, 3000) if libc.kill(pid, 0) == 0])
    found["nice"] = tried(lambda: os.nice(-5))
    found["mounts"] = seen(lambda: os.listdir("/tmp/../proc/1"))
    found["renames the root"] = tried(lambda: os.rename("/usr", "/usr2"))
    found["removes a library"] = tried(lambda: os.unlink(ctypes.__file__))
    found["truncates a library"] = tried(lambda: os.truncate(ctypes.__file__, 0))
    found["dates a library"] = tried(lambda: os.utime(ctypes.__file__, (0, 0)))
    found["runs from its scratch"] = tried(lambda: os.execv("/tmp/submission/probe.py", ["x"]))
    found["waits for children"] = tried(lambda: os.waitpid(-1, os.WNOHANG))
    found["wakes its parent"] = tried(lambda: os.kill(os.getppid() or 2, signal.SIGUSR1))
    return found
