"""Benches of two containers, on a real engine: what they are allowed, how they refuse, and what is left of them."""

import io
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import docker as sdk
import pytest

from grader import limits
from grader.bundle.bundle import Bundle
from tests.grading import bundle_named, grade, reference_of, submission_of
from tests.services.engine import IMAGES
from tests.services.server import wait_until
from worker.benches.bench import Bench
from worker.benches.breakout import check_isolation
from worker.benches.grading import UnloadableSuite
from worker.benches.pool import Pool
from worker.isolation.base import IsolationUnavailable, Program, Site
from worker.isolation.choice import choose_isolation
from worker.isolation.docker.containers import Docker, DockerSite
from worker.isolation.docker.engine import CODE_LABEL, HOST_LABEL, OWNER_LABEL, ROLE_LABEL, Engine
from worker.settings import QUEUES, Settings

ROOT = Path(__file__).parents[3]
Edit = Callable[[list[str]], list[str]]
NETWORK = "gradeloop-tests"
CRASHES = "import os\n\n\ndef double(x):\n    os._exit(3)\n"


@pytest.fixture
def client(docker_isolation: Docker) -> Iterator[sdk.DockerClient]:
    assert docker_isolation.engine.processors
    client = sdk.from_env()
    yield client
    client.close()


@pytest.fixture
def network(client: sdk.DockerClient) -> Iterator[str]:
    """A network that a container must not be in."""
    made = client.networks.create(NETWORK)
    yield NETWORK
    made.remove()


def containers(client: sdk.DockerClient, label: str = OWNER_LABEL) -> dict[str, Any]:
    """Return what the engine tells of the containers with NumPy and a label, by role."""
    wanted = {"label": label, "ancestor": IMAGES["numpy"]}
    found = client.containers.list(all=True, filters=wanted, ignore_removed=True)
    return {one.labels.get(ROLE_LABEL, one.name): one.attrs for one in found}


def test_every_isolation_of_a_bench_holds(docker_bench: Bench) -> None:
    assert docker_bench.namespaces
    assert [f"{check.title}: {check.message}" for check in check_isolation(docker_bench) if not check.holds] == []


@pytest.mark.parametrize("role", ["judge", "sandbox"])
def test_the_engine_holds_each_half_to_its_limits(docker_bench: Bench, client: sdk.DockerClient, role: str) -> None:
    assert docker_bench.processes()
    process = containers(client)[role]
    allowed = process["HostConfig"]

    assert allowed["NetworkMode"] == "none"
    assert allowed["IpcMode"] == "none"
    assert allowed["ReadonlyRootfs"]
    assert allowed["CapDrop"] == ["ALL"]
    assert not allowed["CapAdd"]
    assert not allowed["Privileged"]
    assert "no-new-privileges" in allowed["SecurityOpt"]
    assert any(option.startswith("seccomp={") for option in allowed["SecurityOpt"])
    assert allowed["PidsLimit"] == limits.ISOLATION_MAX_PROCESSES
    assert allowed["Memory"] == allowed["MemorySwap"] == limits.ISOLATION_MEMORY_MIB * 1024 * 1024
    assert allowed["NanoCpus"] > 0
    assert allowed["CpuShares"] == limits.ISOLATION_WEIGHT
    assert process["Config"]["User"] not in ("", "0", "0:0")


def test_the_containers_of_a_batch_weigh_little_beside_those_of_students(
    docker_isolation: Docker, client: sdk.DockerClient
) -> None:
    settings = Settings(
        isolation="docker", image_numpy=docker_isolation.images["numpy"], image_torch=docker_isolation.images["torch"]
    )
    weights = {}
    for queue in QUEUES:
        before = {one["Id"] for one in client.api.containers(filters={"label": OWNER_LABEL})}
        with Bench(choose_isolation(settings, queue)[0], "numpy"):
            processes = [one for one in client.containers.list(filters={"label": OWNER_LABEL}) if one.id not in before]
            assert len(processes) == 2
            weights[queue] = {weight_of(int(process.attrs["State"]["Pid"])) for process in processes}
    assert weights["interactive"] == {limits.ISOLATION_WEIGHT}
    assert max(weights["background"]) <= limits.ISOLATION_WEIGHT_OF_BACKGROUND


