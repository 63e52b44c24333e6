"""What crosses between judge and cell: plain values, and handles for what cannot be a value.

Theory of operation. A frame is a length, a msgpack tree and the raw buffers of the arrays in it. The tree holds
only msgpack's own scalars and tagged lists; the receiver walks it with caps on depth, count and size, and builds
plain types alone. Nothing is pickled, no class is looked up by name, and no array is allocated before its dtype is
on the allow-list and its size agrees with the bytes that came. What has no value form (a generator, an object, a
function) stays where it is; a `Handle` to it crosses instead, and using the handle sends a request back.
"""

from grader.wire.decoding import decode
from grader.wire.encoding import encode, is_copied
from grader.wire.handles import Handle, number_of
from grader.wire.link import Answer, Link, LocalLink, PeerBroke, PeerClosed, PeerTimeout, SocketLink
from grader.wire.messages import MessagesEnded, read_message, write_message
from grader.wire.peer import Effects, Peer, RemoteRaised, Reply, Request, type_name
from grader.wire.tree import WireError

__all__ = [
    "Answer",
    "Effects",
    "Handle",
    "Link",
    "LocalLink",
    "MessagesEnded",
    "Peer",
    "PeerBroke",
    "PeerClosed",
    "PeerTimeout",
    "RemoteRaised",
    "Reply",
    "Request",
    "SocketLink",
    "WireError",
    "decode",
    "encode",
    "is_copied",
    "number_of",
    "read_message",
    "type_name",
    "write_message",
]
