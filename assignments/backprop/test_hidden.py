"""The forward pass, the loss, the four gradients and one training step of a two-layer network."""

from contextlib import suppress

import numpy as np
import pytest

from grader.testing import (
    Failure,
    assert_arguments_unchanged,
    assert_array,
    assert_close,
    assert_gradient,
    assert_number,
    assert_tuple,
)

NAMES = ("W1", "b1", "W2", "b2")


def network(rng, n=11, d=3, h=5, k=7):
    """Records, targets and parameters (W1, b1, W2, b2): no square matrix, no bias near 0."""
    X, Y = rng.normal(size=(n, d)), rng.uniform(0.05, 0.95, size=(n, k))
    shapes = ((d, h), (h,), (h, k), (k,))
    sizes = [rng.uniform(0.3, 1.2, size=shape) for shape in shapes]
    return X, Y, tuple(size * rng.choice([-1.0, 1.0], size=size.shape) for size in sizes)


def call_forward(student, X, parameters):
    """Return the checked (hidden, output) of the student's forward."""
    hidden, output = assert_tuple(student.forward(X, *parameters), 2, name="The answer of forward")
    n, h, k = len(X), *parameters[2].shape
    assert_array(hidden, shape=(n, h), dtype="float", name="hidden")
    return hidden, assert_array(output, shape=(n, k), dtype="float", name="output")


def call_backward(student, X, Y, parameters):
    """Return the four gradients of the student's backward, not yet checked one by one.

    A bias gradient of shape (1, h) comes as (h,): the shape has a test of its own, and is not to cost the others.
    """
    gradients = assert_tuple(student.backward(X, Y, *parameters), 4, name="The answer of backward")
    return [
        gradient[0] if isinstance(gradient, np.ndarray) and gradient.shape == (1, *old.shape) else gradient
        for gradient, old in zip(gradients, parameters, strict=True)
    ]


def call_train_step(student, X, Y, parameters, lr):
    """Return the checked parameters after the student's train_step."""
    answer = assert_tuple(student.train_step(X, Y, *parameters, lr), 4, name="The answer of train_step")
    for name, value, old in zip(NAMES, answer, parameters, strict=True):
        assert_array(value, shape=old.shape, dtype="float", name=f"{name} after the step")
    return answer


def chain(X, hidden, delta_output, hidden_slope, back):
    """The four gradients that follow from the slope at the output and the weights on the way back."""
    delta_hidden = delta_output @ back.T * hidden_slope
    return X.T @ delta_hidden, delta_hidden.sum(axis=0), hidden.T @ delta_output, delta_output.sum(axis=0)


def lookalikes(reference, X, Y, parameters):
    """What usual slips make of the four gradients, by name."""
    W2, n, k = parameters[2], *Y.shape
    hidden, output = reference.forward(X, *parameters)
    error, slope, hidden_slope = (output - Y) / n, output * (1 - output), hidden * (1 - hidden)
    twice, hidden_twice = slope_at(reference, output), slope_at(reference, hidden)

    def gradients(delta_output=error * slope, hidden_slope=hidden_slope, back=W2):
        return chain(X, hidden, delta_output, hidden_slope, back)

    last = chain(X[-1:], hidden[-1:], (error * slope)[-1:], hidden_slope[-1:], W2)
    return {
        "the gradient without the slope of the sigmoid at the output": gradients(error),
        "the gradient without the slope of the sigmoid at the hidden layer": gradients(hidden_slope=1.0),
        "the gradient without any slope of the sigmoid": gradients(error, 1.0),
        "the gradient with the hidden slope taken at an activation: the sigmoid is applied twice": gradients(
            hidden_slope=hidden_twice
        ),
        "the gradient with the output slope taken at an activation: the sigmoid is applied twice": gradients(
            error * twice
        ),
        "the gradient with both slopes taken at activations: the sigmoid is applied twice": gradients(
            error * twice, hidden_twice
        ),
        "the gradient with the slope of tanh at the hidden layer": gradients(hidden_slope=1 - hidden**2),
        "the sum over the records: the mean is missing": gradients(n * error * slope),
        "the gradient divided by the number of records twice": gradients(error * slope / n),
        "the mean over records and outputs; the outputs are to be summed": gradients(error * slope / k),
        "twice the gradient: the half of the loss is missing": gradients(2 * error * slope),
        "the part of the last record alone": last,
        "the gradient of the last record, as if there were no other": tuple(n * part for part in last),
        "the gradient with W2 left out on the way back": gradients(back=np.ones_like(W2)),
    }


