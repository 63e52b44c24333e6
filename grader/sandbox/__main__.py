"""`python -m grader.sandbox`: the sandbox server of one bench, inside its outer isolation."""

from grader.sandbox.server import main

main()
