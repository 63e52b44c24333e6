"""`assignment.toml` and `cards.toml`: what they may say, of which type and within which bounds."""

import keyword
import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from grader.bundle.names import reserved_reason
from grader.bundle.problems import listed, shown
from grader.bundle.tables import Item, StrictModel, at_least_one, parsed
from grader.environments import EnvironmentName

MANIFEST_FILE: Final = "assignment.toml"
CARDS_FILE: Final = "cards.toml"
SUBMITTED_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,63}\.py", re.ASCII)


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    return text


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of printable text")
    return text


def _submitted(name: str) -> str:
    if not SUBMITTED_NAME.fullmatch(name) or keyword.iskeyword(name.removesuffix(".py")):
        raise ValueError(f'must be a plain lower-case module name such as "model.py", not "{shown(name)}"')
    if reason := reserved_reason(name):
        raise ValueError(f'cannot be "{name}", which {reason}')
    return name


def _distinct(words: tuple[str, ...]) -> tuple[str, ...]:
    repeated = sorted({word for word in words if words.count(word) > 1})
    if repeated:
        raise ValueError(f"names {listed(repeated)} twice")
    return words


OneLine = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_not_blank), AfterValidator(_one_line)]
# Strict mode would want a tuple, which TOML has not.
Distinct = Annotated[
    tuple[Item, ...], Field(strict=False, max_length=20), AfterValidator(at_least_one), AfterValidator(_distinct)
]
SubmittedNames = Distinct[Annotated[str, AfterValidator(_submitted)]]


class Limits(StrictModel):
    """What one run may use."""

    call_seconds: float = Field(default=2.0, ge=0.05, le=60, allow_inf_nan=False)
    run_seconds: float = Field(default=20.0, ge=1, le=600, allow_inf_nan=False)
    memory_mib: int = Field(default=512, ge=64, le=8192)
    output_kib: int = Field(default=64, ge=1, le=1024)

    @model_validator(mode="after")
    def _a_run_holds_a_call(self) -> Self:
        if self.run_seconds < self.call_seconds:
            raise ValueError("must have `run_seconds` at least as long as `call_seconds`")
        return self


class DefaultPolicy(StrictModel):
    """What a course starts from; it may choose otherwise."""

    attempts: int = Field(default=0, ge=0, le=10_000)
    counting: Literal["best", "last", "first"] = "best"
    late_percent_per_day: float = Field(default=0.0, ge=0, le=100, allow_inf_nan=False)


class VerifySettings(StrictModel):
    """What the assignment must reach to be published."""

    starter_max_percent: float = Field(default=20.0, ge=0, le=100, allow_inf_nan=False)
    mutants_min_percent: float = Field(default=95.0, ge=0, le=100, allow_inf_nan=False)


class AlsoTrue(StrictModel):
    """A known-wrong answer of which the texts of others are true as well, and why."""

    wrong: OneLine
    also: Annotated[tuple[OneLine, ...], Field(strict=False), AfterValidator(at_least_one)]
    reason: OneLine


class Manifest(StrictModel):
    """The content of `assignment.toml`; `attempts = 0` means as many as the student likes."""

    title: OneLine
    summary: OneLine
    topics: Distinct[OneLine]
    order: int = Field(ge=0, le=1_000_000)
    files: SubmittedNames
    environment: EnvironmentName
    limits: Limits = Limits()
    policy: DefaultPolicy = DefaultPolicy()
    lab: VerifySettings = VerifySettings()
    leave_one_out: Annotated[tuple[AlsoTrue, ...], Field(strict=False, max_length=100)] = ()

    def also_true_of(self, wrong: str) -> frozenset[str]:
        """Return the known-wrong answers whose texts are declared to be true of this one as well."""
        return frozenset(name for entry in self.leave_one_out if entry.wrong == wrong for name in entry.also)


def submitted_names(data: bytes) -> tuple[str, ...]:
    """Return the `files` of a manifest whose other keys may be wrong; () where `files` is wrong too."""
    try:
        return TypeAdapter(SubmittedNames).validate_python(parsed(data)["files"])
    except (ValueError, KeyError):
        return ()


Side = Annotated[str, Field(max_length=2000), AfterValidator(_not_blank)]


class Card(StrictModel):
    """A question and its answer; TeX may stand between dollar signs."""

    front: Side
    back: Side


class Deck(StrictModel):
    """The content of `cards.toml`."""

    cards: Annotated[tuple[Card, ...], Field(strict=False, max_length=100), AfterValidator(at_least_one)]
