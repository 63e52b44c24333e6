"""One step of gradient descent, the mean gradient, and the number of steps in one epoch of three kinds."""

from itertools import permutations

import numpy as np
import pytest

from grader.testing import Failure, assert_arguments_unchanged, assert_array, assert_close, assert_number, assert_tuple

KINDS = ("batch", "mini-batch", "stochastic")


def problem(rng, n, d=3):
    """A noisy regression problem X, y with a start w, b and a learning rate, none of them 0 or 1."""
    X = rng.normal(size=(n, d)) + 0.3
    y = X @ rng.normal(size=d) + rng.normal(size=n) + 2.0
    return X, y, rng.normal(size=d), float(rng.uniform(0.5, 1.5)), float(rng.uniform(0.05, 0.15))


def call_epoch(student, kind, X, y, w, b, lr, size):
    """Call the epoch of this kind and return its (w, b, updates), not yet checked one by one."""
    if kind == "batch":
        result = student.batch_epoch(X, y, w, b, lr)
    elif kind == "stochastic":
        result = student.stochastic_epoch(X, y, w, b, lr)
    else:
        result = student.minibatch_epoch(X, y, w, b, lr, size)
    return assert_tuple(result, 3, name=f"The answer of the {kind} epoch")


def end_of_epoch(student, kind, X, y, w, b, lr, size):
    """Call the epoch of this kind and return its checked (w, b)."""
    new_w, new_b, _ = call_epoch(student, kind, X, y, w, b, lr, size)
    assert_array(new_w, shape=w.shape, dtype="float", name=f"w of the {kind} epoch")
    return new_w, assert_number(new_b, name=f"b of the {kind} epoch")


def slices(n, size):
    """Consecutive mini-batches of size records, the last one perhaps smaller."""
    return [slice(start, start + size) for start in range(0, n, size)]


def size_of(kind, n, size):
    """How many records each update of this kind looks at, if there are as many."""
    return {"batch": n, "mini-batch": min(size, n), "stochastic": 1}[kind]


def one(_records):
    return 1.0


def walk(reference, X, y, w, b, lr, cuts, *, stale=False, scale=one, late=""):
    """Make one update per cut, as the reference does or with a slip.

    stale: every gradient is taken at the start. scale: a factor of the step, by number of records.
    late: "w" or "b", the parameter whose gradient is taken only after the other one has moved.
    """
    start = (w, b)
    for cut in cuts:
        rows, targets = X[cut], y[cut]
        dw, db = reference.mean_gradient(rows, targets, *(start if stale else (w, b)))
        step = lr * scale(len(targets))
        if late == "b":
            db = reference.mean_gradient(rows, targets, w - step * dw, b)[1]
        elif late == "w":
            dw = reference.mean_gradient(rows, targets, w, b - step * db)[0]
        w, b = w - step * dw, b - step * db
    return w, b


