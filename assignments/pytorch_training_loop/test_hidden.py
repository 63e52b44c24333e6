"""Steps with the gradient of one batch, evaluations that leave no trace, and losses per example."""

import math

import pytest
import torch

from grader.testing import Failure, assert_close, assert_number, assert_tuple

# The numbers of rows tell the batches apart: 4, 4 and 3 in training, 5, 5 and 2 in validation.
TRAINING = (11, 4)
VALIDATION = (12, 5)

MIXED = "`model.train()` and `model.eval()` reach each layer, but `model.training = …` sets a single flag."


def drawn(rng, rows):
    """Return random examples of three classes."""
    X = torch.from_numpy(rng.normal(loc=0.5, scale=2.0, size=(rows, 3))).float()
    return X, torch.from_numpy(rng.integers(0, 3, size=rows))


def seed_of(rng):
    """Return a seed for the weights of a model."""
    return int(rng.integers(2**31))


def plain(value, name):
    """Return a loss as a float; a tensor of one number passes here (one test insists on a float)."""
    if type(value) is torch.Tensor and value.numel() == 1:
        value = value.detach().double().item()
    return assert_number(value, name=name)


def calls_in(notes):
    """Return (mode, tracked, rows) for each time that the model was called."""
    calls = [tuple(note[1:]) for note in notes if note[0] == "forward"]
    assert calls, "The model was never called. A copy does not count: work with the model that you are given."
    return calls


def assert_mode(modes, wanted, batches):
    """Check that the whole model was in the mode that is wanted whenever it met one of the batches."""
    assert "mixed" not in modes, f"Some layers were not in {wanted} mode. {MIXED}"
    other = {"training": "evaluation", "evaluation": "training"}[wanted]
    wrong = modes.count(other)
    assert not wrong, f"{wrong} of {len(modes)} {batches} met the {other} mode."


def assert_as_before(before, after, message):
    """Check that tensors, or None for want of one, are what they were."""
    for name, old in before.items():
        new = after[name]
        assert new is old if old is None else new is not None and torch.equal(old, new), message


def moved(before, after):
    """Whether any of the weights has changed."""
    return any(not torch.equal(before[name], after[name]) for name in before)


def assert_weights(model, right, start, rtol=1e-4):
    """Check the weights of a model after training against those of the right one."""
    weights = model.weights()
    if not moved(start.weights(), weights):
        raise AssertionError(f"The weights are what they were at the start. {why_nothing_moved(model.notes)}")
    for name, expected in right.weights().items():
        assert_close(weights[name], expected, rtol=rtol, atol=1e-5, name=f"The trained parameter `{name}`")


def why_nothing_moved(notes):
    """Return a sentence on what the notes of a model lack."""
    kinds = [note[0] for note in notes]
    if "loss" in kinds and not any(note[1] for note in notes if note[0] == "loss"):
        return "The loss is cut off from the model, as by `.detach()`, so that no backward pass reaches a weight."
    if "backward" not in kinds:
        return "No backward pass reached the model, so there was no gradient to go by."
    if "step" not in kinds:
        return "The optimiser was never asked to take a step."
    return step_without_gradient(kinds)


def step_without_gradient(kinds):
    """Return a sentence on why the optimiser found no gradient, by what happened in turn."""
    if "backward" not in kinds or kinds.index("step") < kinds.index("backward"):
        return "The optimiser took its step before the backward pass, when there was no gradient yet."
    return "There was a gradient, but it was cleared before the optimiser took its step."


def means(parts):
    """Return the right mean of the batches' (loss, rows), and the usual wrong ones by name."""
    total, rows = sum(part for part, _ in parts), sum(count for _, count in parts)
    right = sum(part * count for part, count in parts) / rows
    return right, {
        "the mean of the batch losses; but the last batch is smaller": total / len(parts),
        "the sum of the batch losses, divided by the number of examples": total / rows,
        "the sum of the batch losses": total,
        "a mean in which the last batch counts as if it were full": total * parts[0][1] / rows,
        "the loss of the first batch alone": parts[0][0],
        "the loss of the last batch alone": parts[-1][0],
        "the sum over all examples, which is still to be divided by their number": right * rows,
    }


