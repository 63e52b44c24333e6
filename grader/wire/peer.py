"""One end of the value boundary: requests out, requests in, and the table of what was handed across by handle."""

import re
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from grader import limits
from grader.wire.decoding import decode
from grader.wire.encoding import encode
from grader.wire.handles import Handle, Method, number_of
from grader.wire.link import Link
from grader.wire.tree import Reference, Tag, WireError

_TYPE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,79}")
_FUNCTION_TYPES: Final = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    types.MethodWrapperType,
    type,
)
_CATCHABLE: Final[dict[str, type[Exception]]] = {
    kind.__name__: kind for kind in (IndexError, RuntimeError, TypeError, ValueError)
}


@dataclass(frozen=True)
class Request:
    """What one side asks of the other: an operation on one of its objects."""

    operation: str  # "load", "reseed", "call", "get" or "next"
    target: int = 0  # the number of the object's handle; 0 is the peer itself
    name: str = ""  # an attribute of the target, or "" for the target itself
    arguments: tuple[Any, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)
    target_object: object = None  # known to the side that answers


@dataclass(frozen=True)
class ArgumentEffects:
    """What a call did besides returning.

    Attributes:
        arguments, keywords: as they are after the call, or None where that is as they were.
        random_state: the global generators that moved: "numpy", "random", "torch".
        output: what it printed, the first of it.
    """

    arguments: tuple[Any, ...] | None = None
    keywords: dict[str, Any] | None = None
    random_state: frozenset[str] = frozenset()
    output: str = ""


@dataclass(frozen=True)
class Reply:
    """A result with its effects, or the description of an exception (`raised`)."""

    value: Any = None
    effects: ArgumentEffects = ArgumentEffects()
    raised: dict[str, Any] | None = None


class RemoteRaised(Exception):
    """The other side answered with an exception; `description` is what it sent.

    For the few types that a caller may want to catch an instance is also of that type.
    """

    def __init__(self, description: dict[str, Any]) -> None:
        super().__init__(description.get("message"))
        self.description = description

    @classmethod
    def like(cls, description: dict[str, Any]) -> "RemoteRaised":
        """Return an instance that is also of the builtin type that was raised, if it is one of the few."""
        name = description.get("type")
        base = _CATCHABLE.get(name) if type(name) is str else None
        return cls(description) if base is None else type(cls.__name__, (cls, base), {})(description)


class _Exports:
    """The objects of this side that the other side holds handles to; number 0 is never given out."""

    def __init__(self) -> None:
        self._objects: dict[int, object] = {}
        self._numbers: dict[int, int] = {}

    def add(self, thing: object) -> int:
        """Return the number of an object, the same one each time."""
        number = self._numbers.setdefault(id(thing), len(self._numbers) + 1)
        self._objects[number] = thing  # which keeps it, so that its id stays its own
        return number

    def __getitem__(self, number: int) -> object:
        try:
            return self._objects[number]
        except KeyError:
            raise WireError("a handle to nothing") from None