def lookalikes(reference, X, y, w, b, lr, size):
    """Where usual slips end, by name."""
    n, cuts = len(y), slices(len(y), size)

    def end(cuts=cuts, lr=lr, X=X, y=y, **slip):
        return walk(reference, X, y, w, b, lr, cuts, **slip)

    ends = {
        "the end of a walk uphill: the step is added": end(lr=-lr),
        "the end of a walk with summed gradients: the mean is missing": end(scale=float),
        "the end of a walk with steps of twice the size: a 2 of the square is left": end(lr=2 * lr),
        "the end of a walk that moves w before it takes the gradient of b": end(late="b"),
        "the end of a walk that moves b before it takes the gradient of w": end(late="w"),
    }
    if len(cuts) > 1:
        ends |= {
            "the end of a walk that stops after its first update": end(cuts[:1]),
            "the end of a walk with one single update from all the records": end([slice(0, n)]),
            "the end of a walk whose every update looks at all the records": end([slice(0, n)] * len(cuts)),
            "the end of a walk that takes every gradient at the start": end(stale=True),
            "the end of a walk that never sees the last record": end(slices(n - 1, size), X=X[:-1], y=y[:-1]),
            "the end of a walk that divides by n in every mini-batch": end(scale=lambda m: m / n),
        }
    if size > 1:
        ends["the end of a walk with one update per record"] = end(slices(n, 1))
    if n % size:
        ends |= {
            "the end of a walk without the smaller last mini-batch": end(cuts[: n // size]),
            "the end of a walk that divides by batch_size in the smaller last mini-batch too": end(
                scale=lambda m: m / size
            ),
        }
    return ends


def same_end(end, other):
    """Whether two walks end at the same w and b."""
    return all(np.allclose(mine, theirs, rtol=1e-6, atol=1e-9) for mine, theirs in zip(end, other, strict=True))


def assert_end(end, reference, X, y, w, b, lr, size, batch_size):
    """The walk with size records per update ends where the reference ends."""
    expected = walk(reference, X, y, w, b, lr, slices(len(y), size))
    if same_end(end, expected):
        return
    slips = lookalikes(reference, X, y, w, b, lr, batch_size)
    for item, letter in enumerate("wb"):
        relations = {name: slip[item] for name, slip in slips.items()}
        assert_close(end[item], expected[item], name=f"Your {letter} after the epoch", relations=relations)


def in_another_order(end, X, y, w, b, lr):
    """Whether one update per record ends here when the records are visited in any other order."""
    orders = np.array(list(permutations(range(len(y)))))
    ws, bs = np.tile(w, (len(orders), 1)), np.full(len(orders), b)
    for records in orders.T:
        residuals = np.sum(X[records] * ws, axis=1) + bs - y[records]
        ws, bs = ws - lr * residuals[:, None] * X[records], bs - lr * residuals
    return bool(np.any(np.isclose(ws, end[0]).all(axis=1) & np.isclose(bs, end[1])))


def own_walk(student, X, y, w, b, lr, size):
    """Make the updates of one epoch with the student's own mean_gradient and update."""
    for cut in slices(len(y), size):
        dw, db = assert_tuple(student.mean_gradient(X[cut], y[cut], w, b), 2)
        w = assert_array(student.update(w, dw, lr), shape=w.shape, dtype="float")
        b = assert_number(student.update(b, db, lr))
    return w, b


def ends_as_own_pieces(student, end, X, y, w, b, lr, size):
    """Whether the student's own pieces lead to this end; a walk that leaves the numbers behind leads nowhere."""
    try:
        return same_end(end, own_walk(student, X, y, w, b, lr, size))
    except Failure:
        return False


def fits_own_pieces(student, end, X, y, w, b, lr, size):
    """Whether the epoch is right as built from the student's own pieces, and only with these mini-batches."""
    others = sorted({1, 2, len(y)} - {size})
    own = [ends_as_own_pieces(student, end, X, y, w, b, lr, each) for each in (size, *others)]
    return own[0] and not any(own[1:])


def assert_epoch(student, reference, kind, X, y, w, b, lr, size):
    """The epoch ends where the reference ends, or where the student's own pieces lead when they are wrong."""
    end = end_of_epoch(student, kind, X, y, w, b, lr, size)
    each = size_of(kind, len(y), size)
    right = same_end(end, walk(reference, X, y, w, b, lr, slices(len(y), each)))
    if right or fits_own_pieces(student, end, X, y, w, b, lr, each):
        return
    if kind == "stochastic" and in_another_order(end, X, y, w, b, lr):
        raise Failure("You visit every record once, but not in the order they come.")
    assert_end(end, reference, X, y, w, b, lr, each, size)


def draw_costs(picture, X, y, yours, right):
    """Draw the cost at the start and after each epoch, of the student's parameters and of the right ones."""

    def costs(ends):
        w, b = (np.array(part) for part in zip(*ends, strict=True))
        with np.errstate(over="ignore", invalid="ignore"):
            return np.mean((X @ w.T + b - y[:, None]) ** 2, axis=0) / 2

    picture.lines(
        "The cost at the start (0) and after each of six epochs",
        {"yours": costs(yours), "by the equations": costs(right)},
        x=range(len(yours)),
        x_label="epoch",
        y_label="cost",
    )


@pytest.mark.points(3)
@pytest.mark.parametrize("shape", [(), (5,), (3, 1)])
def test_update_steps_against_the_gradient(student, reference, rng, shape):
    """update(parameter, gradient, lr) steps against the gradient, for a parameter of shape {shape}"""
    parameter, gradient = rng.uniform(0.5, 2.0, size=shape), rng.uniform(-3.0, -1.1, size=shape)
    if not shape:
        parameter, gradient = float(parameter), float(gradient)
    lr = float(rng.uniform(0.05, 0.4))
    relations = {
        "parameter + lr · gradient: a step uphill": parameter + lr * gradient,
        "parameter − gradient: the learning rate is missing": parameter - gradient,
        "parameter − gradient / lr": parameter - gradient / lr,
        "a step of twice the length: it is subtracted twice": parameter - 2 * lr * gradient,
        "lr · gradient alone: the parameter it starts from is missing": lr * gradient,
        "−lr · gradient alone: the parameter it starts from is missing": -lr * gradient,
        "lr · gradient − parameter: the wrong way round": lr * gradient - parameter,
        "(parameter − gradient) · lr: the brackets are wrong": (parameter - gradient) * lr,
    }
    moved, expected = student.update(parameter, gradient, lr), reference.update(parameter, gradient, lr)
    assert_close(moved, expected, name="The updated parameter", relations=relations)


@pytest.mark.points(1)
@pytest.mark.hint("An int array can only hold whole numbers: compute a new array instead of writing into it.")
def test_update_of_whole_numbers(student, reference, rng):
    """update returns floats for a parameter of whole numbers"""
    parameter, gradient = rng.integers(-5, 6, size=(5, 3)), rng.normal(size=(5, 3))
    moved = student.update(parameter, gradient, 0.3)
    assert_array(moved, shape=(5, 3), dtype="float", name="Your update")
    assert_close(moved, reference.update(parameter, gradient, 0.3), name="Your update")
    assert_close(student.update(4, 2.5, 0.1), reference.update(4, 2.5, 0.1), name="Your update of a number")


@pytest.mark.points(4)
@pytest.mark.parametrize("part", ["dw", "db"])
@pytest.mark.hint("Write down the residual of each record, prediction minus target, before any sum.")
def test_mean_gradient(student, reference, rng, part):
    """mean_gradient: {part} is the mean over the records, for many records, for one, and for one feature"""
    item = ("dw", "db").index(part)
    for n, d in ((7, 3), (1, 5), (5, 1)):
        X, y, w, b, _ = problem(rng, n, d)
        residuals, expected = X @ w + b - y, reference.mean_gradient(X, y, w, b)[item]
        shape = np.shape(expected)
        relations = {
            "the sum over the records: the mean is missing": n * expected,
            "twice the gradient: the 2 of the square is left": 2 * expected,
            "half the gradient: the 2 of the square has cancelled the half already": expected / 2,
            "the gradient without the bias in the prediction": reference.mean_gradient(X, y, w, 0.0)[item],
            "the cost, not its gradient": np.full(shape, np.mean(residuals**2) / 2),
            "the mean residual times the mean features: each residual goes with its own record": (
                residuals.mean() * X.mean(axis=0)
            ),
            "the mean over records and features at once": np.full(shape, np.mean(X * residuals[:, None])),
        }
        if part == "dw":
            mean_residual = np.full(shape, residuals.mean())
            relations["the mean residual: each residual belongs to the features of its record"] = mean_residual
        answer = assert_tuple(student.mean_gradient(X, y, w, b), 2, name="The answer of mean_gradient")[item]
        if part == "dw":
            assert_array(answer, shape=shape, dtype="float", name="dw")
        assert_close(answer, expected, name=part, relations=relations)


@pytest.mark.points(2)
@pytest.mark.hint("One pass over all the records, one mean gradient, one update.")
def test_batch_epoch(student, reference, rng):
    """A batch epoch makes one update from all the records (judged with your own pieces)"""
    assert_epoch(student, reference, "batch", *problem(rng, 7), 7)


@pytest.mark.points(5)
@pytest.mark.parametrize(("n", "size"), [(11, 5), (15, 5), (3, 5)])
@pytest.mark.hint("List the records of each mini-batch on paper. How many are in the last one?")
def test_minibatch_epoch(student, reference, rng, n, size):
    """A mini-batch epoch over {n} records with batch_size {size} (judged with your own pieces)"""
    assert_epoch(student, reference, "mini-batch", *problem(rng, n, d=7), size)


@pytest.mark.points(2)
@pytest.mark.hint("Every record makes an update of its own, and the next record sees the new parameters.")
def test_stochastic_epoch(student, reference, rng):
    """A stochastic epoch makes one update per record, in order (judged with your own pieces)"""
    assert_epoch(student, reference, "stochastic", *problem(rng, 7), 1)


@pytest.mark.points(2)
def test_epochs_end_to_end(student, reference, rng, picture):
    """Two epochs of each kind, one after the other, end where the equations of the statement end"""
    X, y, w, b, lr = problem(rng, 11, d=7)
    plan = [(kind, size_of(kind, len(y), 5)) for kind in KINDS * 2]
    yours, right = [(w, b)], [(w, b)]
    for kind, each in plan:
        yours.append(end_of_epoch(student, kind, X, y, *yours[-1], lr, 5))
        right.append(walk(reference, X, y, *right[-1], lr, slices(len(y), each)))
    draw_costs(picture, X, y, yours, right)
    for (_, each), start, end in zip(plan, yours, yours[1:], strict=False):
        assert_end(end, reference, X, y, *start, lr, each, each)


@pytest.mark.points(3)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.hint("Count the steps that are made, not the records that are seen.")
def test_number_of_updates(student, rng, kind):
    """A {kind} epoch reports how many updates it made"""
    for n, size in ((11, 5), (15, 5), (3, 5)):
        X, y, w, b, lr = problem(rng, n, d=7)
        answer = call_epoch(student, kind, X, y, w, b, lr, size)[2]
        updates = assert_number(answer, name="updates")
        expected = len(slices(n, size_of(kind, n, size)))
        direction = "small" if updates < expected else "large"
        rule = {"batch": "per epoch", "mini-batch": "per mini-batch", "stochastic": "per record"}[kind]
        assert updates == expected, f"Your number of updates is too {direction}. There is one update {rule}."
        whole = np.asarray(answer).dtype.kind in "iu"
        assert whole, "`updates` is right, but a float. A count is a whole number: 3, and not 3.0."


@pytest.mark.points(2)
@pytest.mark.parametrize("part", ["pieces", "epochs"])
@pytest.mark.hint("w -= … writes into the array of the caller. w = w − … makes a new one.")
def test_arguments_unchanged(student, rng, part):
    """The {part} leave all the arrays that they are handed as they were"""
    X, y, w, b, lr = problem(rng, 7)
    if part == "pieces":
        dw, _ = assert_tuple(student.mean_gradient(X, y, w, b), 2, name="The answer of mean_gradient")
        assert_array(dw, name="dw")
        assert_array(student.update(w, rng.normal(size=3), lr), shape=w.shape, name="The updated parameter")
    else:
        for kind in KINDS:
            new_w, _, _ = call_epoch(student, kind, X, y, w, b, lr, 3)
            assert_array(new_w, dtype="float", finite=False, name=f"w of the {kind} epoch")
    assert_arguments_unchanged(student)
