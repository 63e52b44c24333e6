"""A handle: something that lives in the other process, used from this one."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from grader import limits

if TYPE_CHECKING:
    from grader.wire.peer import Peer


class Handle:
    """A stand-in for an object on the other side: each use of it is a request to there.

    Attributes:
        type_name: the name of the object's type in the other side's words, which prove nothing.
        kind: "function", "iterator" or "object".
    """

    __slots__ = ("_number", "_peer", "kind", "type_name")

    def __init__(self, peer: "Peer", number: int, kind: str, type_name: str) -> None:
        self._peer = peer
        self._number = number
        self.kind = kind
        self.type_name = type_name

    def __call__(self, *arguments: object, **keywords: object) -> Any:
        return self._peer.call(self._number, "", arguments, keywords)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # keeps copy, pickle and NumPy from probing the other side
            raise AttributeError(name)
        return self._peer.attribute(self, name)

    def __len__(self) -> int:
        if self.kind == "iterator":
            raise TypeError("an iterator has no length")  # as `list(...)` hopes for when it asks
        length = self._peer.call(self._number, "__len__", (), {})
        return length if type(length) is int and 0 <= length < limits.MAX_COLLECTION_ITEMS else 0

    def __getitem__(self, key: object) -> Any:
        return self._peer.call(self._number, "__getitem__", (key,), {})

    def __iter__(self) -> Iterator[Any]:
        if self.kind == "iterator":
            return self
        return iter(self._peer.call(self._number, "__iter__", (), {}))

    def __next__(self) -> Any:
        return self._peer.advance(self._number)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<a {self.type_name} in the other process>"


class Method(Handle):
    """A method of an object on the other side, known to be one: fetching it and calling it is a single request."""

    __slots__ = ("_name", "_owner")

    def __init__(self, peer: "Peer", owner: int, name: str) -> None:
        super().__init__(peer, 0, "function", "method")
        self._owner = owner
        self._name = name

    def __call__(self, *arguments: object, **keywords: object) -> Any:
        return self._peer.call(self._owner, self._name, arguments, keywords)

    def fetched(self) -> Handle:
        """Return the handle of the method itself, for handing it on."""
        method: Handle = self._peer.get(self._owner, self._name)
        return method


def number_of(handle: Handle, peer: "Peer") -> int | None:
    """Return a handle's number in the table of a peer's other side; None where it belongs to another peer."""
    return handle._number if handle._peer is peer else None
