"""`python -m grader.judge`: the judge server of one bench, in isolation."""

from grader.judge.server import main

main()