def telling(rng, support, sizes, mode):
    """Draw data and a model's seed for which no wrong mean of the losses comes near the right one."""
    while True:
        data, seed = drawn(rng, sizes[0]), seed_of(rng)
        model, loss_function = support.make_classifier(seed), support.make_cross_entropy()
        model.train(mode == "training")
        batches = support.make_batches(*data, sizes[1])
        parts = [(loss_function(model(X), y).item(), len(X)) for X, y in batches]
        right, wrong = means(parts)
        if min(abs(value - right) for value in wrong.values()) > 0.01 * right:
            return data, seed, parts


def assert_mean_loss(loss, parts):
    """Check a loss against the right mean of the batches' (loss, rows), and against usual wrong ones."""
    right, wrong = means(parts)
    assert_close(plain(loss, "The loss"), right, rtol=1e-4, name="The loss", relations=wrong)


def trained(functions, given, seed, data, lr, optimizer="sgd", epochs=1):
    """Train a fresh model, and return the loss of its last epoch and the model."""
    model, batches, loss_function, optimizer = given.make_training(seed, *data, TRAINING[1], lr, optimizer)
    losses = [functions.train_one_epoch(model, batches, loss_function, optimizer) for _ in range(epochs)]
    return losses[-1], model


def run_fit(functions, given, seed, data, epochs=2, lr=0.3, optimizer="sgd"):
    """Fit a fresh model, and return what `fit` returns and the model."""
    training, validation = data
    model, batches, loss_function, optimizer = given.make_training(seed, *training, TRAINING[1], lr, optimizer)
    others = given.make_batches(*validation, VALIDATION[1])
    return functions.fit(model, batches, others, loss_function, optimizer, epochs), model


def fitted(functions, given, seed, data, **training):
    """Fit a fresh model, and return the losses in the history as floats, and the model."""
    history, model = run_fit(functions, given, seed, data, **training)
    return losses_in(history), model


def losses_in(history):
    """Return the two lists of losses in a history as lists of floats."""
    assert type(history) is dict, "`fit` should return a dictionary."
    assert set(history) == {"train", "validation"}, "The history needs the keys `train` and `validation`."
    for name, losses in history.items():
        assert type(losses) in (list, tuple), f"The `{name}` of the history should be a list of losses."
    return {name: [plain(loss, f"A {name} loss") for loss in losses] for name, losses in history.items()}


def is_by_hand(student, history, seed, data, start):
    """Whether a history is what the student's own functions give, right or not, and they do train.

    So a mistake in the functions before `fit` costs nothing here.
    """
    (training, validation), given = data, student.support
    model, batches, loss_function, optimizer = given.make_training(seed, *training, TRAINING[1], 0.3)
    others = given.make_batches(*validation, VALIDATION[1])
    try:
        own = [
            (
                plain(student.train_one_epoch(model, batches, loss_function, optimizer), "A loss"),
                plain(student.evaluate(model, others, loss_function), "A loss"),
            )
            for _ in history["train"]
        ]
    except Failure:
        return False
    pairs = zip(history["train"], history["validation"], strict=True)
    same = all(
        math.isclose(loss, right, rel_tol=1e-4)
        for losses, rights in zip(pairs, own, strict=True)
        for loss, right in zip(losses, rights, strict=True)
    )
    return same and moved(start, model.weights())


@pytest.mark.points(3)
def test_weights_after_an_epoch(student, reference, support, rng):
    """train_one_epoch: after one epoch of SGD the weights are right."""
    data, seed = drawn(rng, TRAINING[0]), seed_of(rng)
    _, model = trained(student, student.support, seed, data, 0.3)
    _, right = trained(reference, support, seed, data, 0.3)
    assert_weights(model, right, support.make_classifier(seed))


@pytest.mark.points(2)
def test_weights_after_epochs_with_adam(student, reference, support, rng):
    """train_one_epoch: after two epochs of Adam the weights are right; the optimiser makes the step."""
    data, seed = drawn(rng, TRAINING[0]), seed_of(rng)
    _, model = trained(student, student.support, seed, data, 0.05, "adam", epochs=2)
    _, right = trained(reference, support, seed, data, 0.05, "adam", epochs=2)
    assert_weights(model, right, support.make_classifier(seed), rtol=1e-3)


@pytest.mark.points(1)
def test_first_step(student, reference, support, rng):
    """train_one_epoch: a single batch is a single step, against its gradient."""
    data, seed = drawn(rng, 4), seed_of(rng)
    _, model = trained(student, student.support, seed, data, 0.3)
    _, right = trained(reference, support, seed, data, 0.3)
    assert_weights(model, right, support.make_classifier(seed))


