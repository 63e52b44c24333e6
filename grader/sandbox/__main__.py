"""`python -m grader.sandbox`: the sandbox server of one bench, in isolation."""

from grader.sandbox.server import main

main()
