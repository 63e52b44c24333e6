"""The sigmoid and its derivative as functions of z, for numbers and arrays, small and large."""

import numpy as np
import pytest

from grader.testing import assert_arguments_unchanged, assert_array, assert_close, assert_gradient

NAMES = ("sigmoid", "sigmoid_derivative")
LARGE = np.array([-1000.0, -745.5, -710.5, -400.0, -37.5, -0.5, 1.5, 40.5, 360.0, 709.5, 711.5, 1000.0])


def draw(rng, shape):
    """Inputs of both signs, kept away from 0 where wrong answers can look right."""
    z = rng.uniform(0.4, 3.0, size=shape)
    signs = np.where(np.arange(z.size) % 2, 1.0, -1.0)
    return z * rng.permutation(signs).reshape(shape)


def inputs(rng, shape):
    """One array of this shape, or for () two numbers, one of each sign."""
    return [draw(rng, shape)] if shape else draw(rng, (2,)).tolist()


def lookalikes_of_sigmoid(z):
    """What usual slips make of the sigmoid."""
    return {
        "1 + exp(-z): in 1 / 1 + exp(-z) the division comes first": 1.0 + np.exp(-z),
        "the sigmoid of -z: a minus sign is missing or doubled": 1.0 / (1.0 + np.exp(z)),
        "the derivative of the sigmoid, not the sigmoid": np.exp(-z) / (1.0 + np.exp(-z)) ** 2,
    }


def lookalikes_of_derivative(z):
    """What usual slips make of the derivative."""
    activation = 1.0 / (1.0 + np.exp(-z))
    twice = 1.0 / (1.0 + np.exp(-activation))
    return {
        "z (1 - z): your function expects the activation, but it is handed z": z * (1.0 - z),
        "sigmoid(z) (1 - z): only one of the two factors is activated": activation * (1.0 - z),
        "z (1 - sigmoid(z)): only one of the two factors is activated": z * (1.0 - activation),
        "the slope at sigmoid(z): the sigmoid is applied twice": twice * (1.0 - twice),
        "the sigmoid itself, not its slope": activation,
        "1 - sigmoid(z)², which has the form of the slope of tanh": 1.0 - activation**2,
        "exp(-z) / (1 + exp(-z)): the square of the denominator is missing": 1.0 - activation,
    }


@pytest.mark.points(3)
@pytest.mark.parametrize("shape", [(), (7,), (3, 5)])
def test_sigmoid_agrees_with_the_formula(student, reference, rng, shape):
    """sigmoid(z) is 1 / (1 + exp(-z)) for z of shape {shape}"""
    for z in inputs(rng, shape):
        relations = lookalikes_of_sigmoid(z)
        assert_close(student.sigmoid(z), reference.sigmoid(z), name="Your sigmoid", relations=relations)


@pytest.mark.points(6)
@pytest.mark.parametrize("shape", [(), (5,), (3, 7, 5)])
@pytest.mark.hint("The argument is z. What has to be computed from it before s (1 - s) can be?")
def test_derivative_agrees_with_the_formula(student, reference, rng, shape):
    """sigmoid_derivative(z) is σ(z) (1 - σ(z)) for z of shape {shape}"""
    for z in inputs(rng, shape):
        expected, relations = reference.sigmoid_derivative(z), lookalikes_of_derivative(z)
        assert_close(student.sigmoid_derivative(z), expected, name="Your derivative", relations=relations)


@pytest.mark.points(1)
def test_derivative_is_the_slope(student, reference, rng, picture):
    """The derivative is the slope that finite differences measure on the true sigmoid"""
    z = np.sort(rng.uniform(-4.0, 4.0, size=25))
    slope = student.sigmoid_derivative(z)
    series = {"yours": slope, "σ(z) (1 − σ(z))": reference.sigmoid_derivative(z)}
    picture.lines("Your derivative over z, and the formula's", series, x=z, x_label="z", y_label="slope")
    assert_gradient(slope, lambda at: float(np.sum(reference.sigmoid(at))), z, name="Your derivative")


