"""A handle: something that lives in the other process, used from this one."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from grader import limits
from grader.wire.operations import OPERATIONS

if TYPE_CHECKING:
    from grader.wire.peer import Peer


class Handle:
    """A stand-in for an object on the other side: each use of it, by an operator or `repr` too, is a request to there.

    Functions and iterators of the other side are true, and compared by identity, without asking.

    Attributes:
        type_name: the name of the object's type in the other side's words, which prove nothing.
        kind: "function", "iterator" or "object".
    """

    __slots__ = ("_hash", "_number", "_peer", "kind", "type_name")
    _hash: int | None
    _number: int
    kind: str
    type_name: str
    __array_ufunc__ = None  # or NumPy would take an operand on the right for an array of what it iterates over

    def __init__(self, peer: "Peer", number: int, kind: str, type_name: str) -> None:
        own = {"_peer": peer, "_number": number, "kind": kind, "type_name": type_name, "_hash": None}
        for name, value in own.items():
            object.__setattr__(self, name, value)

    def __call__(self, *arguments: object, **keywords: object) -> Any:
        return self._peer.call(self._number, "", arguments, keywords)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # keeps copy, pickle and NumPy from probing the other side
            raise AttributeError(name)
        return self._peer.attribute(self, name)

    def __setattr__(self, name: str, value: object) -> None:
        if name.startswith("_"):
            raise AttributeError(f"`{name}` cannot be set from here: it begins with `_`")
        self._ask("__setattr__", name, value)

    def __len__(self) -> int:
        if self.kind == "iterator":
            raise TypeError("an iterator has no length")  # as `list(...)` hopes for when it asks
        length: object = self._ask("__len__")
        return length if type(length) is int and 0 <= length < limits.MAX_COLLECTION_ITEMS else 0

    def __contains__(self, item: object) -> bool:
        return self._ask("__contains__", item) is True

    def __iter__(self) -> Iterator[Any]:
        if self.kind == "iterator":
            return self
        return iter(self._ask("__iter__"))

    def __next__(self) -> Any:
        return self._peer.advance(self._number)

    def __bool__(self) -> bool:
        return self.kind != "object" or self._ask("__bool__") is True

    def __eq__(self, other: object) -> Any:
        if other is self:
            return True
        return NotImplemented if self._is_plain or not self._knows(other) else self._ask("__eq__", other)

    def __ne__(self, other: object) -> Any:
        return NotImplemented if self._is_plain or not self._knows(other) else self._ask("__ne__", other)

    def __hash__(self) -> int:
        if self._hash is None:
            value: object = id(self) if self._is_plain else self._ask("__hash__")
            object.__setattr__(self, "_hash", hash(value) if type(value) is int else 0)
        return self._hash or 0

    def __repr__(self) -> str:
        return f"<a {self.type_name} in the other process>" if self._is_plain else self._text("__repr__")

    def __str__(self) -> str:
        return repr(self) if self._is_plain else self._text("__str__")

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> bool:
        name = "" if kind is None else kind.__name__
        # What a test finds wrong is not the other side's to silence.
        silences = self._ask("__exit__", name) is True
        return silences and isinstance(error, Exception) and not isinstance(error, AssertionError)

    @property
    def _is_plain(self) -> bool:
        """Whether it is compared by identity: while a set of handles is read, nothing can be asked of them either."""
        return self.kind != "object" or self._peer.is_reading

    def _knows(self, other: object) -> bool:
        """Tell whether the other side can be handed an operand: what is in a third process it cannot."""
        return not isinstance(other, Handle) or other._peer is self._peer

    def _ask(self, name: str, *arguments: object) -> Any:
        return self._peer.call(self._own_number(), name, arguments, {})

    def _own_number(self) -> int:
        return self._number

    def _text(self, name: str) -> str:
        text: object = self._ask(name)
        if type(text) is not str:
            raise TypeError(f"{name} returned no text")
        return text


def _asking(name: str) -> Callable[..., Any]:
    def ask(self: Handle, *arguments: object) -> Any:
        return self._ask(name, *arguments) if all(map(self._knows, arguments)) else NotImplemented

    ask.__name__ = ask.__qualname__ = name
    return ask


# Python looks these up on the type, so each has to stand there; an object that lacks one raises its TypeError there.
for _name in OPERATIONS:
    if _name not in vars(Handle):
        setattr(Handle, _name, _asking(_name))


class Method(Handle):
    """A method of an object on the other side, known to be one: fetching it and calling it is a single request."""

    __slots__ = ("_name", "_owner")

    def __init__(self, peer: "Peer", owner: int, name: str) -> None:
        super().__init__(peer, 0, "function", "method")
        object.__setattr__(self, "_owner", owner)
        object.__setattr__(self, "_name", name)

    def _own_number(self) -> int:
        return self.fetched()._number

    def __call__(self, *arguments: object, **keywords: object) -> Any:
        return self._peer.call(self._owner, self._name, arguments, keywords)

    def fetched(self) -> Handle:
        """Return the handle of the method itself, for handing it on."""
        method: Handle = self._peer.get(self._owner, self._name)
        return method


def number_of(handle: Handle, peer: "Peer") -> int | None:
    """Return a handle's number in the table of a peer's other side; None where it belongs to another peer."""
    return handle._number if handle._peer is peer else None
