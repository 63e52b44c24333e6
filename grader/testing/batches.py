"""Whether batches hold every row once, in pairs, in the sizes asked for."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from grader.feedback.failures import Failure
from grader.feedback.kinds import are, inside, plural, wrong_kind
from grader.testing.checks import assert_iterable
from grader.testing.rows import Data, Rows, contiguous


def assert_batches(
    batches: object,
    X: object,  # noqa: N803 - the field's own name
    y: object,
    *,
    batch_size: int,
    drop_last: bool = False,
    shuffled: bool | None = None,
    name: str = "Your batches",
) -> None:
    """Check that batches hold each row once, in the sizes asked for, with X and y still paired.

    Args:
        batches: a list, tuple or generator of pairs of rows of X and y; of rows of X alone where y is None.
        X: shape (n, ...), all rows different.
        y: shape (n, ...), row by row as X, or None.
        batch_size: rows of each batch; the last may hold fewer.
        drop_last: ask for full batches only.
        shuffled: ask for (True) or forbid (False) another order than that of X; None allows both.

    Raises:
        Failure: a row is missing, repeated, torn from its y, or in a batch of another size or order.
        ValueError: rows of X are equal, so they cannot be told apart.
    """
    __tracebackhide__ = True
    rows, targets = Rows(X), None if y is None else Data(y)
    items = assert_iterable(batches, name="What you return")
    _require_pairs(items, rows, targets)
    found = [_read_batch(item, rows, targets, f"batch {i}") for i, item in enumerate(items, 1)]
    facts = _Batches(found, len(rows.keys), batch_size, drop_last, shuffled)
    complaint = next((words for check in _CHECKS if (words := check(facts))), None)
    if complaint:
        raise Failure(f"In {inside(name)}, {complaint}", detail=f"The sizes of your batches: {facts.sizes[:20]}")


@dataclass(frozen=True)
class _Batches:
    """Batches read as row numbers, with what is asked of them."""

    found: list[list[int]]
    rows: int
    size: int
    drop_last: bool
    shuffled: bool | None

    @property
    def sizes(self) -> list[int]:
        return [len(batch) for batch in self.found]

    @property
    def order(self) -> list[int]:
        return [row for batch in self.found for row in batch]

    @property
    def tail(self) -> int:
        """How many rows are left for a last, smaller batch."""
        return self.rows % self.size

    @property
    def wanted(self) -> list[int]:
        full = [self.size] * (self.rows // self.size)
        return full if self.drop_last or not self.tail else [*full, self.tail]

    @property
    def missing(self) -> list[int]:
        return sorted(set(range(self.rows)) - set(self.order))


def _require_pairs(items: Sequence[object], rows: Rows, targets: Data | None) -> None:
    """Raise Failure where all batches of X come first and all batches of y after them."""
    if targets is None or len(items) != 2:
        return
    first, second = items
    if not isinstance(first, list | tuple) or not isinstance(second, list | tuple):
        return
    if len(first) == len(second) > 1 and all(_holds_only(part, rows) for part in first):
        raise Failure(
            "You return all batches of X and then all batches of y. "
            "Pairs are asked for: (X_batch, y_batch) for each batch."
        )


def _holds_only(part: object, rows: Rows) -> bool:
    try:
        return bool(rows.find(part, ""))
    except Failure:
        return False


def _read_batch(batch: object, rows: Rows, targets: Data | None, name: str) -> list[int]:
    """The row numbers in one batch; raise Failure where it is empty or its parts do not belong together."""
    title = name.capitalize()
    if targets is None:
        return _require_any(rows.find(batch, title), title)
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        raise wrong_kind(batch, "a pair (X_batch, y_batch)", title)
    found = _require_any(rows.find(batch[0], f"The X of {name}"), title)
    labels = targets.read(batch[1], f"The y of {name}")
    if len(labels) != len(found):
        raise Failure(f"{title} has {plural(len(found), 'row')} of X, but {len(labels)} of y.")
    if labels != [targets.keys[row] for row in found]:
        raise Failure(f"{title} pairs rows of X with the y of other rows. X and y need one and the same order.")
    return found


def _require_any(found: list[int], title: str) -> list[int]:
    if not found:
        raise Failure(f"{title} is empty. The mean of an empty batch is nan.")
    return found


def _none_at_all(facts: _Batches) -> str | None:
    if facts.found or not facts.wanted:
        return None
    if facts.rows < facts.size:
        return "nothing comes. Rows fewer than a batch should have make one smaller batch."
    return "nothing comes. Is a `yield` or a `return` missing?"


def _repeated_rows(facts: _Batches) -> str | None:
    again = sum(count > 1 for count in Counter(facts.order).values())
    if not again:
        return None
    words = f"{plural(again, 'row')} {'comes' if again == 1 else 'come'} more than once"
    times = _times_in_a_row(facts.found)
    if times > 1:
        return (
            f"the same batch comes {times} times in a row. Is one loop inside the other where it should be around it?"
        )
    if len(facts.found) > 1 and sorted(facts.found[-1]) == sorted(facts.found[-2]):
        return "the last two batches hold the same rows."
    if facts.missing:
        return f"{words} and {len(facts.missing)} never. Each row should be drawn once in an epoch."
    if facts.tail and set(facts.sizes) == {facts.size}:
        return f"{words}: the last batch is filled up with rows that came before. It should just be smaller."
    return f"{words}."


def _times_in_a_row(found: list[list[int]]) -> int:
    """Return how often each batch comes before the next one; 1 where that differs from batch to batch."""
    times = {len(list(same)) for _, same in groupby(found, key=sorted)}
    return min(times) if len(times) == 1 else 1


def _missing_rows(facts: _Batches) -> str | None:
    lost = len(facts.missing)
    if lost == 0 or (facts.drop_last and lost == facts.tail):
        return None
    if len(facts.found) == 1 < len(facts.wanted):
        return "only one batch comes. Is there a `return` inside the loop?"
    if lost == facts.tail and set(facts.sizes) == {facts.size}:
        return f"the last, smaller batch is missing: {plural(lost, 'row')} {_never(lost)}."
    *first, last = facts.sizes
    if first and lost >= len(first) and set(first) == {facts.size - 1} and last <= facts.size:
        return "each batch lacks a row. Does a slice end one too early?"
    if facts.missing == [facts.rows - 1]:
        return "the very last row never comes. Does a slice end one too early?"
    return f"{plural(lost, 'row')} {_never(lost)}."


def _never(count: int) -> str:
    return "never comes" if count == 1 else "never come"


def _wrong_sizes(facts: _Batches) -> str | None:
    sizes, wanted = facts.sizes, facts.wanted
    if sizes == wanted:
        return None
    if facts.drop_last and sizes[:-1] == wanted:
        return "the last, smaller batch is kept, but only full batches are asked for."
    if len(sizes) == 1:
        return "all rows come in one batch."
    if max(sizes) == 1:
        return "each row comes alone."
    if len(sizes) == facts.size != len(wanted):
        return "there are as many batches as each should have rows: is the batch size taken for their number?"
    if sorted(sizes) == sorted(wanted):
        return "the smaller batch does not come last."
    if max(sizes) - min(sizes) <= 1 and len(sizes) == len(wanted):
        return "the rows are spread evenly, but all batches except the last should be full."
    first = next(i for i, size in enumerate(sizes) if i >= len(wanted) or size != wanted[i])
    if first >= len(wanted):
        return f"there are {plural(len(sizes) - len(wanted), 'batch')} too many."
    asked = f"{wanted[first]} {are(wanted[first])} asked for"
    return f"batch {first + 1} has {plural(sizes[first], 'row')}, but {asked}."


def _wrong_order(facts: _Batches) -> str | None:
    in_order = sorted(facts.order)
    if facts.shuffled is None or len(facts.order) < 2:
        return None
    if not facts.shuffled:
        kept = facts.order == list(range(len(facts.order)))
        return None if kept else "the rows do not come in the order of X, but no shuffle is asked for."
    if facts.order == in_order:
        return "the rows come in the order of X: nothing is shuffled."
    if facts.order == in_order[::-1]:
        return "the rows come in the order of X from back to front, which is no shuffle."
    if min(facts.size, len(facts.found)) > 1 and all(contiguous(batch) for batch in facts.found):
        return "neighbours in X always share a batch. Shuffle all rows before they are cut into batches."
    return None


_CHECKS: tuple[Callable[[_Batches], str | None], ...] = (
    _none_at_all,
    _repeated_rows,
    _missing_rows,
    _wrong_sizes,
    _wrong_order,
)
