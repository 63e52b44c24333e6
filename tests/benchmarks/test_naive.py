"""What Gradeloop is measured against grades the same suites, and comes to the same verdict."""

import pytest

from grader.bundle.disk import read_bundle
from grader.bundle.submission import SubmittedFiles
from tests.benchmarks.__main__ import ROOT, SLUGS
from tests.benchmarks.naive import naive_grader
from worker.isolation.bubblewrap import Bubblewrap

pytestmark = pytest.mark.service


@pytest.mark.parametrize("slug", SLUGS.values())
def test_the_naive_grader_gives_the_reference_full_marks_and_the_starter_none(slug: str) -> None:
    bundle = read_bundle(ROOT / "assignments" / slug)

    with naive_grader(bundle, Bubblewrap()) as naive:
        assert naive.grade(SubmittedFiles(bundle.reference))
        assert not naive.grade(SubmittedFiles(bundle.starter))
