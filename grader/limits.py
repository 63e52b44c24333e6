"""Every limit of the sandbox, with its unit in its name, and every mount.

What an author may set per assignment (seconds, memory, output) lives in the bundle's manifest; what is here
holds for all of them.
"""

from typing import Final

# The value boundary: checked before anything is allocated.
MAX_FRAME_BYTES: Final = 64 * 1024 * 1024
MAX_TREE_BYTES: Final = 2 * 1024 * 1024
MAX_VALUES: Final = 200_000
MAX_COLLECTION_ITEMS: Final = 100_000
MAX_NESTING: Final = 32
MAX_CALLBACK_DEPTH: Final = 16
MAX_PULLED_ITEMS: Final = 10_000
MAX_CALL_OUTPUT_CHARACTERS: Final = 64 * 1024  # of what one call printed, for the test that made it
MAX_RUN_BYTES: Final = 256 * 1024 * 1024  # of memory, roughly, for all that came from one submission

# Namespaces and seccomp, for each submission.
SANDBOX_SCRATCH: Final = "/tmp"
SANDBOX_SCRATCH_BYTES: Final = 16 * 1024 * 1024
SANDBOX_MAX_INODES: Final = 512
SANDBOX_MAX_FILE_BYTES: Final = 8 * 1024 * 1024
SANDBOX_MAX_OPEN_FILES: Final = 64
SANDBOX_MAX_THREADS: Final = 64
SANDBOX_RESERVE_BYTES: Final = 8 * 1024 * 1024  # to report that memory ran out
SANDBOX_STACK_BYTES: Final = 8 * 1024 * 1024
MAX_OUTPUT_BYTES: Final = 1024 * 1024
MAX_MESSAGE_CHARACTERS: Final = 4000  # of one test's message, which may quote a student's values
# Covered by an empty read-only tmpfs in every sandbox: processes, devices, kernel settings and the bench's socket.
SANDBOX_HIDDEN_PATHS: Final = ("/proc", "/sys", "/dev", "/run", "/var")

# Isolation of each of a bench's two processes.
SHARED_DIRECTORY: Final = "/run/gradeloop"
SHARED_BYTES: Final = 64 * 1024
SHARED_MAX_INODES: Final = 8
SOCKET_PATH: Final = f"{SHARED_DIRECTORY}/sandbox.sock"
ISOLATION_SCRATCH_BYTES: Final = 64 * 1024 * 1024
# The same, in Docker.
ISOLATION_MAX_OPEN_FILES: Final = 1024
ISOLATION_MAX_PROCESSES: Final = 256
ISOLATION_MEMORY_MIB: Final = 2048
ISOLATION_RESERVE_MIB: Final = 512  # beside what a submission may take: the libraries, their server, the scratch
ISOLATION_SPARE_PROCESSORS: Final = 0.5  # beside its threads of computing: forks, pipes, the supervisor
ISOLATION_WEIGHT: Final = 1024  # under contention for processors
ISOLATION_WEIGHT_OF_BACKGROUND: Final = 64  # so that a student who waits goes first

# The bench.
SUITES_KEPT: Final = 8
SUITE_SECONDS: Final = 30.0
BENCH_START_SECONDS: Final = 60.0
JUDGE_GRACE_SECONDS: Final = 10.0
# Between a run and the forks for the next one, so that storing the result has the processors.
BREATHER_MS: Final = 30
# How long a diagnosis may take after the score is known: in a run for a student, and in a verification.
DIAGNOSIS_SECONDS: Final = 2.0
VERIFY_DIAGNOSIS_SECONDS: Final = 60.0


def environment_variables(threads: int) -> dict[str, str]:
    """Return the whole environment of a judge or a sandbox: nothing is inherited from the host."""
    count = str(threads)
    return {
        "HOME": SANDBOX_SCRATCH,
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "TMPDIR": SANDBOX_SCRATCH,
        "MALLOC_ARENA_MAX": "2",  # an arena per thread would be charged to the address-space limit
        "MKL_NUM_THREADS": count,
        "OMP_NUM_THREADS": count,
        "OMP_WAIT_POLICY": "PASSIVE",  # a thread that spins while it waits takes the core of the one it waits for
        "OPENBLAS_NUM_THREADS": count,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",  # one seed, one score
    }