@pytest.mark.points(2)
def test_training_loss_of_an_example(student, support, rng):
    """train_one_epoch: the loss counts each batch by its examples (tried with a learning rate of 0)."""
    data, seed, parts = telling(rng, support, TRAINING, "training")
    loss, _ = trained(student, student.support, seed, data, 0.0)
    assert_mean_loss(loss, parts)


@pytest.mark.points(1)
def test_training_mode(student, rng):
    """train_one_epoch: the model is called in training mode, even if it comes in evaluation mode."""
    seed, data = seed_of(rng), drawn(rng, TRAINING[0])
    model, batches, loss_function, optimizer = student.support.make_training(seed, *data, TRAINING[1], 0.1)
    model.eval()
    student.train_one_epoch(model, batches, loss_function, optimizer)
    assert_mode([mode for mode, _, _ in calls_in(model.notes)], "training", "training batches")


@pytest.mark.points(1)
def test_one_step_for_each_batch(student, rng):
    """train_one_epoch: one forward pass, one backward pass and one step for each batch."""
    _, model = trained(student, student.support, seed_of(rng), drawn(rng, TRAINING[0]), 0.1)
    rows = [rows for _, _, rows in calls_in(model.notes)]
    assert len(rows) <= 3, f"The model was called {len(rows)} times for three batches; one call for each is enough."
    assert rows == [4, 4, 3], "The model should be called once for each batch, the smaller last one too."
    kinds = [note[0] for note in model.notes]
    backwards, steps = kinds.count("backward"), kinds.count("step")
    assert backwards == 3, f"{backwards} backward passes reached the model for three batches."
    assert steps == 3, f"The optimiser took {steps} steps for three batches."
    assert all(found for kind, found, *_ in model.notes if kind == "step"), step_without_gradient(kinds)


@pytest.mark.points(1)
def test_loss_function_as_given(student, reference, support, rng):
    """train_one_epoch and evaluate use the loss function that they are given."""
    (X, y), seed = drawn(rng, 8), seed_of(rng)

    def losses(functions, given):
        model = given.make_classifier(seed)
        batches, loss_function = given.make_batches(X, y, 4), given.make_cross_entropy(0.3)
        yield functions.train_one_epoch(model, batches, loss_function, given.make_sgd(model, 0.0))
        model.eval()
        yield functions.evaluate(model, batches, loss_function)

    for loss, right in zip(losses(student, student.support), losses(reference, support), strict=True):
        assert_close(plain(loss, "The loss"), right, rtol=1e-4, name="The loss with label smoothing")


@pytest.mark.points(1)
def test_batches_are_left_alone(student, rng):
    """The examples in the batches are the same after training and evaluation."""
    data, seed = drawn(rng, TRAINING[0]), seed_of(rng)
    model, batches, loss_function, optimizer = student.support.make_training(seed, *data, TRAINING[1], 0.1)
    student.train_one_epoch(model, batches, loss_function, optimizer)
    student.evaluate(model, batches, loss_function)
    student.accuracy(model, batches)
    rows = sum(rows for _, _, rows in calls_in(model.notes))
    assert rows >= TRAINING[0], "The model has not seen all examples."
    for before, after in zip(data, assert_tuple(batches.contents(), 2), strict=True):
        assert torch.equal(before, after), "Your code changes the examples that it was given. Work on a copy."


@pytest.mark.points(2)
def test_evaluation_loss_of_an_example(student, support, rng):
    """evaluate: the loss counts each batch by its examples."""
    data, seed, parts = telling(rng, support, VALIDATION, "evaluation")
    model, batches, loss_function, _ = student.support.make_training(seed, *data, VALIDATION[1], 0.1)
    model.eval()
    loss = student.evaluate(model, batches, loss_function)
    assert_mean_loss(loss, parts)


def evaluated(student, rng, function="evaluate", prepare=None):
    """Evaluate a fresh model, which is in training mode unless `prepare` changes it, and return it."""
    seed, data = seed_of(rng), drawn(rng, VALIDATION[0])
    model, batches, loss_function, _ = student.support.make_training(seed, *data, VALIDATION[1], 0.1)
    if prepare is not None:
        prepare(model)
    if function == "accuracy":
        plain(student.accuracy(model, batches), "The accuracy")
    else:
        plain(student.evaluate(model, batches, loss_function), "The loss")
    calls_in(model.notes)
    return model