@pytest.mark.points(2)
@pytest.mark.hint("Multiply your own sigmoid by one minus your own sigmoid.")
def test_derivative_follows_from_your_own_sigmoid(student, reference, rng):
    """The derivative fits your own sigmoid, even where that is not right yet"""
    z = draw(rng, (3, 5))
    own = assert_array(student.sigmoid(z), shape=z.shape, dtype="float", name="Your sigmoid")
    slope = assert_array(student.sigmoid_derivative(z), shape=z.shape, dtype="float", name="Your derivative")
    assert np.ptp(own) > 1e-3, "Your sigmoid returns the same number for different z, so it has no slope."
    candidates = (own * (1.0 - own), reference.sigmoid_derivative(z))
    fits = any(np.allclose(slope, candidate, rtol=1e-3, atol=1e-4) for candidate in candidates)
    assert fits, "Your derivative is not s (1 - s) with s taken from your own sigmoid at the same z."


@pytest.mark.points(2)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.hint("exp(1000) is inf, and inf / inf is nan. Which exponents are safe? Where is the curve flat?")
def test_large_array(student, reference, rng, name):
    """{name} stays finite and right in an array that holds z up to ±1000"""
    z = rng.permutation(LARGE).reshape(3, 4)
    answer = getattr(student, name)(z)
    assert_close(answer, getattr(reference, name)(z), rtol=1e-6, atol=1e-9, name=f"{name} of large z")


@pytest.mark.points(1)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.hint("Look at both ends: z = 1000 and z = -1000.")
def test_large_number(student, reference, rng, name):
    """{name} stays finite and right for a single large number"""
    large = float(rng.uniform(710, 990))
    # All are called before any is compared: at the ends alone, where all is 0 or 1, unlike mistakes look alike.
    numbers = [-1000.0, -large, large, 1000.0, *inputs(rng, ())]
    for z, answer in [(z, getattr(student, name)(z)) for z in numbers]:
        atol = 1e-9 if abs(z) > 700 else 1e-4
        assert_close(answer, getattr(reference, name)(z), atol=atol, name=f"{name} of a large number")


@pytest.mark.points(1)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.hint("At z = 15 the curve still lies 0.0000003 away from flat. Where may a shortcut begin?")
def test_nearly_flat(student, reference, rng, name):
    """{name} is still right where the curve is nearly flat, for |z| from 5 to 20"""
    z = rng.permutation(np.linspace(5.0, 20.0, 12) * np.where(np.arange(12) % 2, 1.0, -1.0))
    expected, own = getattr(reference, name)(z), f"Your {name}"
    answer = assert_array(getattr(student, name)(z), shape=z.shape, dtype="float", name=own)
    too_soon = {"exactly 0 or 1 for a z where the curve still moves": np.where(answer % 1.0, expected, answer)}
    assert_close(answer, expected, rtol=0.0, atol=1e-9, name=own, relations=too_soon)


@pytest.mark.points(2)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.hint("An array made like an int array can only hold whole numbers.")
def test_whole_numbers(student, reference, rng, name):
    """{name} returns floats for an array of whole numbers and for an int"""
    z = rng.permutation(np.array([-4, -3, -1, 0, 2, 3, 5, 6])).reshape(2, 4)
    answer = assert_array(getattr(student, name)(z), shape=z.shape, dtype="float", name=f"Your {name}")
    assert_close(answer, getattr(reference, name)(z), rtol=1e-3, atol=1e-4, name=f"Your {name}")
    assert_close(getattr(student, name)(3), getattr(reference, name)(3), atol=1e-4, name=f"Your {name} of 3")


@pytest.mark.points(1)
def test_single_precision(student, reference, rng):
    """Both functions take an array of float32"""
    z = draw(rng, (5, 3)).astype(np.float32)
    for name in NAMES:
        answer = getattr(student, name)(z)
        assert_close(answer, getattr(reference, name)(z), rtol=1e-3, atol=1e-4, name=f"Your {name}")


@pytest.mark.points(2)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.hint("z *= -1 and out=z write into the array of the caller. Compute new arrays instead.")
def test_argument_unchanged(student, rng, name):
    """{name} leaves the array that it is handed as it was"""
    z = rng.permutation([*draw(rng, 10), -709.5, 709.5]).reshape(4, 3)
    assert_array(getattr(student, name)(z), shape=z.shape, finite=False, name=f"Your {name}")
    assert_arguments_unchanged(student)
