"""Batches that hold every row once, in another order each time; and a loop that carries its parameters on."""

from itertools import pairwise

import numpy as np
import pytest

from grader.testing import (
    assert_arguments_unchanged,
    assert_array,
    assert_batches,
    assert_close,
    assert_iterable,
    assert_random_state_unchanged,
    assert_tuple,
)


def numbered(n):
    """Return rows and targets that tell who they are: X[i] = i and y[i] = 10 i."""
    return np.arange(float(n)).reshape(n, 1), 10 * np.arange(float(n))


def as_rows(part):
    """Return a list of numbers or of rows as an array (one test insists on arrays), all else as it is."""
    if type(part) not in (list, tuple) or not part:
        return part
    if all(type(item) in (int, float) for item in part):
        return np.array(part)
    shapes = {getattr(item, "shape", None) for item in part}
    return np.stack(part) if len(shapes) == 1 and all(type(item) is np.ndarray for item in part) else part


def drained(batches):
    """Return the batches of any iterable as a list, their parts as arrays."""
    items = assert_iterable(batches, name="What you return")
    is_pair = [type(item) in (list, tuple) and len(item) == 2 for item in items]
    return [tuple(map(as_rows, item)) if pair else item for item, pair in zip(items, is_pair, strict=True)]


def numbers_of(batches):
    """Return all numbers in what a function gave, in the order they come, however they are wrapped."""
    found = []
    left = assert_iterable(batches, name="What you return")
    while left:
        item = left.pop(0)
        if type(item) in (list, tuple):
            left = [*item, *left]
        else:
            found += assert_array(item, name="A part of a batch").ravel().tolist()
    assert found, "What you return holds no rows at all."
    return found


def recording(step):
    """Return an update function for `train`, and the list of (w, X_batch, y_batch) that it will fill."""
    seen = []

    def update(w, X_batch, y_batch):
        X_batch, y_batch = as_rows(X_batch), as_rows(y_batch)
        assert_array(X_batch, name="The X_batch handed to `update`")
        assert_array(y_batch, name="The y_batch handed to `update`")
        seen.append((w, X_batch, y_batch))
        return step(w, X_batch, y_batch)

    return update, seen


def stand_still(w, X_batch, y_batch):
    """Return the same parameters whatever comes."""
    return 0.0


def batches_of_training(student, seed):
    """Train for three epochs on 24 numbered rows, and return the numbers of the rows, batch by batch as they came."""
    update, seen = recording(stand_still)
    student.train(0.0, *numbered(24), update, 3, 3, seed)
    assert seen, "`update` was never called."
    return [X_batch.ravel().tolist() for _, X_batch, _ in seen]


def rows_of_training(student, seed):
    """Train for three epochs on 24 numbered rows, and return the numbers of the rows as they came."""
    return [row for batch in batches_of_training(student, seed) for row in batch]


