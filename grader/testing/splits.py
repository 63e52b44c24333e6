"""Whether a split gives each row to one part, in the sizes asked for, with X and y still paired."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from grader.feedback.failures import Failure
from grader.feedback.kinds import are, plural
from grader.testing.checks import assert_tuple
from grader.testing.rows import Data, Rows, contiguous


def assert_split(
    parts: object,
    X: object,  # noqa: N803 - the field's own name
    y: object = None,
    *,
    sizes: Sequence[int],
    names: Sequence[str] = ("train", "validation", "test"),
    shuffled: bool | None = None,
) -> None:
    """Check that parts divide the rows of X into the sizes asked for, with X and y still paired.

    Args:
        parts: without y, a tuple of the parts of X. With y all parts of X and then all of y, or a pair (X, y) for each.
        X: shape (n, ...), all rows different.
        y: shape (n, ...), row by row as X, or None.
        sizes: the rows of each part.
        names: what sentences call the parts; two sizes take the first and the last of three names.
        shuffled: ask for (True) or forbid (False) another order than that of X; None allows both.

    Raises:
        Failure: parts overlap, lose rows, or differ in size, order or pairing from what is asked for.
        ValueError: rows of X are equal, so they cannot be told apart.
    """
    __tracebackhide__ = True
    if len(sizes) == 2 and len(names) == 3:
        names = (names[0], names[-1])
    rows, targets = Rows(X), None if y is None else Data(y)
    left, right = _sorted_out(parts, rows, targets, names)
    found = [rows.find(part, f"The X of your {name} part") for part, name in zip(left, names, strict=True)]
    facts = _Split(found, len(rows.keys), tuple(sizes), tuple(names), shuffled)
    complaint = next((words for check in _CHECKS if (words := check(facts))), None)
    detail = "The sizes of your parts: " + ", ".join(f"{n} {len(f)}" for n, f in zip(names, found, strict=True))
    if complaint:
        raise Failure(complaint, detail=detail)
    if targets is not None:
        _require_pairing(found, right, targets, names)


@dataclass(frozen=True)
class _Split:
    """Parts read as row numbers, with what is asked of them."""

    found: list[list[int]]
    rows: int
    sizes: tuple[int, ...]
    names: tuple[str, ...]
    shuffled: bool | None

    @property
    def lost(self) -> int:
        """How many rows are in no part, beyond those that the sizes leave over."""
        held = {row for part in self.found for row in part}
        return sum(self.sizes) - len(held)

    @property
    def lengths(self) -> tuple[int, ...]:
        return tuple(len(part) for part in self.found)


def _sorted_out(
    parts: object, rows: Rows, targets: Data | None, names: Sequence[str]
) -> tuple[Sequence[object], Sequence[object]]:
    """The parts of X and those of y; raise Failure where they come in another form or order."""
    count = len(names)
    if targets is None:
        return assert_tuple(parts, count), ()
    if isinstance(parts, list | tuple) and len(parts) == count:
        pairs = [assert_tuple(pair, 2, name=f"Your {name} part") for pair, name in zip(parts, names, strict=True)]
        items = [pair[0] for pair in pairs] + [pair[1] for pair in pairs]
    else:
        items = list(assert_tuple(parts, 2 * count))
    for item in items[:count]:
        if _is_of(item, targets) and not _is_of(item, rows):
            asked = ", ".join(f"{kind}_{name}" for kind in "Xy" for name in names)
            raise Failure(f"Where a part of X is asked for, you return a part of y. The order asked for is {asked}.")
    return items[:count], items[count:]


def _is_of(item: object, data: Data) -> bool:
    try:
        found = data.read(item, "")
    except Failure:
        return False
    return bool(found) and set(found) <= set(data.keys)


def _require_pairing(found: Sequence[list[int]], right: Sequence[object], targets: Data, names: Sequence[str]) -> None:
    for rows, part, name in zip(found, right, names, strict=True):
        labels = targets.read(part, f"The y of your {name} part")
        if len(labels) != len(rows):
            raise Failure(f"Your {name} part has {plural(len(rows), 'row')} of X, but {len(labels)} of y.")
        if labels != [targets.keys[row] for row in rows]:
            raise Failure(f"In your {name} part, rows of X stand beside the y of other rows. Both need one order.")


def _empty_slice(facts: _Split) -> str | None:
    """A part is empty because another one is asked to be."""
    for name, length, size in zip(facts.names, facts.lengths, facts.sizes, strict=True):
        if length == 0 < size and 0 in facts.sizes:
            none = facts.names[facts.sizes.index(0)]
            observed = f"With 0 rows for the {none} part, your {name} part is empty."
            return f"{observed} Does a slice end at `-0`? `[:-0]` is empty."
    return None


def _overlap(facts: _Split) -> str | None:
    for (first, one), (second, other) in combinations(zip(facts.names, facts.found, strict=True), 2):
        shared = len(set(one) & set(other))
        if shared:
            return f"{plural(shared, 'row')} {are(shared)} in both your {first} part and your {second} part."
    for name, part in zip(facts.names, facts.found, strict=True):
        if len(set(part)) < len(part):
            return f"Your {name} part holds some row more than once."
    return None


def _swapped(facts: _Split) -> str | None:
    """The sizes are right, but of other parts."""
    if facts.lengths == facts.sizes or sorted(facts.lengths) != sorted(facts.sizes):
        return None
    return f"The sizes are right, but the parts come in another order than {', '.join(facts.names)}."


def _wrong_size(facts: _Split) -> str | None:
    """A part is too large or too small; the part whose size can be explained is named."""
    wrong = [part for part in zip(facts.names, facts.lengths, facts.sizes, strict=True) if part[1] != part[2]]
    if not wrong:
        return None
    reasons = [_share_of_the_rest(facts, length, size) for _, length, size in wrong]
    chosen = next((i for i, reason in enumerate(reasons) if reason), 0)
    name, length, size = wrong[chosen]
    sentence = f"Your {name} part has {plural(length, 'row')}, but {size} {are(size)} asked for."
    return f"{sentence} {reasons[chosen] or _left_out(facts, length, size)}".rstrip()


def _share_of_the_rest(facts: _Split, length: int, size: int) -> str:
    """Whether a share was taken of the rows that another part left over, as a sentence or nothing."""
    rests = [facts.rows - other for other in facts.sizes if other not in (0, facts.rows)]
    if facts.lost <= 0 and abs(length - size) > 1 and any(abs(length - size * rest / facts.rows) < 1 for rest in rests):
        return "Is its share taken of the rows that another part left over, rather than of all rows?"
    return ""


def _left_out(facts: _Split, length: int, size: int) -> str:
    """Whether rows were lost or a size rounded differently, as a sentence or nothing."""
    if facts.lost > 0:
        return f"{plural(facts.lost, 'row')} {are(facts.lost)} in no part."
    return "Look at how the sizes are rounded." if abs(length - size) == 1 else ""


def _order(facts: _Split) -> str | None:
    parts = [part for part in facts.found if part]
    in_order = all(part == sorted(part) and contiguous(part) for part in parts)
    if facts.shuffled is None or facts.rows < 2:
        return None
    if not facts.shuffled:
        ahead = [row for part in parts for row in part]
        moved = ahead != sorted(ahead)
        return "The rows are not in the order of X, but no shuffle is asked for." if moved else None
    if in_order:
        return "Nothing is shuffled: each part is a piece of X as it stood."
    if len(parts) > 1 and all(contiguous(part) for part in parts):
        return "Rows are shuffled only inside each part. Shuffle all of them first, then cut."
    return None


_CHECKS: tuple[Callable[[_Split], str | None], ...] = (_empty_slice, _overlap, _swapped, _wrong_size, _order)