def assert_no_trace(student, rng, function):
    """Check that an evaluation changes neither weights nor statistics nor gradients, and freezes nothing."""
    before = []
    model = evaluated(student, rng, function, lambda model: before.extend(model.fill_gradients(0.25)))
    messages = (
        f"`{function}` changes the weights of the model.",
        f"`{function}` changes what the BatchNorm layer has learnt. It does so in training mode.",
        f"`{function}` changes the `.grad` of the parameters.",
        f"After `{function}`, weights no longer require a gradient, and the model cannot be trained any further.",
    )
    for old, new, message in zip(before, model.state(), messages, strict=True):
        assert_as_before(old, new, message)
    untouched = evaluated(student, rng, function).gradients()
    assert set(untouched.values()) == {None}, f"`{function}` gives parameters a `.grad` that had none."
    on = student.support.gradients_enabled()
    assert on, f"After `{function}`, gradients are switched off for the rest of the program."


def assert_mode_kept(student, rng, function):
    """Check that an evaluation hands the model back in the mode in which it came."""
    mode = evaluated(student, rng, function).mode()
    assert mode != "mixed", f"Some layers leave `{function}` in another mode than the model itself. {MIXED}"
    assert mode == "training", f"The model came in training mode, and leaves `{function}` in evaluation mode."
    mode = evaluated(student, rng, function, lambda model: model.eval()).mode()
    assert mode == "evaluation", f"The model came in evaluation mode, and leaves `{function}` in training mode."


@pytest.mark.points(2)
def test_evaluation_mode(student, rng):
    """evaluate: the model is called in evaluation mode."""
    assert_mode([mode for mode, _, _ in calls_in(evaluated(student, rng).notes)], "evaluation", "batches")


@pytest.mark.points(1)
def test_evaluation_without_gradients(student, rng):
    """evaluate: no gradients are kept track of."""
    tracked = [tracked for _, tracked, _ in calls_in(evaluated(student, rng).notes)]
    assert not any(tracked), "Gradients are kept track of in the evaluation, which takes memory for nothing."


@pytest.mark.points(2)
def test_evaluation_leaves_no_trace(student, rng):
    """evaluate: weights, statistics and gradients are the same afterwards."""
    assert_no_trace(student, rng, "evaluate")


@pytest.mark.points(1)
def test_evaluation_keeps_the_mode(student, rng):
    """evaluate: the model is in the same mode afterwards, be it training or evaluation."""
    assert_mode_kept(student, rng, "evaluate")


@pytest.mark.points(2)
def test_accuracy_of_an_example(student, rng):
    """accuracy: the share of right examples, whatever batches they come in."""
    given = student.support
    outputs = torch.from_numpy(rng.normal(size=(12, 3))).float()
    y = outputs.argmax(dim=1)
    wrong = torch.tensor([1, 2, 3, 6, 11])
    y[wrong] = (y[wrong] + 1) % 3
    share = plain(student.accuracy(given.make_identity(), given.make_batches(outputs, y, 5)), "The accuracy")
    relations = {
        "the mean of the accuracies of the batches; but the last one is smaller": (0.4 + 0.8 + 0.5) / 3,
        "a share in which the last batch counts as if it were full": 7 / 15,
        "the accuracy of the last batch alone": 0.5,
        "a percentage": 100 * 7 / 12,
        "the number of right answers": 7,
        "the share of wrong answers": 5 / 12,
    }
    assert_close(share, 7 / 12, rtol=1e-4, name="The accuracy", relations=relations)


@pytest.mark.points(2)
def test_accuracy_leaves_no_trace(student, rng):
    """accuracy: evaluation mode, no gradients, and a model that is the same afterwards."""
    calls = calls_in(evaluated(student, rng, "accuracy").notes)
    assert_mode([mode for mode, _, _ in calls], "evaluation", "batches")
    assert not any(tracked for _, tracked, _ in calls), "Gradients are kept track of, which takes memory for nothing."
    assert_no_trace(student, rng, "accuracy")
    assert_mode_kept(student, rng, "accuracy")


@pytest.mark.points(1)
def test_plain_numbers(student, rng):
    """Losses and accuracies are plain numbers, not tensors."""
    data, seed = drawn(rng, TRAINING[0]), seed_of(rng)
    model, batches, loss_function, optimizer = student.support.make_training(seed, *data, TRAINING[1], 0.1)
    loss = student.train_one_epoch(model, batches, loss_function, optimizer)
    assert_number(loss, name="What train_one_epoch returns")
    assert_number(student.evaluate(model, batches, loss_function), name="What evaluate returns")
    assert_number(student.accuracy(model, batches), name="What accuracy returns")


