"""`python -m grader.cell`: the cell server of one bench, inside its outer wall."""

from grader.cell.server import main

main()
