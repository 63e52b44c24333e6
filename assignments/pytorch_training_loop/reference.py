"""A training loop, and an evaluation that leaves no trace."""

import torch

__all__ = ["accuracy", "evaluate", "fit", "train_one_epoch"]


def train_one_epoch(model, batches, loss_function, optimizer):
    """Train on each batch once, and return the mean loss of an example."""
    model.train()
    total, count = 0.0, 0
    for X, y in batches:
        optimizer.zero_grad()
        loss = loss_function(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
        count += len(X)
    return total / count


def evaluate(model, batches, loss_function):
    """Return the mean loss of an example."""
    was_training = model.training
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for X, y in batches:
            total += loss_function(model(X), y).item() * len(X)
            count += len(X)
    model.train(was_training)
    return total / count


def accuracy(model, batches):
    """Return the share of examples whose largest output is that of their class."""
    was_training = model.training
    model.eval()
    right, count = 0, 0
    with torch.no_grad():
        for X, y in batches:
            right += (model(X).argmax(dim=1) == y).sum().item()
            count += len(X)
    model.train(was_training)
    return right / count


def fit(model, train_batches, validation_batches, loss_function, optimizer, epochs):
    """Return the training and the validation loss of each epoch."""
    history = {"train": [], "validation": []}
    for _ in range(epochs):
        history["train"].append(train_one_epoch(model, train_batches, loss_function, optimizer))
        history["validation"].append(evaluate(model, validation_batches, loss_function))
    return history