def stale(reference, X, Y, parameters, others):
    """The four gradients when the layers are those of an earlier call of forward, with other records."""
    hidden, output = reference.forward(others, *parameters)
    error = (output - Y) * output * (1 - output) / len(Y)
    slip = "what comes of the hidden layer and the output of an earlier call of forward"
    return {slip: chain(X, hidden, error, hidden * (1 - hidden), parameters[2])}


def second_layer_first(reference, X, Y, parameters, new_W2):
    """The four gradients when the error is sent back through a W2 that has moved already."""
    hidden, output = reference.forward(X, *parameters)
    return chain(X, hidden, (output - Y) * output * (1 - output) / len(Y), hidden * (1 - hidden), new_W2)


def draw_errors(picture, name, gradient, slopes):
    """Draw how far a wrong gradient is off, weight by weight: 0 where it is right, 1 where it has the other sign."""
    size = np.abs(gradient) + np.abs(slopes)
    error = np.abs(gradient - slopes) / np.where(size > 0, size, 1.0)
    if np.all(error < 1e-4):
        return
    weights = [f"{name}[{', '.join(map(str, index))}]" for index in np.ndindex(slopes.shape)]
    title = f"The gradient check of {name}: relative error of each entry"
    picture.bars(title, {"your error": error}, x=weights, x_label="entry", y_label="error, from 0 to 1")


def slope_at(reference, z):
    """The slope of the sigmoid at z."""
    return reference.sigmoid(z) * (1 - reference.sigmoid(z))


@pytest.mark.points(2)
@pytest.mark.hint("Multiply X by W1, add b1, and activate.")
def test_forward_hidden(student, reference, rng):
    """forward: the hidden layer is σ(X W1 + b1)"""
    X, _, parameters = network(rng)
    W1, b1, _, _ = parameters
    relations = {
        "X W1 + b1: the sigmoid is missing": X @ W1 + b1,
        "σ(X W1): the bias is missing": reference.sigmoid(X @ W1),
        "the slope of the sigmoid, not the sigmoid": slope_at(reference, X @ W1 + b1),
    }
    hidden = call_forward(student, X, parameters)[0]
    assert_close(hidden, reference.forward(X, *parameters)[0], name="hidden", relations=relations)


@pytest.mark.points(2)
@pytest.mark.hint("The second layer does with the hidden activations what the first does with X.")
def test_forward_output(student, reference, rng):
    """forward: the output layer is σ(H W2 + b2), judged with your own hidden layer"""
    X, _, parameters = network(rng)
    _, _, W2, b2 = parameters
    own, output = call_forward(student, X, parameters)
    expected = reference.forward(X, *parameters)[1]
    if np.ptp(own) > 1e-3 and np.allclose(output, reference.sigmoid(own @ W2 + b2), rtol=1e-6, atol=1e-9):
        return
    z = own @ W2 + b2
    relations = {
        "H W2 + b2: the sigmoid of the output layer is missing": z,
        "σ(σ(H W2 + b2)): the sigmoid is applied twice": reference.sigmoid(reference.sigmoid(z)),
        "σ(H W2): the bias is missing": reference.sigmoid(own @ W2),
        "what comes out when the hidden layer is not activated": reference.sigmoid(
            (X @ parameters[0] + parameters[1]) @ W2 + b2
        ),
    }
    assert_close(output, expected, name="output", relations=relations)


@pytest.mark.points(1)
@pytest.mark.hint("Records lie in rows, so X stands on the left of each matrix product.")
def test_forward_of_squares(student, reference, rng):
    """forward is right where all arrays are square, so that no shape can tell a mistake"""
    X, _, parameters = network(rng, n=4, d=4, h=4, k=4)
    answers, expected = call_forward(student, X, parameters), reference.forward(X, *parameters)
    for name, answer, right in zip(("hidden", "output"), answers, expected, strict=True):
        assert_close(answer, right, name=name)


@pytest.mark.points(2)
@pytest.mark.parametrize(("n", "k"), [(7, 3), (5, 1)])
@pytest.mark.hint("The sum goes over all entries, and is divided by 2 n, with n the number of rows.")
def test_loss(student, reference, rng, n, k):
    """loss is half the squared error, summed over {k} outputs, averaged over {n} records"""
    output, Y = rng.uniform(0.1, 0.9, size=(n, k)), rng.uniform(0.1, 0.9, size=(n, k))
    squares = float(np.sum((output - Y) ** 2))
    relations = {
        "the sum over the records: the mean is missing": squares / 2,
        "the loss without its half": squares / n,
        "the sum of the squares: it has to be divided by 2 n": squares,
        "half the mean over all entries; the outputs are to be summed": squares / (2 * n * k),
        "the mean over all entries": squares / (n * k),
        "the signed error without a square": float(np.sum(output - Y)) / (2 * n),
        "the root of the loss": (squares / (2 * n)) ** 0.5,
    }
    assert_close(student.loss(output, Y), reference.loss(output, Y), name="The loss", relations=relations)


