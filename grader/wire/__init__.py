"""What crosses between judge and sandbox: plain values, and handles for what cannot be a value.

Theory of operation. A frame is a length, a msgpack tree and the raw buffers of the arrays in it. The tree holds
only msgpack's own scalars and tagged lists; the receiver walks it with caps on depth, count and size, and builds
plain types alone. Nothing is pickled, no class is looked up by name, and no array is allocated before its dtype is
on the allow-list and its size agrees with the bytes that came. What has no value form (a generator, an object, a
function) stays where it is; a `Handle` to it crosses instead, and using the handle sends a request back.
"""
