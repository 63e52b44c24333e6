"""`python -m cli`: the same as `gradeloop`."""

from cli import main

main(prog_name="gradeloop")