@pytest.mark.points(1)
def test_loss_is_a_mean(student, rng):
    """The loss stays the same when every record comes three times"""
    output, Y = rng.uniform(0.1, 0.9, size=(5, 7)), rng.uniform(0.1, 0.9, size=(5, 7))
    once = assert_number(student.loss(output, Y), name="The loss")
    thrice = assert_number(student.loss(np.tile(output, (3, 1)), np.tile(Y, (3, 1))), name="The loss")
    assert abs(once) > 1e-9, "Your loss is 0 although the output differs from the targets."
    assert abs(once - thrice) < 1e-6, "Your loss changes when the same records come three times."


@pytest.mark.points(8)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.hint("Compute the slope at the pre-activations of each layer first, one row per record.")
def test_gradient(student, reference, rng, picture, name):
    """backward: the gradient of {name} agrees with the chain rule and with finite differences"""
    X, Y, parameters = network(rng)
    item = NAMES.index(name)
    others = X[::-1] + 1.0
    with suppress(Failure):
        student.forward(others, *parameters)
    gradient = call_backward(student, X, Y, parameters)[item]
    expected = reference.backward(X, Y, *parameters)[item]
    slips = lookalikes(reference, X, Y, parameters) | stale(reference, X, Y, parameters, others)
    relations = {slip: values[item] for slip, values in slips.items()}
    assert_array(gradient, shape=expected.shape, dtype="float", name=f"d{name}")
    draw_errors(picture, name, gradient, expected)
    assert_close(gradient, expected, name=f"d{name}", relations=relations)

    def loss_at(value):
        changed = (*parameters[:item], value, *parameters[item + 1 :])
        return float(reference.loss(reference.forward(X, *changed)[1], Y))

    assert_gradient(gradient, loss_at, parameters[item], eps=1e-5, name=f"d{name}")


@pytest.mark.points(3)
@pytest.mark.parametrize("layer", ["first", "second"])
@pytest.mark.hint("Nudge one weight a little and watch your own loss: does it change as your gradient says?")
def test_gradient_fits_your_own_loss(student, reference, rng, layer):
    """The gradients of the {layer} layer fit your own forward and loss, even where these are not right yet"""
    X, Y, parameters = network(rng, n=5, d=3, h=7, k=11)
    items = (0, 1) if layer == "first" else (2, 3)
    gradients = call_backward(student, X, Y, parameters)
    true = reference.backward(X, Y, *parameters)
    for item in items:
        name, eps = f"d{NAMES[item]}", 1e-5
        gradient = assert_array(gradients[item], shape=parameters[item].shape, dtype="float", name=name)
        if np.allclose(gradient, true[item], rtol=1e-6, atol=1e-9):
            continue
        direction = rng.normal(size=gradient.shape)
        losses = []
        for sign in (1.0, -1.0):
            moved = parameters[item] + sign * eps * direction
            output = call_forward(student, X, (*parameters[:item], moved, *parameters[item + 1 :]))[1]
            losses.append(assert_number(student.loss(output, Y), name="The loss"))
        slope = (losses[0] - losses[1]) / (2 * eps)
        assert abs(slope) > 1e-9, f"Your own loss does not change when {NAMES[item]} changes."
        fits = np.isclose(float(np.sum(gradient * direction)), slope, rtol=1e-4, atol=1e-8)
        assert fits, f"Your {name} is not the slope of your own loss."


@pytest.mark.points(1)
@pytest.mark.hint("Follow two records by hand. Does the second one replace what the first one has added?")
def test_gradient_is_a_mean_over_the_records(student, rng):
    """The gradient of several records is the mean of the gradients of the single records"""
    X, Y, parameters = network(rng, n=5, d=3, h=7, k=11)
    whole = call_backward(student, X, Y, parameters)
    single = [call_backward(student, X[i : i + 1], Y[i : i + 1], parameters) for i in range(5)]
    for item, name in enumerate(NAMES):
        together = assert_array(whole[item], shape=parameters[item].shape, dtype="float", name=f"d{name}")
        parts = [
            assert_array(part[item], shape=together.shape, dtype="float", name=f"d{name} of one record")
            for part in single
        ]
        assert np.any(np.abs(together) > 1e-12), f"Your d{name} is 0 everywhere."
        fits = np.allclose(together, np.mean(parts, axis=0), rtol=1e-4, atol=1e-6)
        assert fits, f"Your d{name} of five records is not the mean of what you return for each record alone."


