"""Zip archives of bundles: what good tools make is read, and whatever is odd is refused by name."""

import io
import stat
import struct
import time
import zipfile
from collections.abc import Mapping

import pytest

from grader.bundle.archive import bundle_zip, read_bundle_zip
from grader.bundle.content import MAX_BUNDLE_BYTES, MAX_FILE_BYTES
from grader.bundle.problems import BundleError
from tests.grading import bundle_named

BUNDLE = bundle_named("double")


def packed(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def in_folder(folder: str = "double", **more: bytes) -> dict[str, bytes]:
    return {f"{folder}/{name}": data for name, data in BUNDLE.files.items()} | more


def refused(data: bytes, name: str = "double.zip") -> list[str]:
    with pytest.raises(BundleError) as caught:
        read_bundle_zip(data, name)
    return caught.value.problems


def test_what_is_packed_is_read_back_as_the_same_version() -> None:
    data = bundle_zip("double", BUNDLE.files)
    bundle = read_bundle_zip(data, "whatever.zip")
    assert (bundle.slug, bundle.version) == ("double", BUNDLE.version)
    assert data == bundle_zip("double", dict(reversed(BUNDLE.files.items())))


def test_the_one_folder_is_the_slug_and_else_the_name_of_the_file() -> None:
    assert read_bundle_zip(packed(in_folder("twice")), "double.zip").slug == "twice"
    assert read_bundle_zip(packed(BUNDLE.files), "double.zip").slug == "double"
    assert read_bundle_zip(packed(BUNDLE.files), "C:\\Temp\\double.zip").slug == "double"
    assert read_bundle_zip(packed({f"./{name}": data for name, data in BUNDLE.files.items()}), "double.zip")


def test_what_editors_and_finders_leave_behind_is_passed_over() -> None:
    litter = {
        "__MACOSX/double/._prompt.md": b"\0\1",
        "double/.DS_Store": b"\0",
        "double/__pycache__/reference.cpython-311.pyc": b"\0",
        "double/prompt.md~": b"old",
        "double/right/": b"",
    }
    assert read_bundle_zip(packed(in_folder() | litter), "x.zip").version == BUNDLE.version


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../double/x.py", "leads out of"),
        ("double/../../x.py", "leads out of"),
        ("double/..", "leads out of"),
        ("/etc/passwd", "is absolute"),
        ("C:/Windows/x.py", "is absolute"),
        ("double\\x.py", "has a backslash"),
        ("double//x.py", "has an empty part"),
        ("double/./x.py", "has an empty part"),
        ("double/x\n.py", "cannot be seen"),
        ("double/\u202ex.py", "cannot be seen"),
    ],
)
def test_names_that_lead_elsewhere_are_refused(name: str, said: str) -> None:
    problems = refused(packed(in_folder() | {name: b""}))
    assert len(problems) == 1
    assert said in problems[0]


def test_a_name_with_a_nul_is_refused() -> None:
    data = packed(in_folder() | {"double/xQ.py": b""}).replace(b"double/xQ.py", b"double/x\0.py")
    assert "cannot be seen" in refused(data)[0]


@pytest.mark.parametrize(("kind", "said"), [(stat.S_IFLNK, "a link"), (stat.S_IFIFO, "no regular file")])
def test_links_and_pipes_are_refused(kind: int, said: str) -> None:
    data = io.BytesIO(packed(in_folder()))
    with zipfile.ZipFile(data, "a") as archive:
        entry = zipfile.ZipInfo("double/right/link.py")
        entry.external_attr = (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    [problem] = refused(data.getvalue())
    assert problem.startswith("double/right/link.py: this is ")
    assert said in problem


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ("double/Reference.py", "differ in their letters' case or form only"),
        ("double/right/adds\uff0epy", "differ in their letters' case or form only"),
        ("double/right", "this is a file, and a folder to double/right/adds.py"),
    ],
)
def test_names_that_clash_are_refused(extra: str, said: str) -> None:
    assert said in refused(packed(in_folder() | {extra: b"x = 1\n"}))[0]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused() -> None:
    data = io.BytesIO(packed(in_folder()))
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("double/prompt.md", "another")
    assert refused(data.getvalue()) == ["double/prompt.md: this name is in the archive twice."]


