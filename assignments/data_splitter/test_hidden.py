"""Every row in one part, drawn at random, of the right size; and a scaling by the training part alone."""

from collections import Counter

import numpy as np
import pytest

from grader.testing import (
    assert_arguments_unchanged,
    assert_array,
    assert_close,
    assert_random_state_unchanged,
    assert_split,
    assert_tuple,
)

ONCE = ("rest", "chosen part")
TWICE = ("training part", "validation part", "test part")
SIX = ("X_train", "X_validation", "X_test", "y_train", "y_validation", "y_test")


def arrays(value, names):
    """Return the parts a function gave, as arrays (lists pass here; one test insists on arrays)."""
    parts = assert_tuple(value, len(names))
    return [array(part, f"The {name}", 1) for part, name in zip(parts, names, strict=True)]


def array(part, name, ndim):
    """Return one part as an array of so many dimensions."""
    if type(part) in (list, tuple) and all(type(item) in (int, float, str) for item in part):
        part = np.array(part)
    if type(part) is not np.ndarray or part.dtype.kind != "U":
        assert_array(part, name=name)
    assert part.ndim == ndim, f"{name} has {part.ndim} dimension{'s' * (part.ndim != 1)}, not {ndim}."
    return part


def assert_covers(parts, indices):
    """Check that the parts together hold the entries of `indices`, each as often as there."""
    found = Counter(label for part in parts for label in part.tolist())
    asked = Counter(indices.tolist())
    assert not found.keys() - asked.keys(), (
        "A part holds something that was not given. Are these positions, where entries are asked for?"
    )
    more, fewer = found - asked, asked - found
    assert not (more and fewer), "Some entries are in the parts too often, and others are lost."
    assert not more, "Some entries are in more than one part, or more than once in a part."
    assert not fewer, "Some entries of `indices` are in no part at all."


def assert_drawn(part, order):
    """Check that a part is no block of neighbours in the order the labels were given in."""
    place_of = {label: place for place, label in enumerate(order.tolist())}
    places = sorted(place_of.get(label, -1) for label in part.tolist())
    block = not places or places[-1] - places[0] == len(places) - 1
    assert not block, "A part is a block of rows that stood together in the data: nothing is random."


def draw_parts(picture, title, parts, order):
    """Draw which part each label is in: labels by their place in the data, parts as 1, 2 and 3."""
    held = [Counter(part.tolist()) for part in parts]
    labels = order.tolist()
    shared = sum(sum(label in part for part in held) > 1 for label in labels)
    lost = sum(not any(label in part for part in held) for label in labels)
    places = [[place for place, label in enumerate(labels) if label in part] for part in held]
    spans = [f"the {name} {at[0]} to {at[-1]}" for name, at in zip(TWICE, places, strict=True) if at]
    picture.points(
        title,
        {
            f"your {name}": [number if label in part else None for label in labels]
            for number, (name, part) in enumerate(zip(TWICE, held, strict=True), 1)
        },
        x=range(len(labels)),
        x_label="place in the data",
        y_label="part",
        text=f"Of {len(labels)} rows, {shared} are in more than one part, and {lost} are in none. "
        f"Each part's first and last place in the data: {', '.join(spans)}.",
    )


def same(first, second):
    """Whether two splits put the same labels into the same parts."""
    return [sorted(part.tolist()) for part in first] == [sorted(part.tolist()) for part in second]


def assert_repeated(first, second, words):
    """Check that two splits are one, and say so where only one of two draws is settled by the seed."""
    settled = [name for name, *parts in zip(TWICE, first, second, strict=True) if same(parts[:1], parts[1:])]
    if len(settled) == 1:
        words = f"{words} Only the {settled[0]} stays: every draw needs the seed, and not the first alone."
    assert same(first, second), words


def assert_refused(function, indices, *fractions):
    """Check that a call raises a ValueError."""
    try:
        function(indices, *fractions)
    except ValueError:
        return
    given = " and ".join(f"{fraction:g}" for fraction in fractions)
    raise AssertionError(f"A fraction of {given} raised no ValueError.")


def labels(rng, n):
    """Different whole numbers in no order, none of them a position."""
    return rng.permutation(np.arange(1000, 1000 + 7 * n, 7))


@pytest.mark.points(2)
def test_split_once_rounds_to_the_nearest(student, rng):
    """split_once: the number of chosen rows is rounded to the nearest whole number."""
    for n, fraction, size in ((30, 0.3, 9), (13, 0.4, 5), (11, 0.25, 3), (23, 0.12, 3), (9, 0.36, 3)):
        indices = rng.permutation(n)
        parts = arrays(student.split_once(indices, fraction, seed=3), ONCE)
        assert_split(parts, indices, sizes=(n - size, size), names=("rest", "chosen"))


