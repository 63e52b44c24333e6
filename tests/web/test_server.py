"""`gradeloop web`, as a process of its own."""

import json
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.server import free_port, start_server, stop_server, wait_until


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Its address, and where it logs."""
    port, log = free_port(), tmp_path / "log"
    variables = {"WEB_PORT": port, "LOG_FORMAT": "json", "DATABASE_URL": f"sqlite:///{tmp_path}/records.db"}
    settings = [f"GRADELOOP_{name}={value}" for name, value in variables.items()]
    process = start_server(["env", *settings, sys.executable, "-m", "cli", "web"], log)
    address = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        assert process.poll() is None, log.read_text()
        try:
            return bool(urllib.request.urlopen(f"{address}/live").status == 200)
        except urllib.error.URLError:
            return False

    wait_until(answers, "the web process answers")
    yield address, log
    stop_server(process, signal.SIGTERM)
    assert process.returncode == 0


def test_it_serves_pages_and_logs_as_the_settings_say(served: tuple[str, Path]) -> None:
    address, log = served
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{address}/health")
    with refused.value as answer:
        assert answer.status == 503
        assert "database" in json.load(answer)["down"]
    assert all(json.loads(line)["event"] for line in log.read_text().splitlines())
