"""TOML read into a strict model, with every mistake said in a sentence of its own."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from grader.bundle.problems import did_you_mean, shown

Item = TypeVar("Item")
Model = TypeVar("Model", bound=BaseModel)

MAX_TABLE_BYTES: Final = 64 * 1024
# tomllib's time grows with the square of a key's parts; none of ours has more than two.
LONG_KEY: Final = re.compile(
    r"""(?:^[ \t]*+\[{0,2}|[{,])(?:[ \t]*+(?:[\w-]++|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*+')[ \t]*+\.){50}""", re.MULTILINE
)

SENTENCES: Mapping[str, str] = {
    "missing": "`{field}` is missing.",
    "string_type": "`{field}` must be text in quotes, not {value}.",
    "string_too_short": "`{field}` must not be empty.",
    "string_too_long": "`{field}` must have at most {max_length} characters.",
    "int_type": "`{field}` must be a whole number, not {value}.",
    "float_type": "`{field}` must be a number, not {value}.",
    "finite_number": "`{field}` must be a finite number, not {value}.",
    "greater_than_equal": "`{field}` must be at least {ge}, not {value}.",
    "less_than_equal": "`{field}` must be at most {le}, not {value}.",
    "literal_error": "`{field}` must be {expected}, not {value}.",
    "tuple_type": "`{field}` must be a list, not {value}.",
    "too_long": "`{field}` must have at most {max_length} items.",
    "model_type": "`{field}` must be a table, not {value}.",
    "value_error": "`{field}` {error}.",
}


class StrictModel(BaseModel):
    """A frozen table: unknown keys are refused, and no value is quietly turned into another type."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def at_least_one(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Refuse an empty list; Pydantic's own `min_length` also fires where an item is wrong."""
    if not items:
        raise ValueError("must have at least one item")
    return items


def parsed(data: bytes) -> dict[str, Any]:
    """Return what TOML says.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
        ValueError: it is too large, or not valid; the text says why.
    """
    text = data.decode("utf-8")
    if len(data) > MAX_TABLE_BYTES:
        raise ValueError(f"the file is larger than {MAX_TABLE_BYTES // 1024} KiB")
    if LONG_KEY.search(text):
        raise ValueError("not valid TOML: a key has more than 50 parts")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not valid TOML: {shown(str(error))}") from None
    except RecursionError:
        raise ValueError("not valid TOML: nested too deeply") from None
    except ValueError:  # Python turns only so many digits into a number
        raise ValueError("not valid TOML: a number has too many digits") from None


def read_table(file: str, files: Mapping[str, bytes], model: type[Model], problems: list[str]) -> Model | None:
    """Return the TOML of a file as a `model`; None where it is missing, or after adding what is wrong to `problems`."""
    if file not in files:
        return None
    try:
        table = parsed(files[file])
    except UnicodeDecodeError:
        return None  # said once already, for every file alike
    except ValueError as error:
        problems.append(f"{file}: {error}.")
        return None
    try:
        return model.model_validate(table)
    except ValidationError as error:
        problems += [f"{file}: {_sentence(detail, model)}" for detail in error.errors(include_url=False)]
        return None


def _sentence(detail: ErrorDetails, model: type[BaseModel]) -> str:
    location = detail["loc"]
    if detail["type"] == "extra_forbidden":
        known = [_field((*location[:-1], key)) for key in _known_keys(model, location[:-1])]
        return f"unknown key `{shown(_field(location))}`{did_you_mean(_field(location), known)}"
    words = {**detail.get("ctx", {}), "field": _field(location), "value": _value(detail["input"])}
    words |= {bound: f"{words[bound]:g}" for bound in ("ge", "le") if bound in words}
    if "expected" in words:
        words["expected"] = str(words["expected"]).replace("'", '"')
    return SENTENCES.get(detail["type"], "`{field}`: " + detail["msg"]).format_map(words)


def _field(location: tuple[int | str, ...]) -> str:
    field = ""
    for part in location:
        field += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return field.lstrip(".")


def _known_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    for part in location:
        if isinstance(part, str):
            annotation = model.model_fields[part].annotation
            kinds: tuple[Any, ...] = (annotation, *get_args(annotation))
            model = next(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel))
    return list(model.model_fields)


def _value(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{shown(value)}"'
        case list():
            return "a list"
        case dict():
            return "a table"
        case int() if value.bit_length() > 64:  # as a hexadecimal number it has digits without end
            return "a number that large"
        case _:
            return shown(str(value))
