# A1: finds the hidden tests, the reference or the manifest anywhere on the disk, and reads them.
import os

WANTED = {"test_hidden.py", "test_public.py", "assignment.toml", "assignments", "right", "wrong"}
LIBRARIES = {"share", "doc", "bin", "include", "x86_64-linux-gnu", "aarch64-linux-gnu", "locale"}


def everything(top):
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if name not in LIBRARIES and not is_package(os.path.join(folder, name))]
        yield from (os.path.join(folder, name) for name in [*files, *folders])


def is_package(folder):
    return os.path.exists(os.path.join(folder, "__init__.py"))


def attempt():
    found = [path for path in everything("/") if os.path.basename(path) in WANTED]
    lists = [path for path in found if os.path.isfile(path) or os.listdir(path)]
    return {"the suite": f"gave {lists}"[:300] if lists else "denied: not there"}
