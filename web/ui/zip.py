"""Submissions as a zip file."""

import io
import zipfile
from collections.abc import Iterable

from flask import Response, send_file

from records.submissions.models import Submission


def archive_of(submissions: Iterable[Submission], name: str) -> Response:
    """Return a zip of submissions: a folder for each, named by its assignment and the time in UTC."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for submission in submissions:
            moment = submission.created_at.strftime("%Y-%m-%dT%H-%M-%SZ")
            folder = f"{name}/{submission.assignment.slug}/{moment}-{submission.kind}-{submission.id[:6]}"
            for file, content in submission.files.items():
                archive.writestr(f"{folder}/{file}", content)
    data.seek(0)
    return send_file(data, "application/zip", as_attachment=True, download_name=f"{name}.zip")
