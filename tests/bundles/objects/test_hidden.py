"""Everything that crosses as a handle."""

import pytest

from grader.testing import Failure, assert_close


@pytest.mark.points(1)
def test_apply(student):
    """A function of the suite is called."""
    seen = []

    def f(x):
        seen.append(x)
        return 10 * x

    assert_close(student.apply(f, 3), 30)
    assert_close(seen, [3])


@pytest.mark.points(1)
def test_apply_tells_what_the_function_says(student):
    """What a function of the suite refuses is said by the test."""

    def f(x):
        raise Failure("This function must not be called with 3.") if x == 3 else ValueError("only small numbers")

    with pytest.raises(Failure):
        student.apply(f, 3)


@pytest.mark.points(1)
def test_apply_hands_back_an_object(student):
    """A function of the suite can use an object that it is handed."""
    tally = student.Tally()
    assert_close(student.apply(lambda given: given.add(2) + given.count, tally), 4)


@pytest.mark.points(1)
def test_collect(student):
    """An iterator of the suite is read to its end."""
    assert_close(student.collect(iter([1, 2, 3])), [1, 2, 3])


@pytest.mark.points(1)
def test_train(student):
    """A model of the assignment's own is trained."""
    model = student.support.make_model(5)
    student.train(model, 3)
    assert_close(model.steps, 8)


@pytest.mark.points(1)
def test_tally(student):
    """An object of the student's counts."""
    tally = student.Tally()
    tally.add(2)
    assert_close(tally.add(3), 5)
    assert_close(tally.count, 5)


@pytest.mark.points(1)
def test_long_iterator(student):
    """Twenty even numbers are yielded, and no more."""
    assert_close(list(student.evens(20)), [2 * i for i in range(20)])