def weight_of(pid: int) -> int:
    """Return a process's share of the processors, in the words of control groups 1, by what is in force."""
    groups = {
        name: path for _, name, path in (line.split(":", 2) for line in Path(f"/proc/{pid}/cgroup").read_text().split())
    }
    if "cpu" in groups or "cpu,cpuacct" in groups:
        name = "cpu" if "cpu" in groups else "cpu,cpuacct"
        return int(Path(f"/sys/fs/cgroup/{name}{groups[name]}/cpu.shares").read_text())
    weight = int(Path(f"/sys/fs/cgroup{groups['']}/cpu.weight").read_text())
    return 2 + (weight - 1) * 262_142 // 9_999  # as runc turns the one into the other


def test_the_halves_share_one_volume_that_the_sandbox_alone_may_write_to(
    docker_bench: Bench, client: sdk.DockerClient
) -> None:
    assert docker_bench.processes()
    mounts = {role: process["Mounts"] for role, process in containers(client).items()}

    assert [len(of_one) for of_one in mounts.values()] == [1, 1]
    assert mounts["judge"][0]["Name"] == mounts["sandbox"][0]["Name"]
    assert mounts["judge"][0]["Destination"] == limits.SHARED_DIRECTORY
    assert (mounts["judge"][0]["RW"], mounts["sandbox"][0]["RW"]) == (False, True)


@pytest.mark.parametrize("role", ["judge", "sandbox"])
def test_a_bench_is_given_no_device(docker_bench: Bench, client: sdk.DockerClient, role: str) -> None:
    assert docker_bench.processes()
    allowed = containers(client)[role]["HostConfig"]

    assert not allowed["Devices"]
    assert not allowed["DeviceRequests"]
    assert not allowed["DeviceCgroupRules"]
    assert allowed["Runtime"] == "runc"


def test_nothing_of_a_submission_is_told_to_the_engine(docker_bench: Bench, client: sdk.DockerClient) -> None:
    assert (
        grade(docker_bench, "double", "import os\n\nos.environ['LD_PRELOAD'] = '/tmp/submission/mine.so'\n").score == 0
    )

    docker_bench.renew()

    told = {role: process["Config"] for role, process in containers(client).items()}
    assert {role: told[role]["Image"] for role in ("judge", "sandbox")} == dict.fromkeys(
        ("judge", "sandbox"), IMAGES["numpy"]
    )
    for process in told.values():
        assert "LD_PRELOAD" not in " ".join([*process["Env"], *process["Cmd"]])


def without(option: str, *, values: int = 1) -> Edit:
    """Return an edit that takes an option out of a command line, with so many values after it."""

    def edit(command: list[str]) -> list[str]:
        place = command.index(option)
        return command[:place] + command[place + 1 + values :]

    return edit


def with_more(*options: str) -> Edit:
    return lambda command: [*command[:2], *options, *command[2:]]


def with_instead(option: str, value: str) -> Edit:
    return lambda command: with_more(option, value)(without(option)(command))


def security_option_dropped(begin: str) -> Edit:
    """Return an edit that takes a security option out, so that the engine's own default is in force."""

    def edit(command: list[str]) -> list[str]:
        place = next(place for place, part in enumerate(command) if part.startswith(begin))
        return command[: place - 1] + command[place + 1 :]

    return edit


def unfiltered(command: list[str]) -> list[str]:
    return ["seccomp=unconfined" if part.startswith("seccomp=") else part for part in command]


BREACHES = {
    "a network": (with_instead("--network", NETWORK), "no network: "),
    "a root that can be written to": (
        lambda command: with_instead("--user", "0:0")(without("--read-only", values=0)(command)),
        "nothing can be written but the scratch",
    ),
    "a capability": (
        lambda command: with_more("--cap-add", "SYS_ADMIN")(with_instead("--user", "0:0")(command)),
        "no capabilities, and no way to gain any",
    ),
    "new privileges": (security_option_dropped("no-new-privileges"), "new privileges may be gained"),
    "the root user": (with_instead("--user", "0:0"), "not the root user"),
    "the engine's socket": (
        with_more("--volume", "/dev/null:/var/run/docker.sock"),
        "no container engine within reach",
    ),
    "no limit of memory": (
        lambda command: without("--memory")(without("--memory-swap")(command)),
        "no limit of memory",
    ),
    "swap": (with_instead("--memory-swap", "-1"), "no limit of swap"),
    "no limit of processes": (with_instead("--pids-limit", "-1"), "no limit of processes"),
    "no limit of processors": (without("--cpus"), "no limit of processors"),
    "no filter of system calls": (unfiltered, "no filter"),
    "an author's files": (
        with_more("--volume", f"{ROOT / 'assignments'}:/mnt/courses/ml:ro"),
        "no suite, reference or known-wrong answer is there: the folder /mnt/courses/ml/",
    ),
    "the package of assignments": (
        with_more("--volume", f"{ROOT / 'assignments'}:/grader-packages/assignments:ro"),
        "no suite, reference or known-wrong answer is there: the folder /grader-packages/assignments/",
    ),
}


