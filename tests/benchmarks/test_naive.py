"""What Gradeloop is measured against grades the same suites, and comes to the same verdict."""

import pytest

from grader.bundle import Submission, read_bundle
from tests.benchmarks.__main__ import ROOT, SLUGS
from tests.benchmarks.naive import naive_grader
from worker.walls import Bubblewrap


@pytest.mark.parametrize("slug", SLUGS.values())
def test_the_naive_grader_gives_the_reference_full_marks_and_the_starter_none(slug: str) -> None:
    bundle = read_bundle(ROOT / "assignments" / slug)

    with naive_grader(bundle, Bubblewrap()) as naive:
        assert naive.grade(Submission(bundle.reference))
        assert not naive.grade(Submission(bundle.starter))