@pytest.mark.points(2)
def test_split_once_keeps_every_label(student, rng):
    """split_once: every label is in one of the two parts, whatever the labels are."""
    indices = labels(rng, 17)
    assert_covers(arrays(student.split_once(indices, 0.3, seed=5), ONCE), indices)
    names = np.array([f"patient {number}" for number in rng.permutation(9)])
    assert_covers(arrays(student.split_once(names, 0.3, seed=5), ONCE), names)


@pytest.mark.points(2)
def test_repeated_labels(student, rng):
    """A label that occurs twice in `indices` occurs twice in the parts."""
    indices = rng.permutation(np.repeat([4, 19, 23, 42, 7, 11], 3))
    assert_covers(arrays(student.split_once(indices, 0.5, seed=2), ONCE), indices)
    assert_covers(arrays(student.split_twice(indices, 1 / 3, 1 / 3, seed=2), TWICE), indices)


@pytest.mark.points(1)
def test_split_once_of_nothing_and_of_everything(student, rng):
    """split_once: a fraction of 0 chooses no row, a fraction of 1 chooses all."""
    indices = rng.permutation(8)
    for fraction, sizes in ((0.25, (6, 2)), (1, (0, 8)), (0, (8, 0))):
        parts = arrays(student.split_once(indices, fraction, seed=4), ONCE)
        assert_split(parts, indices, sizes=sizes, names=("rest", "chosen"))


@pytest.mark.points(2)
def test_drawn_at_random(student, picture):
    """The chosen rows are drawn at random, not cut off where they stand."""
    indices = np.arange(60)
    _, chosen = arrays(student.split_once(indices, 0.3, seed=6), ONCE)
    parts = arrays(student.split_twice(indices, 0.2, 0.3, seed=6), TWICE)
    draw_parts(picture, "Where the rows of each part stand in the data", parts, indices)
    assert_drawn(chosen, indices)
    _, validation, test = parts
    assert_drawn(validation, indices)
    assert_drawn(test, indices)


@pytest.mark.points(2)
@pytest.mark.parametrize("seed", [0, 1234])
def test_the_same_seed_gives_the_same_split(student, rng, seed):
    """The same call with the seed {seed} gives the same split."""
    indices = rng.permutation(40)
    once = [arrays(student.split_once(indices, 0.3, seed=seed), ONCE) for _ in range(2)]
    assert same(*once), "split_once gave two different splits for one seed."
    twice = [arrays(student.split_twice(indices, 0.3, 0.2, seed=seed), TWICE) for _ in range(2)]
    assert_repeated(*twice, "split_twice gave two different splits for one seed.")


@pytest.mark.points(1)
def test_other_seeds_give_other_splits(student, rng):
    """Different seeds, and no seed at all, give different splits."""
    indices = rng.permutation(40)
    for seeds, words in (((1, 2), "two different seeds"), ((None, None), "two calls without a seed")):
        once = [arrays(student.split_once(indices, 0.4, seed=seed), ONCE) for seed in seeds]
        assert not same(*once), f"split_once gave the same split for {words}."
        twice = [arrays(student.split_twice(indices, 0.3, 0.2, seed=seed), TWICE) for seed in seeds]
        assert not same(*twice), f"split_twice gave the same split for {words}."


@pytest.mark.points(2)
def test_split_twice_by_fractions_of_the_whole(student, rng):
    """split_twice: both fractions are of all the rows, rounded to the nearest whole number."""
    for n, fractions, sizes in (
        (50, (0.2, 0.3), (25, 10, 15)),
        (20, (0.25, 0.2), (11, 5, 4)),
        (33, (1 / 3, 1 / 3), (11, 11, 11)),
        (29, (0.1, 0.2), (20, 3, 6)),
    ):
        indices = rng.permutation(n)
        parts = arrays(student.split_twice(indices, *fractions, seed=8), TWICE)
        assert_split(parts, indices, sizes=sizes, names=("training", "validation", "test"))


@pytest.mark.points(2)
def test_split_twice_keeps_every_label(student, rng, picture):
    """split_twice: every label is in one part and in no other, whatever the labels are."""
    indices = labels(rng, 30)
    parts = arrays(student.split_twice(indices, 0.3, 0.2, seed=9), TWICE)
    draw_parts(picture, "The part, or the parts, of each row", parts, indices)
    assert_covers(parts, indices)
    names = np.array([f"patient {number}" for number in rng.permutation(10)])
    assert_covers(arrays(student.split_twice(names, 0.3, 0.2, seed=9), TWICE), names)