class BreachedSite(DockerSite):
    """A place whose judge, or whose sandbox, is isolated with a hole in it."""

    def __init__(self, isolation: Docker, role: str, edit: Edit) -> None:
        super().__init__(isolation)
        self.role = role
        self.edit = edit

    def command(self, program: Program, container: str) -> list[str]:
        command = super().command(program, container)
        return self.edit(command) if program.role == self.role else command


class Breached(Docker):
    """Docker isolation with a hole for one of the processes."""

    def __init__(self, whole: Docker, role: str, edit: Edit) -> None:
        super().__init__(whole.images)
        self.breach = (role, edit)

    def site(self) -> Site:
        return BreachedSite(self, *self.breach)


@pytest.mark.usefixtures("network")
@pytest.mark.parametrize("role", ["judge", "sandbox"])
@pytest.mark.parametrize("breach", BREACHES)
def test_a_bench_whose_isolation_has_a_hole_does_not_serve(docker_isolation: Docker, breach: str, role: str) -> None:
    edit, sentence = BREACHES[breach]

    with pytest.raises(IsolationUnavailable) as refused, Bench(Breached(docker_isolation, role, edit), "numpy"):
        pass

    assert str(refused.value).startswith(f"The {role}'s isolation does not keep")
    assert sentence in str(refused.value).replace("”: ", ": ").replace("“", "")


def test_where_namespaces_are_not_allowed_one_container_serves_one_submission(docker_isolation: Docker) -> None:
    with Bench(Breached(docker_isolation, "sandbox", security_option_dropped("seccomp=")), "numpy") as bench:
        assert not bench.namespaces
        for _ in range(2):
            run = grade(bench, "target", reference_of("target"))
            assert (run.outcome, run.score, bench.worn) == ("graded", run.max_score, "no namespaces")
            before = bench.processes()
            bench.renew()
            assert bench.processes()["sandbox"] != before["sandbox"]
            assert bench.processes()["judge"] == before["judge"]


def test_after_an_odd_run_the_sandboxes_container_is_another(docker_bench: Bench, client: sdk.DockerClient) -> None:
    docker_bench.renew()
    before = {role: process["Id"] for role, process in containers(client).items()}

    assert grade(docker_bench, "double", CRASHES).outcome == "graded"
    docker_bench.renew()

    after = {role: process["Id"] for role, process in containers(client).items()}
    assert after["judge"] == before["judge"]
    assert after["sandbox"] != before["sandbox"]


@pytest.mark.parametrize("role", ["judge", "sandbox"])
def test_a_container_killed_from_outside_is_our_trouble_and_the_bench_recovers(
    docker_bench: Bench, client: sdk.DockerClient, role: str
) -> None:
    docker_bench.renew()
    bundle = bundle_named("hasty")
    slow = "import time\n\n\ndef case(i):\n    time.sleep(0.3 * (i < 100))\n    return i + 0.5\n"
    victim = containers(client)[role]["Id"]
    struck: list[str] = []

    def strike(_: object) -> None:
        if not struck:
            struck.append(victim)
            client.api.kill(victim)

    run = docker_bench.grade(bundle, submission_of(bundle, slow), on_test=strike)

    assert (run.outcome, run.score) == ("not graded", None)
    again = grade(docker_bench, "target", reference_of("target"))
    assert (again.outcome, again.score) == ("graded", again.max_score)


def test_an_assignment_that_wants_more_memory_than_sandboxes_have_is_refused_by_name(docker_bench: Bench) -> None:
    good = bundle_named("target")
    greedy = Bundle.from_files(
        "target",
        {
            **good.files,
            "assignment.toml": good.files["assignment.toml"].replace(b"memory_mib = 128", b"memory_mib = 8192"),
        },
    )

    with pytest.raises(UnloadableSuite, match="GRADELOOP_SANDBOX_MEMORY_MIB"):
        docker_bench.load(greedy)


