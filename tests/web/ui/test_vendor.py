"""What the pages take from others: each file is the listed one, each package has its licence, none is unlisted."""

import hashlib
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[3]
VENDOR: Final = ROOT / "web" / "static" / "vendor"
PINS: Final = tomllib.loads((ROOT / "scripts" / "vendor.toml").read_text())["packages"]
SECTION: Final = re.compile(r"^## (\S+) (\S+)\n\nLicence: (.+)\n\n\| file.*\n\| -.*\n((?:\|.*\n)+)", re.MULTILINE)
ROW: Final = re.compile(r"^\| (\S+) \| ([0-9a-f]{64}) \|$", re.MULTILINE)


def sections() -> dict[tuple[str, str], tuple[str, dict[str, str]]]:
    """Licence and hashes by file, for each name and version on the list."""
    found = SECTION.finditer((VENDOR / "THIRD_PARTY.md").read_text())
    return {(part[1], part[2]): (part[3], dict(ROW.findall(part[4]))) for part in found}


def listed() -> dict[str, str]:
    return {file: digest for _, files in sections().values() for file, digest in files.items()}


def test_each_file_is_the_one_that_is_listed() -> None:
    assert {file: hashlib.sha256((VENDOR / file).read_bytes()).hexdigest() for file in listed()} == listed()


def test_no_file_is_unlisted() -> None:
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert there - set(listed()) == {"THIRD_PARTY.md"}


def test_the_list_has_the_packages_that_are_pinned() -> None:
    assert set(sections()) == {(package["name"], package["version"]) for package in PINS}


@pytest.mark.parametrize("name", [package["name"] for package in PINS])
def test_each_package_has_its_licence(name: str) -> None:
    ((licence, files),) = [section for (listed_name, _), section in sections().items() if listed_name == name]
    (text,) = [file for file in files if "/LICENSE" in file]
    assert licence == "MIT"
    assert "Permission is hereby granted, free of charge" in (VENDOR / text).read_text()


def test_the_import_map_names_files_that_are_there() -> None:
    named = re.findall(r'"vendor/([^"]+)"', (ROOT / "web" / "templates" / "ui/_modules.html").read_text())
    assert len(named) > 18
    assert set(named) <= set(listed())


def test_each_import_of_a_module_is_on_the_import_map() -> None:
    known = set(
        re.findall(
            r'^ *"([^"]+)": "vendor/', (ROOT / "web" / "templates" / "ui/_modules.html").read_text(), re.MULTILINE
        )
    )
    modules = [path for path in (ROOT / "web" / "static").rglob("*.js") if path.is_file() and "katex" not in path.parts]
    bare = re.compile(r"""(?:^import [\w*{}\s,$]*|await import\()['"]([^'"./][^'"]*)['"]""", re.MULTILINE)
    code = [path.read_text() for path in modules]
    assert {name for text in code for name in bare.findall(text)} <= known


def test_templates_and_static_files_are_in_the_wheel(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    pytest.importorskip("hatchling")
    subprocess.run([*build, str(tmp_path), "."], cwd=ROOT, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = {name.partition("/")[2] for name in zipfile.ZipFile(wheel).namelist() if name.startswith("web/")}
    outside = {
        str(path.relative_to(ROOT / "web"))
        for folder in ("static", "templates")
        for path in (ROOT / "web" / folder).rglob("*")
        if path.is_file()
    }
    assert outside <= inside
