"""Bundles and submissions: what authors write and what students hand in, read and checked."""

from grader.bundle.archive import bundle_zip, path_problem, read_bundle_zip
from grader.bundle.bundle import Bundle
from grader.bundle.cards import Card
from grader.bundle.disk import read_bundle, read_bundles
from grader.bundle.manifest import Lab, Limits, Manifest, Policy
from grader.bundle.problems import BundleError, did_you_mean
from grader.bundle.samples import Sample
from grader.bundle.source import problem_with_source
from grader.bundle.submission import Submission, SubmissionRefused, read_submission, read_submission_paths
from grader.bundle.suite import HIDDEN_TESTS, PUBLIC_TESTS, VISIBILITIES, SuiteTest

__all__ = [
    "HIDDEN_TESTS",
    "PUBLIC_TESTS",
    "VISIBILITIES",
    "Bundle",
    "BundleError",
    "Card",
    "Lab",
    "Limits",
    "Manifest",
    "Policy",
    "Sample",
    "Submission",
    "SubmissionRefused",
    "SuiteTest",
    "bundle_zip",
    "did_you_mean",
    "path_problem",
    "problem_with_source",
    "read_bundle",
    "read_bundle_zip",
    "read_bundles",
    "read_submission",
    "read_submission_paths",
]
