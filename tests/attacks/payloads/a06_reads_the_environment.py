# A6: looks for secrets among environment variables, arguments, the host's name and the user's.
import os
import sys

HARMLESS = {
    "HOME",
    "LANG",
    "LC_CTYPE",
    "PATH",
    "PWD",
    "SHLVL",
    "TMPDIR",
    "MALLOC_ARENA_MAX",
    "OMP_WAIT_POLICY",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD",
}
HARMLESS |= {"PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED"} | {
    f"{name}_NUM_THREADS" for name in ("MKL", "OMP", "OPENBLAS")
}


def told(found):
    return f"gave {found!r}" if found else "denied: nothing"


def attempt():
    libraries = set(os.environ) & {"KMP_INIT_AT_FORK", "KMP_DUPLICATE_LIB_OK", "TORCHINDUCTOR_CACHE_DIR"}
    return {
        "variables": told(sorted(set(os.environ) - HARMLESS - libraries)),
        "arguments": told(
            [word for word in sys.argv[1:] if word not in ("--environment", "numpy", "torch", "--threads", "1")]
        ),
        "host": told(os.uname().nodename if os.uname().nodename != "gradeloop" else ""),
        "root": told(os.getuid() == 0),
        "groups": told([group for group in os.getgroups() if group != os.getgid()]),
        "other processes": told(os.getppid()),
        "process id": told(os.getpid() - 1),
    }
