"""Namespaces and seccomp as the host sees them: what the kernel says of the process that runs student code."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader import limits
from grader.results.run import TestResult
from tests.grading import bundle_named, submission_of
from tests.services.server import family
from worker.benches.bench import Bench

NAMESPACES = ["user", "pid", "mnt", "net", "ipc", "uts"]
WAITS = "import time\n\n\ndef case(i):\n    time.sleep(0.3 * (i < 100))\n    return i + 0.5\n"


@dataclass(frozen=True)
class Seen:
    """What the kernel tells of one process."""

    status: Mapping[str, str]
    limits: Mapping[str, str]
    mounts: list[list[str]]
    descriptors: Mapping[int, str]
    namespaces: Mapping[str, str]


def seen(pid: int) -> Seen:
    folder = Path(f"/proc/{pid}")
    rows = [line.rsplit(None, 3) for line in (folder / "limits").read_text().splitlines()]
    return Seen(
        status=status_of(pid),
        limits={row[0]: row[-2] for row in rows},
        mounts=[line.split() for line in (folder / "mounts").read_text().splitlines()],
        descriptors={int(entry.name): str(entry.readlink()) for entry in (folder / "fd").iterdir()},
        namespaces=namespaces_of(pid),
    )


def status_of(pid: int) -> Mapping[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def namespaces_of(pid: int | str) -> Mapping[str, str]:
    return {kind: str(Path(f"/proc/{pid}/ns/{kind}").readlink()) for kind in NAMESPACES}


@pytest.fixture(scope="module")
def sandbox(bench: Bench) -> Seen:
    """The sandbox at work: the process behind the system-call filter while a submission waits in a test."""
    sandboxes: list[Seen] = []

    def look(_: TestResult) -> None:
        if not sandboxes:
            pids = family(bench.processes()["sandbox"])
            sandboxes.extend(seen(pid) for pid in pids if status_of(pid)["Seccomp"] == "2")

    bundle = bundle_named("hasty")
    bench.grade(bundle, submission_of(bundle, WAITS), on_test=look)
    return sandboxes[0]


def test_it_runs_as_nobody_that_owns_anything(sandbox: Seen) -> None:
    user = sandbox.status["Uid"].split()

    assert len(set(user)) == 1
    assert user[0] != "0"
    assert sandbox.status["Groups"] in ("", user[0])


@pytest.mark.parametrize("kind", ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
def test_it_holds_no_capability(sandbox: Seen, kind: str) -> None:
    assert int(sandbox.status[kind], 16) == 0


def test_it_cannot_gain_privileges_by_running_a_program(sandbox: Seen) -> None:
    assert sandbox.status["NoNewPrivs"] == "1"


@pytest.mark.parametrize("kind", NAMESPACES)
def test_it_shares_no_namespace_with_the_host_the_judge_or_its_own_server(
    bench: Bench, sandbox: Seen, kind: str
) -> None:
    others = {"self", *family(bench.processes()["judge"]), bench.processes()["sandbox"]}

    found = []
    for pid in others:
        with suppress(FileNotFoundError):  # a run that has just ended
            found.append(namespaces_of(pid)[kind])

    assert len(found) >= 3
    assert sandbox.namespaces[kind] not in found


def test_it_is_the_first_process_of_its_own(sandbox: Seen) -> None:
    assert sandbox.status["NSpid"].split()[-1] == "1"


def test_it_holds_standard_streams_and_its_channel_alone(sandbox: Seen) -> None:
    held = sandbox.descriptors

    assert set(held) == {0, 1, 2, 3}
    assert held[0] == "/dev/null"
    assert held[1].startswith("pipe:")
    assert held[3].startswith("socket:")


def test_its_limits_are_those_of_the_policy(sandbox: Seen) -> None:
    found = sandbox.limits

    assert found["Max processes"] == str(limits.SANDBOX_MAX_THREADS)
    assert found["Max open files"] == str(limits.SANDBOX_MAX_OPEN_FILES)
    assert found["Max file size"] == str(limits.SANDBOX_MAX_FILE_BYTES)
    assert found["Max stack size"] == str(limits.SANDBOX_STACK_BYTES)
    assert found["Max core file size"] == "0"


def test_it_can_write_to_its_own_small_scratch_alone(sandbox: Seen) -> None:
    writable = [row for row in visible(sandbox.mounts) if "rw" in row[3].split(",")]

    assert [row[1] for row in writable] == [limits.SANDBOX_SCRATCH]
    options = writable[0][3].split(",")
    assert {"nosuid", "nodev", "noexec", f"size={limits.SANDBOX_SCRATCH_BYTES // 1024}k"} <= set(options)


@pytest.mark.parametrize("path", limits.SANDBOX_HIDDEN_PATHS)
def test_what_it_must_not_see_is_not_there_or_covered(sandbox: Seen, path: str) -> None:
    for row in visible(sandbox.mounts):
        if f"{row[1]}/".startswith(f"{path}/"):
            assert row[1:3] == [path, "tmpfs"]
            assert "ro" in row[3].split(",")


def visible(mounts: list[list[str]]) -> list[list[str]]:
    """Return the mounts that no later one covers."""
    return [
        row
        for number, row in enumerate(mounts)
        if not any(f"{row[1]}/".startswith(f"{later[1].rstrip('/')}/") for later in mounts[number + 1 :])
    ]
