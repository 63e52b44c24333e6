"""TOML read into a strict model, with every mistake said in a sentence of its own."""

import tomllib
from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from grader.bundle.problems import did_you_mean, shown

__all__ = ["StrictModel", "at_least_one", "read_table"]

Item = TypeVar("Item")
Model = TypeVar("Model", bound=BaseModel)

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


def read_table(file: str, data: bytes, model: type[Model], problems: list[str]) -> Model | None:
    """Return the TOML in `data` as a `model`, or None after adding what is wrong to `problems`."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        return None  # said once already, for every file alike
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        problems.append(f"{file}: not valid TOML: {shown(str(error)) or 'nested too deeply'}.")
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
        case _:
            return shown(str(value))
