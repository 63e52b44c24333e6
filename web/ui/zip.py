"""Zip files to download, and submissions as one."""

import io
import zipfile
from collections.abc import Iterable, Iterator

from flask import Response, send_file

from records.submissions.models import Submission


def sent_zip(name: str, files: Iterable[tuple[str, bytes | str]]) -> Response:
    """Return a response that downloads files, by their paths, as a zip of this name."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files:
            archive.writestr(path, content)
    data.seek(0)
    return send_file(data, "application/zip", as_attachment=True, download_name=f"{name}.zip")


def archive_of(submissions: Iterable[Submission], name: str) -> Response:
    """Return a zip of submissions: a folder for each, named by its assignment and the time in UTC."""
    return sent_zip(name, _files(submissions, name))


def _files(submissions: Iterable[Submission], name: str) -> Iterator[tuple[str, bytes]]:
    for submission in submissions:
        moment = submission.created_at.strftime("%Y-%m-%dT%H-%M-%SZ")
        folder = f"{name}/{submission.assignment.slug}/{moment}-{submission.kind}-{submission.id[:6]}"
        for file, content in submission.files.items():
            yield f"{folder}/{file}", content
