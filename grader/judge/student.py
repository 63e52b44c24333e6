"""`student`: the proxy that a suite calls, and the peer behind it that turns trouble into failures."""

import inspect
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from grader import limits
from grader.feedback import failures
from grader.feedback.failures import Failure
from grader.feedback.raised import raised
from grader.judge.transcript import Call, Deed, Printed, Transcript
from grader.wire.handles import Handle, number_of
from grader.wire.link import Link, PeerBroke, PeerClosed, PeerTimeout
from grader.wire.peer import Peer, RemoteRaised, Reply, Request, described
from grader.wire.tree import WireError


class Guard(ABC):
    """Keeps the limits of a call: knows its deadline, and how a sandbox that did not answer has ended."""

    memory_mib = 0
    loading = False

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._source = {name: data.decode("utf-8", "replace").splitlines() for name, data in files.items()}

    def raised(self, description: dict[str, Any]) -> Failure:
        """Return the failure of a call that ended in an exception."""
        return raised(description, self._source, loading=self.loading, memory_mib=self.memory_mib)

    def missing(self, name: str, offered: Collection[str]) -> Failure:
        """Return the failure of a submission that lacks a function among those it offers."""
        return failures.missing(name, offered, self._source)

    @abstractmethod
    def begin(self, what: str) -> None:
        """A call from the judge begins; `what` names it for a sentence."""

    @abstractmethod
    def timed_out(self) -> Failure:
        """Return the failure of a call whose time is up."""

    @abstractmethod
    def hung_up(self) -> Exception:
        """Return the failure of a call whose process is gone, or our own error where we are the cause."""

    @abstractmethod
    def broke_protocol(self) -> Failure:
        """Return the failure of a call that was answered by what our own runtime never sends."""

    @abstractmethod
    def received(self, size: int) -> None:
        """Something of about that many bytes came over; raise Failure where it is too much by now."""


class StudentPeer(Peer):
    """The judge's end of the boundary: the other side may call the functions it was given, and nothing else."""

    def __init__(self, link: Link, guard: Guard) -> None:
        super().__init__(
            link, self._answer_callback, may_export=_may_export, observe=self._observe, weigh=guard.received
        )
        self.guard = guard
        self._depth = 0
        self._own_error: Exception | None = None
        self._pulled: Counter[int] = Counter()
        self.transcript = Transcript()

    def request(self, request: Request) -> Any:
        """Send a request; whatever goes wrong on the other side is raised as a `Failure`."""
        if self._depth == 0:
            self._own_error = None
            self.guard.begin(f"`{request.name}`" if request.name else "Your code")
        try:
            return self._request(request)
        except Failure as failure:
            self._note(request, None, f"{type(failure).__name__} {getattr(failure, 'type_name', '')}")
            raise

    def advance(self, target: int) -> Any:
        """Return the next item of an iterator of the student's, as long as it gives no more than it may."""
        self._pulled[target] += 1
        if self._pulled[target] > limits.MAX_PULLED_ITEMS + 1:  # one more than fits tells a test that it is too long
            raise failures.endless(limits.MAX_PULLED_ITEMS)
        return super().advance(target)

    def _request(self, request: Request) -> Any:
        try:
            value = super().request(request)
        except RemoteRaised as error:
            self._raise_own_error()
            raise self.guard.raised(error.description) from None
        except PeerTimeout:
            raise self.guard.timed_out() from None
        except PeerClosed:
            raise self.guard.hung_up() from None
        except PeerBroke:
            raise self.guard.broke_protocol() from None
        except WireError:
            if not self._sendable(request):
                raise  # the suite's mistake
            raise self.guard.broke_protocol() from None
        self._raise_own_error()
        return value

    def _sendable(self, request: Request) -> bool:
        try:
            self.encode((request.arguments, request.keywords))
        except WireError:
            return False
        return True

    def _raise_own_error(self) -> None:
        """Raise what a function of the suite raised when student code called it: that is what the test says."""
        error, self._own_error = self._own_error, None
        if error is not None:
            raise error

    def _note(self, request: Request, reply: Reply | None, failure: str = "") -> None:
        self.transcript.note(Deed(request.operation, request.name, reply, failure))

    def _answer_callback(self, request: Request) -> Reply:
        self._depth += 1
        self._note(Request("callback", name=request.operation), Reply(request.arguments))
        try:
            return Reply(self._call_back(request))
        except Exception as error:
            if isinstance(error, Failure):
                self._own_error = error
            return Reply(raised=_for_students(error))
        finally:
            self._depth -= 1

    def _call_back(self, request: Request) -> Any:
        target: Any = request.target_object
        if request.operation == "next" and isinstance(target, Iterator):
            return next(((item,) for item in target), ())
        if request.operation == "call" and request.name == "__iter__" and isinstance(target, Iterator):
            return target
        if request.operation == "call" and not request.name and inspect.isroutine(target):
            return target(*request.arguments, **request.keywords)
        raise TypeError("this can only be called, or iterated over")

    def _observe(self, request: Request, reply: Reply) -> None:
        printed = Printed(reply.effects.output)
        if reply.raised is None and not _is_method(request, reply):
            self.transcript.note(Deed(request.operation, request.name, reply, printed=printed))
        if request.operation != "call" or request.name.startswith("__") or reply.raised is not None:
            return
        given, effects = (request.arguments, request.keywords), reply.effects
        arguments = request.arguments if effects.arguments is None else effects.arguments
        keywords = request.keywords if effects.keywords is None else effects.keywords
        changed = effects.arguments is not None
        call = Call(request.name, *given, reply.value, arguments, keywords, changed, effects.random_state, printed)
        self.transcript.calls.append(call)