@pytest.mark.points(2)
def test_history(student, reference, support, rng):
    """fit: the losses of each epoch, first of training, then of the validation after it."""
    data, seed = (drawn(rng, TRAINING[0]), drawn(rng, VALIDATION[0])), seed_of(rng)
    history, _ = fitted(student, student.support, seed, data)
    for name, losses in history.items():
        assert len(losses) == 2, f"After two epochs, the history has {len(losses)} {name} losses."
    if is_by_hand(student, history, seed, data, support.make_classifier(seed).weights()):
        return
    right, _ = fitted(reference, support, seed, data)
    for name, other in (("train", "validation"), ("validation", "train")):
        relations = {f"the list of {other} losses": right[other]}
        assert_close(history[name], right[name], rtol=1e-3, name=f"The {name} history", relations=relations)


@pytest.mark.points(2)
def test_modes_of_a_fit(student, rng):
    """fit: every training batch goes through in training mode, every validation batch in evaluation mode."""
    data = drawn(rng, TRAINING[0]), drawn(rng, VALIDATION[0])
    _, model = fitted(student, student.support, seed_of(rng), data)
    calls = [(rows in (4, 3), mode, tracked) for mode, tracked, rows in calls_in(model.notes)]
    kinds = [kind for kind, _, _ in calls]
    phases = [kind for i, kind in enumerate(kinds) if i == 0 or kind != kinds[i - 1]]
    assert phases == [True, False] * 2, "In each of the two epochs, train first and then validate."
    assert_mode([mode for kind, mode, _ in calls if kind], "training", "training batches")
    assert all(tracked for kind, _, tracked in calls if kind), "Training needs gradients."
    assert_mode([mode for kind, mode, _ in calls if not kind], "evaluation", "validation batches")


@pytest.mark.points(1)
def test_fit_keeps_no_graphs(student, rng):
    """fit: the validation keeps no track of gradients, and the losses in the history keep no graph."""
    data = drawn(rng, TRAINING[0]), drawn(rng, VALIDATION[0])
    history, model = run_fit(student, student.support, seed_of(rng), data)
    tracked = [tracked for _, tracked, rows in calls_in(model.notes) if rows not in (4, 3)]
    assert not any(tracked), "In `fit`, gradients are kept track of during the validation. No gradient is needed there."
    losses_in(history)
    for name, losses in history.items():
        graphs = sum(getattr(loss, "requires_grad", False) for loss in losses)
        assert not graphs, (
            f"{graphs} of {len(losses)} {name} losses in the history are tensors that keep their graph. "
            "`.item()` gives the number alone."
        )


@pytest.mark.points(1)
def test_no_epochs(student, rng):
    """fit: without any epoch, both lists are empty and the model is as it was."""
    data = drawn(rng, TRAINING[0]), drawn(rng, VALIDATION[0])
    history, model = fitted(student, student.support, seed_of(rng), data, epochs=0)
    assert history == {"train": [], "validation": []}, "Without any epoch, both lists should be empty."
    assert not model.notes, "The model was called, although no epoch was asked for."


def contrary(rng, support):
    """Draw data and a model's seed for which training makes the validation loss rise."""
    (X, _), seed = drawn(rng, VALIDATION[0]), seed_of(rng)
    # The model begins with the classes of the validation, and is taught others for the same examples.
    classes = support.make_classifier(seed)(X).argmax(dim=1)
    return ((X[: TRAINING[0]], (classes[: TRAINING[0]] + 1) % 3), (X, classes)), seed


@pytest.mark.points(3)
def test_everything_together(student, reference, support, rng, picture):
    """fit: after five epochs of Adam, in which the validation loss rises, the weights and all the losses are right."""
    (data, seed), training = contrary(rng, support), {"epochs": 5, "lr": 0.05, "optimizer": "adam"}
    history, model = fitted(student, student.support, seed, data, **training)
    right, right_model = fitted(reference, support, seed, data, **training)
    for name, kind in (("train", "training"), ("validation", "validation")):
        series = {"yours": history[name], "reference": right[name]}
        picture.lines(f"The {kind} loss of each epoch", series, x=range(1, 6), x_label="epoch", y_label="loss")
        epochs = len(history[name])
        assert epochs == 5, f"After five epochs, the history has {epochs} {name} losses. Nothing is to end it early."
    assert_weights(model, right_model, support.make_classifier(seed), rtol=1e-3)
    for name, losses in right.items():
        assert_close(history[name], losses, rtol=1e-3, name=f"The {name} history")