class Peer:
    """One end of the boundary.

    Args:
        handle: answers the other side's requests; what it returns or raises goes back.
        may_export: says whether an object of this side may be handed across as a handle.
        observe: called for each call of this side, with its effects.
        weigh: called with the approximate memory, in bytes, of each thing received.
    """

    def __init__(
        self,
        link: Link,
        handle: Callable[[Request], Reply],
        *,
        may_export: Callable[[object], bool] = lambda _: True,
        observe: Callable[[Request, Reply], None] = lambda _request, _reply: None,
        weigh: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.exports = _Exports()
        self._link = link
        self._handle = handle
        self._may_export = may_export
        self._observe = observe
        self._methods: set[tuple[str, str]] = set()
        self._weigh = weigh
        self._handles: dict[Reference, Handle] = {}
        self.is_reading = False

    def request(self, request: Request) -> Any:
        """Send a request and return the value of the answer.

        Raises:
            RemoteRaised: the other side raised an exception.
            WireError: the request cannot cross, or the answer breaks the rules.
            PeerTimeout, PeerClosed: no answer came.
        """
        parts = (request.operation, request.target, request.name, request.arguments, request.keywords)
        reply = self._read_reply(self._link.exchange(self.encode(parts), self.answer))
        self._observe(request, reply)
        if reply.raised is not None:
            raise RemoteRaised.like(reply.raised)
        return reply.value

    def call(self, target: int, name: str, arguments: tuple[object, ...], keywords: dict[str, object]) -> Any:
        """Call an object of the other side, or a method of it."""
        return self.request(Request("call", target, name, arguments, keywords))

    def get(self, target: int, name: str) -> Any:
        """Return an attribute of an object of the other side."""
        return self.request(Request("get", target, name))

    def attribute(self, owner: Handle, name: str) -> Any:
        """Return an attribute of an object of the other side; what was a method of its type before is not fetched."""
        number = number_of(owner, self)
        assert number is not None
        if (owner.type_name, name) not in self._methods:
            value = self.get(number, name)
            if type(value) is not Handle or value.kind != "function":
                return value
            self._methods.add((owner.type_name, name))
        return Method(self, number, name)

    def advance(self, target: int) -> Any:
        """Return the next item of an iterator of the other side; StopIteration at its end."""
        items = self.request(Request("next", target))
        if type(items) is not tuple or len(items) > 1:
            raise WireError("an answer that is none")
        if not items:
            raise StopIteration
        return items[0]

    def answer(self, frame: bytes) -> bytes:
        """Return the frame that answers a frame with a request."""
        reply = self._handle(self._read_request(frame))
        try:
            return self._encode_reply(reply)
        except MemoryError:  # the value fits where it is, but not a second time
            return self._encode_reply(Reply(raised=described("WireError", "a value that is too large")))
        except Exception as error:  # an object's own code may have been asked what it is
            return self._encode_reply(Reply(raised=described(type(error).__name__, _text(error))))

    def encode(self, value: object) -> bytes:
        """Return a value's frame, with handles from this peer's table."""
        return encode(value, self._refer)

    def _encode_reply(self, reply: Reply) -> bytes:
        effects = reply.effects
        did = (effects.arguments, effects.keywords, effects.random_state, effects.output)
        return self.encode((reply.value, *did, reply.raised))

    def _refer(self, thing: object) -> Reference:
        if type(thing) is Method:
            thing = thing.fetched()
        if type(thing) is Handle:
            number = number_of(thing, self)
            if number is not None:
                return (Tag.RECEIVERS_HANDLE, number, thing.kind, thing.type_name)
        if not self._may_export(thing):
            raise WireError(f"a {type(thing).__qualname__}, which cannot be handed across")
        return (Tag.SENDERS_HANDLE, self.exports.add(thing), _kind(thing), type_name(thing))

    def _resolve(self, reference: Reference) -> object:
        tag, number, kind, name = reference
        if tag == Tag.RECEIVERS_HANDLE:
            return self.exports[number]
        if kind not in ("function", "iterator", "object"):
            raise WireError("a handle of no known kind")
        handle = self._handles.get(reference)
        if handle is None:  # else the object is the same one, and so is its handle
            handle = Handle(self, number, kind, name if _TYPE_NAME.fullmatch(name) else "object")
            self._handles[reference] = handle
        return handle

    def _decode(self, frame: bytes) -> Any:
        self.is_reading = True
        try:
            return decode(frame, self._resolve, self._weigh)
        finally:
            self.is_reading = False

    def _read_request(self, frame: bytes) -> Request:
        match self._decode(frame):
            case (str(operation), int(target), str(name), tuple(arguments), dict(keywords)):
                owner = self.exports[target] if target else None
                return Request(operation, target, name, arguments, keywords, owner)
        raise WireError("a request that is none")

    def _read_reply(self, frame: bytes) -> Reply:
        match self._decode(frame):
            case (value, None | tuple() as after, None | dict() as keywords, frozenset() as moved, str(output), raised):
                is_short = len(output) <= limits.MAX_CALL_OUTPUT_CHARACTERS
                if is_short and (raised is None or type(raised) is dict):
                    return Reply(value, ArgumentEffects(after, keywords, moved, output), raised)
        raise WireError("an answer that is none")


def described(name: str, message: str) -> dict[str, Any]:
    """Return the description of an exception of which no more is known than its type's name and its text."""
    return {"type": name, "bases": [], "message": message, "frames": []}


def _text(error: Exception) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def type_name(thing: object) -> str:
    """Return the dotted name of an object's type, without the module for what students know by its short name."""
    kind = type(thing)
    module = kind.__module__.split(".")[0]
    return f"{module}.{kind.__name__}" if module in ("numpy", "torch", "pandas") else kind.__name__


def _kind(thing: object) -> str:
    if isinstance(thing, _FUNCTION_TYPES):
        return "function"
    return "iterator" if isinstance(thing, Iterator) else "object"
