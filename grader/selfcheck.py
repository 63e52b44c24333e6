"""The self-check: judge and sandbox server try each promise of their isolation from inside before they serve."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from grader.fingerprint import fingerprint

_OUTSIDE: Final = ("/", "/etc", "/home", "/opt", "/root", "/run", "/usr", "/var", "/var/tmp")
_ENGINES: Final = (
    "/run/docker.sock",
    "/var/run/docker.sock",
    "/run/containerd/containerd.sock",
    "/run/podman/podman.sock",
    "/run/crio/crio.sock",
)
_HIDDEN_PACKAGES: Final = ("assignments", "tests")
_HIDDEN_NAMES: Final = frozenset({"assignment.toml", "reference.py", "test_hidden.py"})
_HIDDEN_DEPTH: Final = 4
# Where no author's files lie; to look through them would take longer than all the rest.
_SYSTEM: Final = frozenset(
    ("/bin", "/dev", "/lib", "/lib32", "/lib64", "/proc", "/sbin", "/sys", "/usr", sys.base_prefix, sys.prefix)
)
_CGROUP: Final = Path("/sys/fs/cgroup")
_UNLIMITED_BYTES: Final = 1 << 60  # what an unlimited control group of version 1 says is a little less than 2^63


def announcement() -> dict[str, Any]:
    """Return what judge and sandbox server say first: the fingerprint of their code, and what the self-check found."""
    return {"code": fingerprint(), "self_check": findings()}


def findings() -> dict[str, list[str]]:
    """Return for each key of `TITLES` what was found that should not be; an empty list where the promise holds."""
    return {key: list(trial()) for key, (_, trial) in _PROMISES.items()}


def _network() -> Iterator[str]:
    for line in Path("/proc/self/net/dev").read_text().splitlines()[2:]:
        name = line.partition(":")[0].strip()
        if name != "lo":
            yield f"the interface {name}"


def _read_only() -> Iterator[str]:
    for folder in filter(os.path.isdir, _OUTSIDE):
        try:
            with tempfile.NamedTemporaryFile(dir=folder):
                yield folder
        except OSError:
            continue


def _privileges() -> Iterator[str]:
    status = _status()
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        if int(status[name], 16):
            yield f"{name} {status[name]}"
    if status["NoNewPrivs"] != "1":
        yield "new privileges may be gained"


def _user() -> Iterator[str]:
    if 0 in (*os.getresuid(), *os.getresgid(), *os.getgroups()):
        yield "the user or a group is root"


def _engine() -> Iterator[str]:
    yield from filter(os.path.exists, _ENGINES)


def _limits() -> Iterator[str]:
    version_2 = (_CGROUP / "cgroup.controllers").exists()
    for name, limited in (_limits_of_version_2() if version_2 else _limits_of_version_1()).items():
        if not limited:
            yield f"no limit of {name}"


def _limits_of_version_2() -> dict[str, bool]:
    return {
        "memory": _read("memory.max") not in ("", "max"),
        "swap": _read("memory.swap.max") in ("0", ""),  # a kernel without swap accounting has no such file
        "processes": _read("pids.max") not in ("", "max"),
        "processors": not _read("cpu.max").startswith("max"),
    }


def _limits_of_version_1() -> dict[str, bool]:
    memory = int(_read("memory/memory.limit_in_bytes") or _UNLIMITED_BYTES)
    return {
        "memory": memory < _UNLIMITED_BYTES,
        "swap": int(_read("memory/memory.memsw.limit_in_bytes") or memory) == memory,
        "processes": _read("pids/pids.max") not in ("", "max"),
        "processors": int(_read("cpu/cpu.cfs_quota_us") or _read("cpu,cpuacct/cpu.cfs_quota_us") or -1) > 0,
    }


def _filter() -> Iterator[str]:
    if _status()["Seccomp"] != "2":
        yield "no filter"


def _hidden_files() -> Iterator[str]:
    for name in _HIDDEN_PACKAGES:
        spec = find_spec(name)
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            if any(Path(folder).glob("*")):
                yield f"the package {name}"
    for folder, below, names in os.walk("/"):
        if folder.count("/") >= _HIDDEN_DEPTH:
            below.clear()
        below[:] = [name for name in below if str(Path(folder, name)) not in _SYSTEM]
        if _HIDDEN_NAMES.intersection(names):
            yield f"the folder {folder}"


def _status() -> dict[str, str]:
    lines = Path("/proc/self/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _read(name: str) -> str:
    try:
        return (_CGROUP / name).read_text().strip()
    except OSError:
        return ""


_PROMISES: Final[Mapping[str, tuple[str, Callable[[], Iterator[str]]]]] = {
    "network": ("no network", _network),
    "read_only": ("nothing can be written but the scratch", _read_only),
    "privileges": ("no capabilities, and no way to gain any", _privileges),
    "user": ("not the root user", _user),
    "engine": ("no container engine within reach", _engine),
    "limits": ("memory, swap, processes and processors are limited", _limits),
    "filter": ("system calls are filtered", _filter),
    "hidden_files": ("no suite, reference or known-wrong answer is there", _hidden_files),
}
TITLES: Final[Mapping[str, str]] = {key: title for key, (title, _) in _PROMISES.items()}
