"""The process that runs student code, and decides nothing.

Theory of operation. The *server* (`python -m grader.sandbox`) runs in isolation of its own and imports numpy, or
torch, once. It keeps one sandbox ahead: a *supervisor* forked from it enters fresh namespaces and forks the *sandbox*
proper, which shuts itself in and waits. The judge connects to the server's socket, the supervisor takes the
connection, hands over the judge's end of a socket pair whose other end the sandbox holds, and the server forks the
next one. From there the judge calls the student's functions over the pair, asks the supervisor for printed output, and
ends the sandbox by hanging up. The supervisor never reads what a student writes except as bytes to keep; the server
never sees a submission at all.
"""
