"""A run as JUnit XML."""

from xml.etree import ElementTree

from grader.results.run import RunResult


def to_junit(run: RunResult) -> bytes:
    """Return a run as JUnit XML; a test that ended by our fault is an `error`, a student's a `failure`."""
    failures = sum(test.outcome == "failed" for test in run.tests)
    errors = sum(test.outcome == "error" for test in run.tests) + (run.outcome != "graded")
    suite = ElementTree.Element(
        "testsuite",
        name=run.assignment,
        tests=str(len(run.tests)),
        failures=str(failures),
        errors=str(errors),
        time=f"{run.duration_ms / 1000:.3f}",
    )
    for test in run.tests:
        file, _, name = test.name.partition("::")
        seconds = f"{test.duration_ms / 1000:.3f}"
        case = ElementTree.SubElement(suite, "testcase", classname=file.removesuffix(".py"), name=name, time=seconds)
        if test.outcome != "passed":
            kind = "failure" if test.outcome == "failed" else "error"
            ElementTree.SubElement(case, kind, message=_xml(test.title)).text = _xml(test.explanation)
        if test.output:
            ElementTree.SubElement(case, "system-out").text = _xml(test.output)
    if run.outcome != "graded":
        ElementTree.SubElement(suite, "system-err").text = _xml(f"not graded: {run.message}")
    ElementTree.indent(suite)
    written: bytes = ElementTree.tostring(suite, encoding="utf-8", xml_declaration=True)
    return written


def _xml(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return "".join(character for character in text if character in "\t\n\r" or character.isprintable())
