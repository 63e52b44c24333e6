"""The training loop in PyTorch."""

import torch
from torch import nn


def train_one_epoch(model: nn.Module, batches, loss_function, optimizer: torch.optim.Optimizer) -> float:
    """Train the model on each batch once.

    model: maps X to outputs. It is put into training mode first, in whatever mode it comes.
    batches: gives pairs (X, y) of tensors, as a DataLoader does; the last batch may be smaller. Neither X nor
        y is changed.
    loss_function: loss_function(outputs, y) is the mean loss over the batch, a tensor.
    optimizer: has the parameters of the model. Their gradients are clear at the start of the epoch.

    For each batch, in order: one forward pass, one backward pass, one optimizer.step(), with the gradient of
    this batch alone.

    Returns the mean loss of an example over the epoch, as a float: each batch counts by its number of
    examples. The loss of a batch is the one before its step.
    """
    raise NotImplementedError


def evaluate(model: nn.Module, batches, loss_function) -> float:
    """Return the mean loss of an example, as a float; each batch counts by its number of examples.

    The model itself, and no copy, is called in evaluation mode and without keeping track of gradients.
    Afterwards it is as it was before: the same weights, the same `.grad` and the same mode (training or
    evaluation) as when it came.

    model, batches, loss_function: as in train_one_epoch.
    """
    raise NotImplementedError


def accuracy(model: nn.Module, batches) -> float:
    """Return the share of examples, between 0 and 1, that the model puts into the right class.

    The outputs have shape (n, classes); the model's answer is the class with the largest output. y has shape
    (n,) and holds the numbers of the right classes. The model is called as in evaluate, and left as it was.
    """
    raise NotImplementedError


def fit(
    model: nn.Module,
    train_batches,
    validation_batches,
    loss_function,
    optimizer: torch.optim.Optimizer,
    epochs: int,
) -> dict[str, list[float]]:
    """Train for some epochs, and evaluate on the validation batches after each of them.

    Returns {"train": […], "validation": […]}: for each epoch the loss that train_one_epoch returns, and the
    loss that evaluate returns after it. With no epochs, both lists are empty.
    """
    raise NotImplementedError
