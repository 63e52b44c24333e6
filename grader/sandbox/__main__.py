"""`python -m grader.sandbox`: the cell server of one bench, inside its outer wall."""

from grader.sandbox.server import main

main()