@pytest.mark.points(1)
def test_split_twice_with_empty_parts(student, rng):
    """split_twice: a part may be empty, be it the test, the validation or the training part."""
    indices = rng.permutation(20)
    for fractions, sizes in (
        ((0.2, 0.3), (10, 4, 6)),
        ((0.3, 0), (14, 6, 0)),
        ((0, 0.3), (14, 0, 6)),
        ((0, 0), (20, 0, 0)),
        ((0.5, 0.5), (0, 10, 10)),
        ((0.1, 0.9), (0, 2, 18)),
        ((0, 1.0), (0, 0, 20)),
        ((1.0, 0), (0, 20, 0)),
    ):
        parts = arrays(student.split_twice(indices, *fractions, seed=7), TWICE)
        assert_split(parts, indices, sizes=sizes, names=("training", "validation", "test"))


@pytest.mark.points(1)
def test_fractions_that_cannot_be_meant(student, rng):
    """Negative fractions and fractions that add up to more than 1 raise a ValueError."""
    indices = rng.permutation(10)
    arrays(student.split_once(indices, 0.2), ONCE)
    for fraction in (-0.2, 1.2):
        assert_refused(student.split_once, indices, fraction)
    arrays(student.split_twice(indices, 0.3, 0.5), TWICE)
    for fractions in ((0.7, 0.5), (-0.1, 0.3), (0.3, -0.1)):
        assert_refused(student.split_twice, indices, *fractions)
    X, y = rng.normal(size=(10, 2)), rng.normal(size=10)
    assert_refused(lambda rows, *fractions: student.split_data(X[rows], y[rows], *fractions), indices, 0.7, 0.5)


@pytest.mark.points(2)
def test_rows_stay_with_their_targets(student):
    """split_data: with a seed or without, each example keeps its target, and every row is in one part."""
    X = np.arange(36.0).reshape(18, 2)
    y = np.arange(0, 180, 10)
    for seed in (5, None):
        parts = assert_tuple(student.split_data(X, y, 1 / 6, 1 / 3, seed=seed), 6)
        rows = [array(part, name, 2)[:, 0] / 2 for part, name in zip(parts[:3], SIX, strict=False)]
        targets = [array(part, name, 1) for part, name in zip(parts[3:], SIX[3:], strict=True)]
        if seed is not None:
            assert_covers(rows, np.arange(18.0))
        for row, target, name in zip(rows, targets, TWICE, strict=True):
            assert len(row) == len(target), f"In the {name}, X and y have different numbers of rows."
            assert (10 * row == target).all(), f"In the {name}, examples have the targets of other examples."


@pytest.mark.points(1)
def test_six_arrays_in_order(student, rng):
    """split_data: six arrays, first the parts of X and then those of y, in their shapes and dtypes."""
    X = rng.normal(size=(29, 3))
    y = rng.integers(0, 5, size=(29, 7))
    parts = assert_tuple(student.split_data(X, y, 0.2, 0.35, seed=1), 6)
    sizes = (13, 6, 10, 13, 6, 10)
    for i, (part, name, size) in enumerate(zip(parts, SIX, sizes, strict=True)):
        assert_array(part, shape=(size, 3 if i < 3 else 7), dtype="float" if i < 3 else "int", name=name)


@pytest.mark.points(2)
def test_only_the_rows_asked_for(student, rng):
    """split_data: where `indices` is given, those rows of X and y are split, and no others."""
    X = np.arange(40.0).reshape(40, 1)
    y = 10 * np.arange(40.0)
    indices = rng.permutation(np.arange(9, 40))[:23]
    parts = assert_tuple(student.split_data(X, y, 0.25, 0.3, seed=2, indices=indices), 6)
    rows = [array(part, name, 2)[:, 0] for part, name in zip(parts[:3], SIX, strict=False)]
    targets = [array(part, name, 1) for part, name in zip(parts[3:], SIX[3:], strict=True)]
    assert_covers(rows, indices)
    assert_covers(targets, 10 * indices)
    for row, target, name in zip(rows, targets, TWICE, strict=True):
        kept = len(row) == len(target) and (10 * row == target).all()
        assert kept, f"In the {name}, examples have the targets of other examples where `indices` is given."


@pytest.mark.points(1)
def test_split_data_with_seeds(student, rng):
    """split_data: seed 0 and others give the same split again, two seeds give two splits, rows are drawn."""
    X = np.arange(40.0).reshape(40, 1)
    y = 10 * np.arange(40.0)

    def split(seed):
        parts = assert_tuple(student.split_data(X, y, 0.3, 0.3, seed=seed), 6)
        return [array(part, name, 2)[:, 0] for part, name in zip(parts[:3], SIX, strict=False)]

    first = {seed: split(seed) for seed in (0, 7)}
    assert_covers(first[0], np.arange(40.0))
    assert_drawn(first[0][2], np.arange(40.0))
    assert not same(first[0], first[7]), "Two different seeds gave the same split."
    for seed, parts in first.items():
        assert_repeated(parts, split(seed), f"Two calls with the seed {seed} gave different splits.")
    assert not same(split(None), split(None)), "split_data gave the same split for two calls without a seed."


