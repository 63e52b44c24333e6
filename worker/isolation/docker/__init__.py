"""Isolation by Docker: a container for the judge and one for the sandbox server.

Theory of operation. Each of the two has a container of its own: no network, a read-only root, no capabilities, no new
privileges, a system-call filter (seccomp.json), limits of memory, swap, processes and processors, and an unprivileged
user. They share one small tmpfs volume with the bench's socket in it, which only the sandbox may write to. The worker
speaks with each over the pipes of a `docker run -i` that it keeps. When the worker dies its end of the pipe closes, and
the container ends by itself; what the engine may have kept of it is swept by the next worker.
"""