@pytest.mark.points(1)
@pytest.mark.parametrize(("n", "k"), [(1, 3), (5, 1)])
def test_one_record_or_one_output(student, reference, rng, n, k):
    """Shapes and values are right with n = {n} records and k = {k} outputs"""
    X, Y, parameters = network(rng, n=n, d=11, h=7, k=k)
    answers, expected = call_forward(student, X, parameters), reference.forward(X, *parameters)
    for name, answer, right in zip(("hidden", "output"), answers, expected, strict=True):
        assert_close(answer, right, name=name)
    answers = assert_tuple(student.backward(X, Y, *parameters), 4, name="The answer of backward")
    expected = reference.backward(X, Y, *parameters)
    for name, answer, right in zip(NAMES, answers, expected, strict=True):
        assert_array(answer, shape=right.shape, dtype="float", name=f"d{name}")
        assert_close(answer, right, name=f"d{name}")


@pytest.mark.points(2)
@pytest.mark.hint("First all four gradients, then all four updates.")
def test_train_step(student, reference, rng):
    """train_step moves all parameters at once, against the gradient, judged with your own gradients"""
    X, Y, parameters = network(rng)
    lr = float(rng.uniform(0.4, 0.9))
    moved = call_train_step(student, X, Y, parameters, lr)
    expected = reference.train_step(X, Y, *parameters, lr)
    if all(np.allclose(*pair, rtol=1e-6, atol=1e-9) for pair in zip(moved, expected, strict=True)):
        return
    own = call_backward(student, X, Y, parameters)
    late = second_layer_first(reference, X, Y, parameters, moved[2])
    after_second = reference.backward(X, Y, *parameters[:2], *moved[2:])
    after_first = reference.backward(X, Y, *moved[:2], *parameters[2:])
    slips = zip(late, after_first, after_second, strict=True)
    for name, old, new, gradient, (slip, first, second) in zip(NAMES, parameters, moved, own, slips, strict=True):
        assert_array(gradient, shape=old.shape, dtype="float", name=f"d{name}")
        assert np.any(np.abs(gradient) > 1e-12), f"Your d{name} is 0 everywhere, so {name} cannot learn."
        relations = {
            "the old one plus lr times its gradient: a step uphill": old + lr * gradient,
            "the old one minus its gradient: the learning rate is missing": old - gradient,
            "the old one: it was not updated": old,
            "the step alone": -lr * gradient,
            "what comes of sending the error back through the new W2": old - lr * slip,
            "what comes of a gradient that is taken after the second layer has moved": old - lr * second,
            "what comes of a gradient that is taken after the first layer has moved": old - lr * first,
        }
        assert_close(new, old - lr * gradient, name=f"{name} after the step", relations=relations)


@pytest.mark.points(2)
def test_training_end_to_end(student, reference, rng):
    """Five steps of training, one after the other, end where the equations of the statement end"""
    X, Y, parameters = network(rng, n=7, d=11, h=13, k=3)
    own = true = parameters
    for _ in range(5):
        own = call_train_step(student, X, Y, own, 0.7)
        true = reference.train_step(X, Y, *true, 0.7)
    for name, value, expected in zip(NAMES, own, true, strict=True):
        assert_close(value, expected, name=f"{name} after five steps")
    output = call_forward(student, X, own)[1]
    expected = reference.loss(reference.forward(X, *true)[1], Y)
    assert_close(student.loss(output, Y), expected, name="The loss at the end")


@pytest.mark.points(1)
@pytest.mark.hint("W2 -= … writes into the array of the caller. W2 = W2 − … makes a new one.")
def test_arguments_unchanged(student, rng):
    """All functions leave the arrays that they are handed as they were"""
    X, Y, parameters = network(rng)
    _, output = call_forward(student, X, parameters)
    assert_number(student.loss(output, Y), name="The loss")
    for name, gradient in zip(NAMES, call_backward(student, X, Y, parameters), strict=True):
        assert_array(gradient, name=f"d{name}")
    call_train_step(student, X, Y, parameters, 0.5)
    assert_arguments_unchanged(student)