def call_all(student, rng):
    """Call each function once, and check that it gave arrays."""
    indices = rng.permutation(20)
    X, y = rng.normal(size=(27, 3)), rng.normal(size=27)
    results = {
        2: student.split_once(indices, 0.25, 3),
        3: student.split_twice(indices, 0.25, 0.25, 3),
        6: student.split_data(X, y, 0.25, 0.25, 3, indices),
    }
    of_all = student.split_data(X, y, 0.25, 0.25, 3)
    for part in (item for count, value in [*results.items(), (6, of_all)] for item in assert_tuple(value, count)):
        array(part, "A part", getattr(part, "ndim", 1))
    for part in assert_tuple(student.standardise(X, X[:5] + 1, X[5:12] - 1), 3):
        assert_array(part, name="A scaled part")


@pytest.mark.points(1)
def test_arguments_are_left_alone(student, rng):
    """The arrays that you are given are the same after the call."""
    call_all(student, rng)
    assert_arguments_unchanged(student)


@pytest.mark.points(1)
def test_global_generators_are_left_alone(student, rng):
    """Global random generators are neither used nor reseeded."""
    call_all(student, rng)
    assert_random_state_unchanged(student)


@pytest.mark.points(2)
def test_scaled_by_the_training_part(student, reference, rng):
    """standardise: all three parts are scaled by the mean and deviation of the training part."""
    parts = [rng.normal(loc=(3.0, -20.0, 0.1), scale=(2.0, 9.0, 0.3), size=(n, 3)) + n for n in (11, 5, 7)]
    found = assert_tuple(student.standardise(*parts), 3)
    together = np.concatenate(parts)
    for part, raw, right, name in zip(found, parts, reference.standardise(*parts), TWICE, strict=True):
        by_itself = (raw - raw.mean(axis=0)) / raw.std(axis=0)
        by_all = (raw - together.mean(axis=0)) / together.std(axis=0)
        ways = {
            "the part scaled by its own mean and deviation": by_itself,
            "the part scaled by the mean and deviation of all three parts": by_all,
        }
        relations = {words: value for words, value in ways.items() if not np.allclose(value, right)}
        assert_close(part, right, name=f"The {name}", relations=relations)


@pytest.mark.points(1)
def test_constant_column_and_no_rows(student, reference, rng):
    """standardise: a column that never varies in training, and no other, is shifted only; a part may have no rows."""
    varied = rng.normal(size=6)[[0, 0, 1, 2, 3, 0]]
    train = np.column_stack([varied, np.full(6, 4.0), rng.normal(size=6) * 5, rng.normal(size=6) * 1e-4])
    test = np.column_stack([rng.normal(size=3), np.array([4.0, 9.0, -1.0]), rng.normal(size=(3, 2))])
    found = assert_tuple(student.standardise(train, np.zeros((0, 4)), test), 3)
    expected = reference.standardise(train, np.zeros((0, 4)), test)
    for part, right, name in zip(found, expected, TWICE, strict=True):
        assert_close(part, right, name=f"The {name}")


@pytest.mark.points(2)
def test_split_and_scale(student, rng):
    """From raw data to scaled parts: no row is lost, and training columns have mean 0 and deviation 1."""
    X = rng.normal(loc=5.0, scale=3.0, size=(24, 2))
    y = rng.normal(size=24)
    parts = assert_tuple(student.split_data(X, y, 0.25, 0.25, seed=0), 6)
    X_parts = [array(part, name, 2) for part, name in zip(parts[:3], SIX, strict=False)]
    scaled = assert_tuple(student.standardise(*X_parts), 3)
    scaled = [array(part, name, 2) for part, name in zip(scaled, SIX, strict=False)]
    train = scaled[0]
    assert len(train), "The training part is empty."
    assert_close(train.mean(axis=0), np.zeros(2), atol=1e-9, name="The mean of each training column")
    assert_close(train.std(axis=0), np.ones(2), name="The deviation of each training column")
    everything = np.concatenate(scaled) * X_parts[0].std(axis=0) + X_parts[0].mean(axis=0)
    order = np.lexsort(everything.T[::-1])
    by_rows = X[np.lexsort(X.T[::-1])]
    assert_close(everything[order], by_rows, atol=1e-6, name="The data, scaled back and sorted")
