"""What the images install is pinned, with hashes, and fits what pyproject.toml asks for."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.commands import ROOT

PINS = ROOT / "worker" / "image" / "requirements"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
BENCHES = ["numpy", "torch", "data"]


def blocks(flavour: str) -> list[str]:
    lines = (PINS / f"{flavour}.txt").read_text().replace("\\\n", " ").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pins(flavour: str) -> dict[str, set[str]]:
    """The versions that a file pins, by name; there may be one for each Python."""
    found: dict[str, set[str]] = {}
    for block in blocks(flavour):
        name, version = re.split(r"==| ", block)[:2]
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.mark.parametrize("flavour", [*BENCHES, "service", "build"])
def test_every_pin_has_a_hash(flavour: str) -> None:
    assert blocks(flavour)
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", block) for block in blocks(flavour))


def test_the_services_pins_are_what_the_project_asks_for() -> None:
    service = pins("service")
    asked: dict[str, list[Requirement]] = {}  # more than one where that depends on Python
    for requirement in map(Requirement, [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["flower"]]):
        asked.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    for name, requirements in asked.items():
        for version in service[name]:
            assert any(one.specifier.contains(version) for one in requirements), requirements


@pytest.mark.parametrize("flavour", BENCHES)
def test_a_bench_has_the_services_versions(flavour: str) -> None:
    service = pins("service")
    ours = pins(flavour)
    assert {name: ours[name] for name in ours if name in service} == {
        name: service[name] for name in ours if name in service
    }


def test_torch_is_the_cpu_build_of_the_version_that_the_project_asks_for() -> None:
    (wanted,) = map(Requirement, PROJECT["optional-dependencies"]["torch"])
    (version,) = pins("torch")["torch"]
    assert wanted.specifier.contains(version)
    assert version.endswith("+cpu")
    assert not any(name.startswith(("nvidia", "triton", "cuda")) for name in pins("torch"))
