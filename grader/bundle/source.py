"""Python source as bytes: what keeps it from being read, and its syntax tree."""

import ast
import codecs
import re
import warnings
from typing import Final

UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Embeddings, overrides and isolates: text that contains them is not run in the order in which it is read.
BIDIRECTIONAL: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
DECLARED: Final = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # PEP 263
NOTEBOOK: Final = re.compile(r'"nbformat"\s*:')
BLANK_OR_COMMENT: Final = re.compile(rb"^[ \t\f]*(?:#.*)?$")


def problem_with_source(data: bytes) -> str | None:
    """Return the sentence for a student whose file cannot be read as Python text, or None if it can."""
    if data.startswith(UTF_16):
        return "Your file is saved as UTF-16; save it as UTF-8 and hand it in again."
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Positions count from after a byte order mark, which holds no line break.
        return f"Line {_line(error.object, error.start)} of your file is not UTF-8 text; save it as UTF-8."
    if not text.strip():
        return "Your file is empty."
    if text.lstrip().startswith("{") and NOTEBOOK.search(text):
        return "Your file is a notebook that is named like a Python file; export it as Python and submit that."
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        return f"Line {line} of your file holds a NUL byte, so it is not Python text."
    if found := BIDIRECTIONAL.search(text):
        line = text.count("\n", 0, found.start()) + 1
        return (
            f"Line {line} of your file holds an invisible character (U+{ord(found[0]):04X}) "
            "that changes the order in which text is shown; delete it."
        )
    return _encoding_problem(data)


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _encoding_problem(data: bytes) -> str | None:
    for number, line in enumerate(data.removeprefix(codecs.BOM_UTF8).splitlines()[:2], 1):
        if declared := DECLARED.match(line):
            name = declared[1].decode("ascii", "replace")
            if _is_utf_8(name):
                return None
            return f"Line {number} of your file declares the encoding {name[:40]}; delete that line."
        if not BLANK_OR_COMMENT.match(line):
            return None
    return None


def _is_utf_8(name: str) -> bool:
    try:
        return codecs.lookup(name).name in ("utf-8", "utf-8-sig")
    except LookupError:
        return False


def parse(data: bytes) -> ast.Module:
    """Return the syntax tree of Python source; raise SyntaxError, with its line, if it does not compile."""
    text = data.decode("utf-8-sig")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
            compile(tree, "<source>", "exec", dont_inherit=True)
    except (ValueError, RecursionError, MemoryError) as error:
        raise SyntaxError(str(error) or "too deeply nested") from error
    return tree


def imported(tree: ast.Module) -> list[str]:
    """Return the modules that source imports, by their names at the top level, each once."""
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0]: None for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found[node.module.partition(".")[0]] = None
    return list(found)


def syntax_problem(error: SyntaxError) -> str:
    """Return `line 3: invalid syntax` for an author."""
    place = f"line {error.lineno}: " if error.lineno else ""
    return f"{place}{error.msg}"
