"""Examples to read and to run, small enough for pencil and paper."""

import pytest
import torch

from grader.testing import assert_close

X = torch.tensor([[1.0], [2.0], [3.0]])
Y = torch.tensor([[2.0], [4.0], [6.0]])


@pytest.mark.points(1)
@pytest.mark.hint("The prompt works this example out step by step.")
def test_one_epoch_of_a_line(student):
    """Three examples in batches of two: the weight goes from 0 to 1 to 2.8, the mean loss is 29/3."""
    given = student.support
    model = given.make_line(0.0)
    batches = given.make_batches(X, Y, 2)
    optimizer, loss_function = given.make_sgd(model, 0.1), given.make_mean_squared_error()
    loss = student.train_one_epoch(model, batches, loss_function, optimizer)
    backwards = sum(note[0] == "backward" for note in model.notes)
    assert backwards == 2, f"For two batches, two backward passes should reach the model, but {backwards} did."
    assert_close(model.weights()["weight"], torch.tensor([[2.8]]), rtol=1e-5, name="The weight")
    wrong = {
        "the mean of the two batch losses": 9.5,
        "the loss that the batches have after their steps; the one before the step is asked for": 10.76 / 3,
    }
    assert_close(loss, 29 / 3, rtol=1e-5, name="The loss", relations=wrong)


@pytest.mark.points(1)
def test_evaluating_a_line(student):
    """With the weight 1 the three squared errors are 1, 4 and 9, and their mean is 14/3."""
    given = student.support
    batches = given.make_batches(X, Y, 2)
    loss = student.evaluate(given.make_line(1.0), batches, given.make_mean_squared_error())
    wrong = {"the mean of the two batch losses": 5.75}
    assert_close(loss, 14 / 3, rtol=1e-5, name="The loss", relations=wrong)


@pytest.mark.points(1)
def test_four_of_five(student):
    """Four of five examples have their largest output in the right place: 1 of 2, 2 of 2, and 1 of 1."""
    given = student.support
    outputs = torch.tensor([[-0.7, 0.7], [0.4, 0.5], [-0.5, -0.2], [-0.5, -0.9], [0.8, -0.6]])
    batches = given.make_batches(outputs, torch.tensor([0, 1, 1, 0, 0]), 2)
    share = student.accuracy(given.make_identity(), batches)
    wrong = {
        "the mean over the three batches": 5 / 6,
        "a share in which the last batch counts as if it were full": 4 / 6,
        "the accuracy of the last batch alone": 1.0,
        "the number of right answers": 4,
        "a percentage": 80,
    }
    assert_close(share, 4 / 5, rtol=1e-5, name="The accuracy", relations=wrong)
