"""Joins the batches for an evaluation, and calls the model once."""

import torch


def train_one_epoch(model, batches, loss_function, optimizer):
    model.train()
    running_loss = 0.0
    n = 0
    for X, y in batches:
        optimizer.zero_grad()
        outputs = model(X)
        loss = loss_function(outputs, y)
        loss.backward()
        optimizer.step()
        running_loss += loss.item() * X.size(0)
        n += X.size(0)
    return running_loss / n


def joined(batches):
    return (torch.cat(parts) for parts in zip(*batches))


def evaluate(model, batches, loss_function):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        X, y = joined(batches)
        loss = loss_function(model(X), y).item()
    model.train(was_training)
    return loss


def accuracy(model, batches):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        X, y = joined(batches)
        share = (model(X).argmax(dim=1) == y).float().mean().item()
    model.train(was_training)
    return share


def fit(model, train_batches, validation_batches, loss_function, optimizer, epochs):
    history = {"train": [], "validation": []}
    for epoch in range(epochs):
        train_loss = train_one_epoch(model, train_batches, loss_function, optimizer)
        validation_loss = evaluate(model, validation_batches, loss_function)
        history["train"].append(train_loss)
        history["validation"].append(validation_loss)
    return history