def test_encrypted_files_are_refused() -> None:
    data = bytearray(packed(in_folder()))
    for signature, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        place = data.index(signature)
        data[place + offset] |= 1
    assert "this file is encrypted" in refused(bytes(data))[0]


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_cannot_be_bounded_are_refused(compression: int) -> None:
    bomb = packed({"double/prompt.md": b"\0" * 100_000_000}, compression)
    begun = time.perf_counter()
    assert "pack the folder as an ordinary zip" in refused(bomb)[0]
    assert time.perf_counter() - begun < 1


def test_a_bomb_is_cut_short_whatever_its_header_says() -> None:
    bomb = packed({"double/prompt.md": b"\0" * 300_000_000})
    lie = struct.pack("<L", 10)
    lying = bomb.replace(struct.pack("<L", 300_000_000), lie)
    begun = time.perf_counter()
    assert refused(bomb) == ["double/prompt.md: the file is larger than 1 MiB."]
    assert refused(lying)
    assert time.perf_counter() - begun < 1


def test_many_files_that_are_small_each_and_too_large_together_are_refused() -> None:
    count = MAX_BUNDLE_BYTES // MAX_FILE_BYTES + 2
    many = {f"double/right/a{number}.py": b"#" * MAX_FILE_BYTES for number in range(count)}
    assert refused(packed(many)) == ["The bundle is larger than 16 MiB in all."]


def test_too_many_entries_are_refused() -> None:
    assert "more than 1000 files" in refused(packed({f"double/right/a{number}.py": b"" for number in range(1001)}))[0]
    assert "more than 4,000 entries" in refused(packed({f"double/.x/{number}": b"" for number in range(4001)}))[0]


def test_entries_are_counted_before_any_is_read() -> None:
    assert refused(b"PK\x01\x02 is no entry " * 4001) == ["The archive has more than 4,000 entries."]


def test_a_damaged_file_is_named() -> None:
    data = packed({"double/prompt.md": b"A sentence. " * 50}, zipfile.ZIP_STORED)
    assert refused(data.replace(b"sentence", b"sentense", 1)) == [
        "double/prompt.md: this file is damaged in the archive."
    ]


@pytest.mark.parametrize("data", [b"", b"PK\3\4", b"%PDF-1.7", b"PK\5\6" + b"\0" * 18, packed(in_folder())[:-30]])
def test_what_is_no_archive_is_told_so(data: bytes) -> None:
    assert refused(data)


def test_all_problems_of_a_bundle_are_told_at_once() -> None:
    files = in_folder()
    del files["double/prompt.md"], files["double/reference.py"]
    problems = refused(packed(files | {"double/promt.md": b"x"}))
    assert "prompt.md: this file is missing." in problems
    assert any("did you mean `prompt.md`" in problem for problem in problems)


def test_two_assignments_in_one_archive_are_told_apart() -> None:
    said = "The archive holds more than one assignment: {}. Pack the folder of one alone."
    assert refused(packed(in_folder() | in_folder("twice"))) == [said.format("`double` and `twice`")]
    assert refused(packed(in_folder("a/double") | in_folder("a/b/twice"))) == [
        said.format("`a/double` and `a/b/twice`")
    ]


def test_folders_around_the_folder_of_an_assignment_are_left_out() -> None:
    bundle = read_bundle_zip(packed(in_folder("week1/double")), "x.zip")
    assert (bundle.slug, bundle.version) == ("double", BUNDLE.version)


def test_an_assignment_with_more_beside_it_is_said_to_lie_where_it_does() -> None:
    for beside in ("notes.txt", "week1/notes.txt"):
        assert refused(packed(in_folder("week1/double") | {beside: b""})) == [
            "The assignment lies in week1/double/, and more lies beside it. Pack that folder alone."
        ]
