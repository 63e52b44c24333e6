"""Examples to read and to run: the numbers are those of the statement."""

import numpy as np
import pytest

from grader.testing import assert_close


@pytest.mark.points(1)
def test_sigmoid_of_a_number(student):
    """sigmoid(2.0) is 0.8807970779778823 and sigmoid(-1.0) is 0.2689414213699951"""
    assert_close(student.sigmoid(2.0), 0.8807970779778823, name="sigmoid(2.0)")
    assert_close(student.sigmoid(-1.0), 0.2689414213699951, name="sigmoid(-1.0)")


@pytest.mark.points(1)
def test_sigmoid_of_an_array(student):
    """sigmoid(np.array([[-1.0, 0.0, 3.0]])) keeps the shape (1, 3)"""
    row, column = np.array([[-1.0, 0.0, 3.0]]), np.array([[-2.0], [0.5], [1.0], [3.0], [-0.5]])
    answers = [student.sigmoid(row), student.sigmoid(column)]
    expected = np.array([[0.2689414213699951, 0.5, 0.9525741268224334]])
    assert_close(answers[0], expected, name="Your sigmoid")
    expected = np.array(
        [[0.1192029220221175], [0.6224593312018546], [0.7310585786300049], [0.9525741268224334], [0.3775406687981454]]
    )
    assert_close(answers[1], expected, name="Your sigmoid of shape (5, 1)")


@pytest.mark.points(1)
@pytest.mark.hint("sigmoid_derivative is handed z = 2, not the activation sigmoid(2) = 0.88.")
def test_derivative_of_a_number(student):
    """sigmoid_derivative(2.0) is 0.1049935854035065"""
    assert_close(student.sigmoid_derivative(2.0), 0.1049935854035065, name="sigmoid_derivative(2.0)")


@pytest.mark.points(1)
def test_derivative_of_an_array(student):
    """sigmoid_derivative(np.array([-2.0, 0.0, 2.0])) is about [0.105, 0.25, 0.105]"""
    expected = np.array([0.1049935854035065, 0.25, 0.1049935854035065])
    slopes = student.sigmoid_derivative(np.array([-2.0, 0.0, 2.0]))
    assert_close(slopes, expected, name="Your derivative")