class Student:
    """The student's module, as a suite sees it: a function of it calls into the student's process.

    Args:
        load: returns the loaded submission, in a new sandbox if the last one is gone.
        functions: the names that the reference has as functions, and so must the student.
    """

    def __init__(self, load: Callable[[], "Loaded"], functions: Collection[str]) -> None:
        self._load = load
        self._functions = functions

    @property
    def calls(self) -> list[Call]:
        """The calls made so far in this test."""
        return self._load().peer.transcript.calls

    @property
    def support(self) -> Any:
        """The support module in the student's process."""
        return self._load().support

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        loaded = self._load()
        if name in loaded.callables:
            return _Function(self._load, name)
        if name in loaded.values and name in self._functions:
            raise failures.not_a_function(name)
        if name in loaded.values:
            return loaded.peer.get(loaded.module_number, name)
        raise loaded.peer.guard.missing(name, loaded.callables)


class _Function:
    """A function of the student's, by name: by the time it is called, another sandbox may have replaced the first."""

    def __init__(self, load: Callable[[], "Loaded"], name: str) -> None:
        self._load = load
        self._name = name

    def __call__(self, *arguments: object, **keywords: object) -> Any:
        loaded = self._load()
        return loaded.peer.call(loaded.module_number, self._name, arguments, keywords)


@dataclass(frozen=True)
class Loaded:
    """A submission that is loaded in a sandbox; `values` are the names of all that cannot be called."""

    peer: StudentPeer
    module_number: int
    callables: frozenset[str]
    values: frozenset[str]
    support: Handle | None


def load(peer: StudentPeer, arguments: tuple[Any, ...]) -> Loaded:
    """Load a submission over a fresh line.

    Raises:
        Failure: it cannot be loaded.
    """
    match peer.request(Request("load", arguments=arguments)):
        case {"module": Handle() as module, "support": None | Handle() as support, "names": dict(names)}:
            number = number_of(module, peer)
            plain = all(type(name) is str and type(called) is bool for name, called in names.items())
            if number is not None and plain:
                callables = frozenset(name for name, called in names.items() if called)
                return Loaded(peer, number, callables, frozenset(names) - callables, support)
    raise failures.interfered()


def _is_method(request: Request, reply: Reply) -> bool:
    """Tell whether this only fetched a method, which says nothing and is not done each time."""
    return request.operation == "get" and type(reply.value) is Handle and reply.value.kind == "function"


def _may_export(thing: object) -> bool:
    return inspect.isroutine(thing) or isinstance(thing, Iterator)


_TELLING: tuple[type[Exception], ...] = (ValueError, TypeError, IndexError)


def _for_students(error: Exception) -> dict[str, Any]:
    """Describe an exception of the suite's to student code: the text only where it speaks of the arguments."""
    telling = isinstance(error, _TELLING)
    return described(type(error).__name__, str(error)[:200]) if telling else described("RuntimeError", "")
