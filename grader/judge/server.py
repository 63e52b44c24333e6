"""The judge server: takes orders from the host, and keeps a process per suite."""

import argparse
import gc
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, NoReturn

from grader import environments, limits, selfcheck
from grader.bundle.bundle import Bundle
from grader.judge.run import rehearse, run_suite
from grader.judge.session import Order
from grader.judge.sizes import sizes_met
from grader.judge.suite import Suite, SuiteError
from grader.wire.messages import MessagesEnded, read_message, readable, write_message

_COLLECT_SECONDS: Final = 60.0
_NOTHING_TO_RUN: Final = 3  # the exit status of a run whose order never came


def main() -> None:
    """Serve the host over standard input and output until the former closes."""
    parser = argparse.ArgumentParser(prog="python -m grader.judge")
    parser.add_argument("--environment", choices=sorted(environments.ENVIRONMENTS), required=True)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    events = _keep_for_events()
    environments.warm_up(options.environment)
    gc.collect()
    gc.freeze()
    _Server(events, options.threads).serve()


def _keep_for_events() -> int:
    """Return a descriptor for events alone: what a suite prints goes to the log."""
    events = os.dup(1)
    os.dup2(2, 1)
    return events


class _Server:
    def __init__(self, events: int, threads: int) -> None:
        self._events = events
        self._threads = threads
        self._suites: dict[str, tuple[int, socket.socket]] = {}
        self._opened = 0

    def serve(self) -> None:
        write_message(self._events, {"event": "ready", **selfcheck.announcement()})
        while True:
            try:
                order = read_message(0)
            except MessagesEnded:
                return
            self._obey(order)

    def _obey(self, order: dict[str, Any]) -> None:
        if order["order"] == "load":
            self._load(order["version"], order["slug"], order["files"])
        elif order["order"] == "forget":
            self._forget(order["version"])
        elif order["order"] in ("run", "sizes"):
            _, channel = self._suites[order["version"]]
            write_message(channel.fileno(), order)
            _await(channel)
            read_message(channel.fileno())  # the suite's word that the run is over; its events went to the host

    def _load(self, version: str, slug: str, files: Mapping[str, bytes]) -> None:
        ours, theirs = socket.socketpair()
        self._opened += 1
        child = os.fork()
        if child == 0:
            ours.close()
            self._be_the_suite(theirs, slug, files)
        theirs.close()
        try:
            answer = read_message(ours.fileno(), time.monotonic() + _COLLECT_SECONDS)
        except (MessagesEnded, TimeoutError):
            os.kill(child, signal.SIGKILL)
            problem = "The suite ended, or took too long, while it was collected."
            answer = {"event": "unloadable", "problems": [problem]}
        if answer["event"] == "loaded":
            self._suites[version] = (child, ours)
        else:
            ours.close()
            os.waitpid(child, 0)
        write_message(self._events, answer)

    def _forget(self, version: str) -> None:
        child, channel = self._suites.pop(version)
        channel.close()
        os.waitpid(child, 0)

    def _be_the_suite(self, channel: socket.socket, slug: str, files: Mapping[str, bytes]) -> NoReturn:
        for _, other in self._suites.values():
            other.close()
        try:
            host = _SuiteHost(channel, self._events, self._threads)
            home = Path(os.environ["TMPDIR"]) / f"suite-{self._opened}"
            home.mkdir()
            Suite(Bundle.from_files(slug, files), home, host.serve).collect_and_serve()
        except SuiteError as error:
            write_message(channel.fileno(), {"event": "unloadable", "problems": list(error.problems)})
        except BaseException as error:
            problem = f"The suite cannot be opened: {type(error).__name__}: {error}"
            write_message(channel.fileno(), {"event": "unloadable", "problems": [problem]})
        finally:
            os._exit(0)


def _await(channel: socket.socket) -> None:
    """Return when a suite has something to say; end this process, and so its container, if the host is gone."""
    poll = select.poll()
    poll.register(channel, select.POLLIN)
    poll.register(0, 0)  # nothing is asked for but that it hangs up
    if any(descriptor == 0 for descriptor, _ in poll.poll()):
        sys.exit("the host is gone")


class _SuiteHost:
    """Lives inside pytest's run loop: forks once per run."""

    def __init__(self, channel: socket.socket, events: int, threads: int) -> None:
        self._channel = channel
        self._events = events
        self._threads = threads

    def serve(self, suite: Suite) -> None:
        """Take orders until the server hangs up."""
        write_message(self._channel.fileno(), {"event": "loaded", "tests": [case.name for case in suite.cases]})
        for _ in range(environments.PRACTICE):
            rehearse(suite)
        gc.collect()
        gc.freeze()
        while self._run_ahead(suite):
            write_message(self._channel.fileno(), {"event": "over"})
            readable(self._channel.fileno(), limits.BREATHER_MS)

    def _run_ahead(self, suite: Suite) -> bool:
        """Fork the next run before it is asked for, and wait for its end; False when the server has hung up."""
        child = os.fork()
        if child == 0:
            self._be_the_run(suite)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) == _NOTHING_TO_RUN:
            return False
        if status != 0:
            message = f"the judge's run ended with status {os.waitstatus_to_exitcode(status)}"
            write_message(self._events, {"event": "broken", "message": message})
        return True

    def _be_the_run(self, suite: Suite) -> NoReturn:
        status = 1
        try:
            gc.disable()  # a run is short; a collection would copy pages that are shared
            environments.use_threads(self._threads)
            rehearse(suite)
            message = read_message(self._channel.fileno())
            self._follow(suite, message)
            status = 0
        except MessagesEnded:
            status = _NOTHING_TO_RUN
        except BaseException:
            traceback.print_exc()  # the log says what; the host hears that it broke
            sys.stderr.flush()
        finally:
            os._exit(status)

    def _follow(self, suite: Suite, message: Mapping[str, Any]) -> None:
        if message["order"] == "sizes":
            write_message(self._events, {"event": "sizes", "calls": [*sizes_met(suite, message["seed"])]})
            return
        order = {field.name: message[field.name] for field in fields(Order)}
        run_suite(suite, Order(**order), lambda event: write_message(self._events, event))
