"""`python -m grader.judge`: the judge server of one bench, inside its outer isolation."""

from grader.judge.server import main

main()
