"""The folder that a worker's children write their metrics to."""

import atexit
import os
import shutil
import tempfile


def fresh_metrics_folder() -> None:
    """Make it, for this process and its children, until this process ends.

    To be called before prometheus_client is imported, which chooses then between one process and several.
    """
    folder = tempfile.mkdtemp(prefix="gradeloop-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
