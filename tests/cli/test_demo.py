"""`make run`: a portal on a demo course, which says whom to log in as."""

import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cli.embedded.demo import PASSWORD, PEOPLE
from tests.commands import ROOT
from tests.services.server import free_port, start_server, stop_server, wait_until

pytestmark = pytest.mark.service


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a demo that `make run` starts, and what was printed."""
    [command] = re.findall(r"^run:.*\n\t@\.venv/bin/gradeloop (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    port, printed = free_port(), tmp_path / "printed"
    variables = {
        "GRADELOOP_DATA_DIR": tmp_path / "data",
        "GRADELOOP_WEB_PORT": port,
        "GRADELOOP_ISOLATION": "bubblewrap",
        "GRADELOOP_BENCHES_NUMPY": 1,
        "GRADELOOP_BENCHES_TORCH": 0,
    }
    settings = [f"{name}={value}" for name, value in variables.items()]
    process = start_server(["env", *settings, sys.executable, "-m", "cli", *command.split()], printed)
    try:
        wait_until(lambda: "Address" in printed.read_text(), "it says where it is", seconds=60)
        yield f"http://127.0.0.1:{port}", printed
    finally:
        stop_server(process, signal.SIGTERM)


def test_each_of_those_it_names_can_log_in_and_sees_the_course(demo: tuple[str, Path]) -> None:
    address, printed = demo
    text = printed.read_text()
    assert f"{address}/login" in text
    [password] = re.findall(r"with the password (\S+)", text)
    assert password == PASSWORD
    for person in PEOPLE:
        assert re.search(rf"{person.email}.*{person.role}|{person.role}.*{person.email}", text)
        with httpx.Client(base_url=address, follow_redirects=True) as browser:
            wait_until(lambda browser=browser: answers(browser), "the portal answers", seconds=60)
            token = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/login").text)
            assert token
            form = {"email": person.email, "password": password, "csrf_token": token[1]}
            assert "Machine learning, a demo course" in browser.post("/login", data=form).text
            assert "The derivative of the sigmoid" in browser.get("/courses/demo").text


def answers(browser: httpx.Client) -> bool:
    try:
        return browser.get("/live").is_success
    except httpx.TransportError:
        return False
