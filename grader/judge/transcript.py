"""What a test called in an answer, and what the answer was seen to do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.judge.diagnosis import same_deed
from grader.wire.peer import Reply


@dataclass(frozen=True)
class Call:
    """One call that a test made into the student's code.

    Attributes:
        name: the function's name, "" for a handle that was called itself.
        arguments, keywords: what the judge passed.
        value: what came back.
        arguments_after, keywords_after: the arguments as they were after the call, in the student's process.
        arguments_changed: whether these differ.
        random_state_changed: the global generators that the call moved: "numpy", "random", "torch".
    """

    name: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    value: Any
    arguments_after: tuple[Any, ...]
    keywords_after: dict[str, Any]
    arguments_changed: bool
    random_state_changed: frozenset[str]


@dataclass(frozen=True)
class Deed:
    """What student code was seen to do once, for comparing it with what a known-wrong answer does.

    Attributes:
        operation: that of the request it answered, or "callback" where it called the judge.
        name: of what was called.
        reply: what came back, or the arguments of a callback; None after a failure.
        failure: the kind of failure, "" where there was none.
    """

    operation: str
    name: str
    reply: Reply | None
    failure: str = ""


class Contradicted(BaseException):
    """An answer did something else than was expected of it: the rest of the test says nothing more."""


@dataclass
class Transcript:
    """What was called in one test and what came of it.

    Attributes:
        calls: as a suite sees them.
        deeds: as a diagnosis sees them.
        expected: what another answer did in this test, where only one that does the same is of interest.
    """

    calls: list[Call] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    expected: Sequence[Deed] | None = None

    def note(self, deed: Deed) -> None:
        """Add a deed.

        Raises:
            Contradicted: it is not the one that was expected.
        """
        self.deeds.append(deed)
        if self.expected is None:
            return
        position = len(self.deeds) - 1
        if position >= len(self.expected) or not same_deed(self.expected[position], deed):
            raise Contradicted