@pytest.mark.usefixtures("docker_isolation")
def test_without_the_image_the_isolation_says_what_builds_it() -> None:
    missing = Docker({"numpy": "gradeloop-no-such-image"})

    with pytest.raises(IsolationUnavailable, match="`make images` builds it"), Bench(missing, "numpy"):
        pass


def test_an_image_of_another_release_is_refused_before_it_is_started(
    docker_isolation: Docker, client: sdk.DockerClient
) -> None:
    old = client.images.build(
        fileobj=io.BytesIO(f"FROM {docker_isolation.images['numpy']}\nLABEL {CODE_LABEL}=old\n".encode()),
        tag="gradeloop-old",
    )[0]
    try:
        with (
            pytest.raises(IsolationUnavailable, match="of another release"),
            Bench(Docker({"numpy": "gradeloop-old"}), "numpy"),
        ):
            pass
    finally:
        client.images.remove(old.id, force=True)


def test_without_an_engine_the_isolation_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")

    with pytest.raises(IsolationUnavailable, match="engine does not answer"), Bench(Docker({"numpy": "any"}), "numpy"):
        pass


def test_left_to_choose_docker_is_taken_where_engine_and_images_are_there_and_bubblewrap_where_not(
    docker_isolation: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(isolation="auto", benches_torch=0, image_numpy=docker_isolation.images["numpy"])
    isolation, reason = choose_isolation(settings)
    assert (isolation.name, reason) == ("Docker", "Docker isolation: an engine answers, and the images are there.")

    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    isolation, reason = choose_isolation(settings)
    assert isolation.name == "bubblewrap"
    assert "engine does not answer" in reason


GRADES_FOR_EVER = """
import sys

from tests.grading import bundle_named, submission_of
from worker.benches.bench import Bench
from worker.isolation.docker.containers import Docker

with Bench(Docker({{"numpy": {image!r}}}), "numpy") as bench:
    bundle = bundle_named("hasty")
    slow = "import time\\n\\n\\ndef case(i):\\n    time.sleep(0.3)\\n    return i + 0.5\\n"
    while True:
        bench.grade(bundle, submission_of(bundle, slow), on_test=lambda _: print("on", flush=True))
"""


@pytest.fixture
def dead_worker(docker_isolation: Docker) -> str:
    """The owner's label of a worker that was killed in the middle of a run."""
    source = GRADES_FOR_EVER.format(image=docker_isolation.images["numpy"])
    with subprocess.Popen([sys.executable, "-c", source], cwd=ROOT, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"on\n"
        started = Path(f"/proc/{worker.pid}/stat").read_text().rpartition(")")[2].split()[19]
        worker.send_signal(signal.SIGKILL)
    return f"{OWNER_LABEL}={worker.pid}.{started}"


def test_the_containers_of_a_worker_that_is_killed_end_by_themselves_and_the_rest_is_swept(
    docker_isolation: Docker, client: sdk.DockerClient, dead_worker: str
) -> None:
    wait_until(lambda: not containers(client, dead_worker), "the containers have ended")

    docker_isolation.engine.sweep()

    assert client.volumes.list(filters={"label": dead_worker}) == []


def test_a_sweep_takes_what_dead_workers_left_and_nothing_of_the_living(
    docker_isolation: Docker, docker_bench: Bench, client: sdk.DockerClient
) -> None:
    docker_bench.renew()
    docker_isolation.engine.sweep()  # what runs of these tests that were killed have left
    labels = docker_isolation.engine.labels()
    dead = client.containers.create(docker_isolation.images["numpy"], labels={**labels, OWNER_LABEL: "1.0"})
    volume = client.volumes.create("gradeloop-left-over", labels={**labels, OWNER_LABEL: "1.0"})

    swept = docker_isolation.engine.sweep()

    assert sorted(swept) == sorted([dead.name, volume.name])
    assert set(containers(client)) == {"judge", "sandbox"}


@pytest.fixture
def of_another_host(docker_isolation: Docker, client: sdk.DockerClient) -> Iterator[dict[str, Any]]:
    """A container that is about to start, one that runs, its volume and another; of a worker on another host."""
    labels = {HOST_LABEL: "elsewhere", OWNER_LABEL: "1.0"}
    image = docker_isolation.images["numpy"]
    used, unused = (client.volumes.create(f"gradeloop-{name}", labels=labels) for name in ("used", "unused"))
    mounts = {used.name: {"bind": "/mnt", "mode": "rw"}}
    running = client.containers.run(
        image, ["sleep", "600"], labels=labels, detach=True, volumes=mounts, network_mode="none"
    )
    made = {"created": client.containers.create(image, labels=labels), "running": running}
    yield {**made, "used": used, "unused": unused}
    for container in client.containers.list(all=True, filters={"label": f"{OWNER_LABEL}=1.0"}):
        container.remove(force=True)
    for volume in client.volumes.list(filters={"label": f"{OWNER_LABEL}=1.0"}):
        volume.remove()


def test_of_another_host_a_sweep_takes_only_what_has_long_been_idle(
    docker_isolation: Docker, docker_bench: Bench, client: sdk.DockerClient, of_another_host: dict[str, Any]
) -> None:
    docker_bench.renew()
    assert docker_isolation.engine.sweep() == []

    swept = docker_isolation.engine.sweep(settled_seconds=0)

    assert sorted(swept) == sorted([of_another_host["created"].name, of_another_host["unused"].name])
    assert set(containers(client)) >= {"judge", "sandbox"}


def test_among_containers_a_worker_whose_container_runs_no_more_is_gone_with_all_that_was_its(
    client: sdk.DockerClient, of_another_host: dict[str, Any]
) -> None:
    ours, theirs = of_another_host["running"], of_another_host["created"]
    image = of_another_host["running"].image
    labels = {OWNER_LABEL: "1.0"}
    lost = client.containers.run(
        image, ["sleep", "600"], labels={**labels, HOST_LABEL: theirs.short_id}, detach=True, network_mode="none"
    )
    kept = client.containers.create(image, labels={**labels, HOST_LABEL: "elsewhere"})
    volume = client.volumes.create("gradeloop-lost", labels={**labels, HOST_LABEL: theirs.short_id})

    swept = Engine(host=ours.short_id).sweep()

    assert {lost.name, volume.name} <= set(swept)
    assert not {kept.name, ours.name, theirs.name} & set(swept)


def test_a_half_that_is_ended_while_it_starts_leaves_no_container(
    docker_isolation: Docker, client: sdk.DockerClient
) -> None:
    label = f"{OWNER_LABEL}={docker_isolation.engine.labels()[OWNER_LABEL]}"
    before = {one["Id"] for one in client.api.containers(all=True, filters={"label": label})}
    site = docker_isolation.site()
    with TemporaryFile() as log:
        for _ in range(5):
            site.start(Program("judge", "numpy", 1), log).end()

    docker_isolation.engine.sweep(settled_seconds=0)  # of one that the engine made all the same

    assert {one["Id"] for one in client.api.containers(all=True, filters={"label": label})} <= before
    site.close()


def test_a_pool_sweeps_before_it_starts(docker_isolation: Docker, client: sdk.DockerClient) -> None:
    labels = {**docker_isolation.engine.labels(), OWNER_LABEL: "1.0"}
    client.containers.create(docker_isolation.images["numpy"], labels=labels)

    with Pool(docker_isolation, {}, runs_per_bench=1):
        assert not containers(client, f"{OWNER_LABEL}=1.0")


def test_a_bench_that_is_closed_leaves_no_container_and_no_volume(
    docker_isolation: Docker, client: sdk.DockerClient
) -> None:
    label = f"{OWNER_LABEL}={docker_isolation.engine.labels()[OWNER_LABEL]}"

    def there() -> set[str]:
        volumes = client.volumes.list(filters={"label": label})
        found = client.containers.list(all=True, filters={"label": label}, ignore_removed=True)
        return {str(one.name) for one in (*volumes, *found)}

    before = there()
    with Bench(docker_isolation, "numpy") as bench:
        grade(bench, "double", CRASHES)
        assert len(there() - before) == 3

    assert there() <= before


def test_a_container_that_the_engine_refuses_is_told_in_its_words(docker_isolation: Docker) -> None:
    with (
        pytest.raises(IsolationUnavailable, match=r"isolation cannot be set up: .*CPU"),
        Bench(docker_isolation, "numpy", -2),
    ):
        pass