def draw_membership(picture, batches):
    """Draw which of its epoch's batches each of the 24 rows came in, for three epochs of 24 rows."""
    member, rows = [{}, {}, {}], 0
    for batch in filter(None, batches):
        epoch = member[rows // 24]
        epoch |= dict.fromkeys(batch, 1 + max(epoch.values(), default=0))
        rows += len(batch)
    moved = [sum(one.get(row) != other.get(row) for row in range(24)) for one, other in pairwise(member)]
    picture.points(
        "The batch of each row, epoch by epoch",
        {f"your epoch {i}": [found.get(row) for row in range(24)] for i, found in enumerate(member, 1)},
        x=range(24),
        x_label="row of X",
        y_label="batch",
        text=f"From epoch 1 to 2, {moved[0]} of 24 rows go to another batch; from epoch 2 to 3, {moved[1]} do.",
    )


@pytest.mark.points(2)
def test_last_batch_holds_what_is_left(student):
    """Where the rows do not fill the last batch, it is smaller; it is not dropped."""
    for n, batch_size in ((10, 4), (11, 3), (13, 12), (5, 20)):
        X, y = numbered(n)
        batches = drained(student.minibatches(X, y, batch_size, shuffle=False))
        assert_batches(batches, X, y, batch_size=batch_size)


@pytest.mark.points(1)
def test_batches_that_come_out_even(student):
    """Where the rows fill all batches, no empty one follows; a batch may hold all rows, or a single one."""
    for n, batch_size in ((8, 4), (15, 5), (7, 7), (4, 1)):
        X, y = numbered(n)
        batches = drained(student.minibatches(X, y, batch_size, shuffle=False))
        assert_batches(batches, X, y, batch_size=batch_size)


@pytest.mark.points(1)
def test_order_is_kept(student):
    """shuffle=False: the rows come in the order of X."""
    X, y = numbered(12)
    assert_batches(drained(student.minibatches(X, y, 4, shuffle=False)), X, y, batch_size=4, shuffled=False)


@pytest.mark.points(2)
def test_shuffled_batches(student):
    """Batches are shuffled unless told otherwise: rows in a random order, each of them once."""
    X, y = numbered(40)
    assert_batches(drained(student.minibatches(X, y, 8, seed=5)), X, y, batch_size=8, shuffled=True)
    batches = drained(student.minibatches(X, y, 8, True, 6))
    assert_batches(batches, X, y, batch_size=8, shuffled=True)
    order = np.concatenate([X_batch for X_batch, _ in batches])
    neighbours = np.count_nonzero(np.diff(order, axis=0) == 1)
    assert neighbours < 20, "Most rows come right after their neighbour in X. Shuffle the rows one by one."


@pytest.mark.points(2)
def test_rows_keep_their_targets(student, rng):
    """Shuffled or not, with a seed or without, each row comes with its own target."""
    n = 35
    y = rng.permutation(np.arange(100, 100 + n))
    X = np.column_stack([np.arange(n), 7 * y, y % 10])
    for shuffle, seed in ((True, 11), (True, None), (False, None)):
        batches = drained(student.minibatches(X, y, 5, shuffle, seed))
        assert batches, "There are no batches."
        for number, item in enumerate(batches, 1):
            X_batch, y_batch = assert_tuple(item, 2, name=f"Batch {number}")
            assert_array(X_batch, shape=(None, 3), name=f"The X of batch {number}")
            assert_array(y_batch, shape=(len(X_batch),), name=f"The y of batch {number}")
            assert (X_batch[:, 1] == 7 * y_batch).all(), (
                "Rows of X come with the targets of other rows. X and y need one and the same order."
            )


@pytest.mark.points(2)
@pytest.mark.parametrize("seed", [0, 77])
def test_same_seed_same_order(student, seed):
    """minibatches: two calls with the seed {seed} give the same order."""
    X, y = numbered(30)
    first, second = (numbers_of(student.minibatches(X, y, 6, True, seed)) for _ in range(2))
    assert len(first) == len(second), (
        f"The first call gives {len(first)} numbers, and the same call once more gives {len(second)}."
    )
    assert first == second, f"Two calls with the seed {seed} give two different orders."


@pytest.mark.points(1)
def test_other_seed_other_order(student):
    """minibatches: two seeds, and two calls without a seed, give different orders."""
    X, y = numbered(30)
    first, second = (numbers_of(student.minibatches(X, y, 3, True, seed)) for seed in (1, 2))
    assert first != second, "Two different seeds give the same order."
    first, second = (numbers_of(student.minibatches(X, y, 3)) for _ in range(2))
    assert first != second, "Two calls without a seed give the same order."


@pytest.mark.points(1)
def test_shapes_and_dtypes(student, rng):
    """Batches are arrays; rows keep their shape, and X and y their dtypes."""
    X = rng.normal(size=(77, 3, 5)).astype(np.float32)
    y = rng.integers(0, 9, size=(77, 1))
    for shuffle in (True, False):
        items = assert_iterable(student.minibatches(X, y, 7, shuffle, 1), name="What you return")
        assert items, "There are no batches."
        for item in items[:2]:
            X_batch, y_batch = assert_tuple(item, 2, name="A batch")
            assert_array(X_batch, shape=(7, 3, 5), dtype=X.dtype, name="X_batch")
            assert_array(y_batch, shape=(7, 1), dtype=y.dtype, name="y_batch")


@pytest.mark.points(1)
def test_arguments_that_cannot_be_meant(student):
    """X and y of different lengths, or batches without rows, raise a ValueError."""
    X, y = numbered(6)
    for arguments, words in (
        ((X, y[:-1], 2), "X with six rows and y with five"),
        ((X[:-2], y, 2), "X with four rows and y with six"),
        ((X, y, 0), "A batch size of 0"),
        ((X, y, -3), "A batch size of -3"),
    ):
        try:
            assert_iterable(student.minibatches(*arguments), name="What you return")
        except ValueError:
            continue
        raise AssertionError(f"{words} should raise a ValueError.")


@pytest.mark.points(2)
def test_one_update_for_each_batch(student):
    """train: each epoch goes through all rows once, with one update for each batch."""
    X, y = numbered(35)
    for batch_size, updates in ((5, 7), (35, 1), (1, 35)):
        update, seen = recording(stand_still)
        student.train(0.0, X, y, update, batch_size, 3, 9)
        assert len(seen) == 3 * updates, (
            f"`update` was called {len(seen)} times. Three epochs over 35 rows in batches of {batch_size} "
            f"take {3 * updates} updates."
        )
        batches = [(X_batch, y_batch) for _, X_batch, y_batch in seen]
        for number in (1, 2, 3):
            epoch = batches[(number - 1) * updates : number * updates]
            rows, targets = (np.concatenate([pair[i].ravel() for pair in epoch]) for i in (0, 1))
            moved = np.array_equal(targets, y) and not np.array_equal(rows, X.ravel())
            assert not moved, "The rows of X are shuffled, and the targets still come in the order of y."
            assert_batches(epoch, X, y, batch_size=batch_size, name=f"epoch {number} of train")


@pytest.mark.points(2)
def test_parameters_are_carried_on(student, rng):
    """train: each update gets the parameters of the one before, and the last ones are returned."""
    X, y = numbered(12)
    start = rng.normal(size=3)

    def step(w, X_batch, y_batch):
        return 0.5 * assert_array(w, shape=(3,), name="The w handed to `update`") + X_batch.sum()

    update, seen = recording(step)
    last = student.train(start, X, y, update, 4, 2, 1)
    assert seen, "`update` was never called."
    expected, old = start, {"the array of parameters from the start": start}
    for number, (w, X_batch, y_batch) in enumerate(seen, 1):
        relations = old if number > 1 else None
        assert_close(w, expected, name=f"The array w handed to update number {number}", relations=relations)
        expected = step(expected, X_batch, y_batch)
    assert_close(last, expected, name="What train returns", relations=old)


@pytest.mark.points(2)
def test_each_epoch_has_a_new_order(student, picture):
    """train: every epoch is shuffled, each in an order of its own."""
    batches = batches_of_training(student, 3)
    rows = [row for batch in batches for row in batch]
    assert len(rows) == 72, f"In three epochs over 24 rows, `update` was given {len(rows)} rows, not 72."
    draw_membership(picture, batches)
    first, second, third = rows[:24], rows[24:48], rows[48:]
    assert first != sorted(first), "The rows come in the order of X. Shuffle them before each epoch."
    assert first != second, "The second epoch has the same order as the first. Is the generator made anew?"
    assert third not in (first, second), "The third epoch repeats the order of an epoch before it."


@pytest.mark.points(2)
@pytest.mark.parametrize("seed", [0, 77])
def test_same_seed_same_training(student, seed):
    """train: two runs with the seed {seed} go through the same batches."""
    first, second = (rows_of_training(student, seed) for _ in range(2))
    assert len(first) == len(second), (
        f"The first run goes through {len(first)} rows, and the same run once more through {len(second)}."
    )
    assert first[:24] == second[:24], f"Two runs with the seed {seed} go through different batches."
    assert first == second, f"Two runs with the seed {seed} go through the same batches in their first epoch only."


@pytest.mark.points(1)
def test_other_seed_other_training(student):
    """train: two seeds, two runs without a seed, and the epochs of such a run, have different batches."""
    first, second = (rows_of_training(student, seed) for seed in (1, 2))
    assert first != second, "Two runs with different seeds go through the same batches."
    first, second = (rows_of_training(student, None) for _ in range(2))
    assert first != second, "Two runs without a seed go through the same batches."
    assert first[:24] != first[24:48], "Without a seed, the second epoch has the same order as the first."


@pytest.mark.points(1)
def test_no_epochs(student, rng):
    """train: without any epoch, the parameters from the start come back."""
    X, y = numbered(5)
    start = rng.normal(size=2)
    update, seen = recording(stand_still)
    last = student.train(start, X, y, update, 2, 0, 1)
    assert not seen, "`update` was called, although no epoch was asked for."
    assert_close(last, start, name="What train returns")


def use_both(student, seed):
    """Use both functions, and check that they gave rows."""
    numbers_of(student.minibatches(*numbered(9), 4, True, seed))
    update, seen = recording(stand_still)
    student.train(np.ones(2), *numbered(9), update, 4, 2, seed)
    assert seen, "`update` was never called."
    numbers_of(student.minibatches(*numbered(9), 4, False))


@pytest.mark.points(1)
def test_data_is_left_alone(student):
    """X, y and w are the same after the call."""
    use_both(student, 4)
    assert_arguments_unchanged(student)


@pytest.mark.points(1)
def test_global_generators_are_left_alone(student):
    """Global random generators are neither used nor reseeded, with a seed or without."""
    for seed in (4, None):
        use_both(student, seed)
    assert_random_state_unchanged(student)


def draw_errors(picture, X, y, **runs):
    """Draw the mean squared error before each update of some runs; their batches may differ in their order."""
    errors = {}
    for name, seen in runs.items():
        ws = np.array([w for w, _, _ in seen[:200]]).reshape(-1, 3)
        with np.errstate(over="ignore", invalid="ignore"):
            errors[name] = np.mean((X @ ws.T - y[:, None]) ** 2, axis=0)
    title = "The error before each update of eleven epochs"
    x = range(1, max(map(len, errors.values())) + 1)
    picture.lines(title, errors, x=x, x_label="update", y_label="mean squared error")


@pytest.mark.points(2)
def test_training_a_line(student, reference, rng, picture):
    """From data to a fitted model: 32 rows in batches of five, eleven epochs of gradient descent."""
    # Large and far apart: rows with the targets of other rows end nowhere near them, whatever the seed.
    true = rng.choice([-1.0, 1.0], size=3) * rng.uniform((20, 50, 80), (30, 60, 90))
    X = np.eye(3)[rng.permutation(np.arange(32) % 3)] * rng.choice([-1.0, 1.0], size=(32, 1))
    y = X @ true

    def step(w, X_batch, y_batch):
        assert_array(w, shape=(3,), name="The w handed to `update`")
        assert_array(X_batch, shape=(None, 3), name="The X_batch handed to `update`")
        assert_array(y_batch, shape=(len(X_batch),), name="The y_batch handed to `update`")
        return w - 0.6 * X_batch.T @ (X_batch @ w - y_batch) / max(1, len(X_batch))

    update, seen = recording(step)
    start = true + np.array([3.0, -2.0, 4.0])
    last = student.train(start, X, y, update, 5, 11, 0)
    right_update, right = recording(step)
    reference.train(start, X, y, right_update, 5, 11, 0)
    draw_errors(picture, X, y, yours=seen, reference=right)
    w = assert_array(last, shape=(3,), name="What train returns")
    assert seen, "`update` was never called."
    sizes = [len(X_batch) for _, X_batch, _ in seen]
    fits = len(sizes) % 7 == 0 and sizes == [5, 5, 5, 5, 5, 5, 2] * (len(sizes) // 7)
    yours = ", ".join(map(str, sizes[:7]))
    assert fits, f"32 rows in batches of five are six times 5 rows and then 2 in every epoch. Yours begin with {yours}."
    assert len(sizes) == 77, f"Eleven epochs of seven batches take 77 updates. You made {len(sizes)}."
    assert np.abs(w - true).max() < 0.05, "After eleven epochs the parameters should be close to the true ones."
