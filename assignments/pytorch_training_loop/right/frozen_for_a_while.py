"""Freezes the weights for an evaluation instead of switching gradients off, and thaws them afterwards."""

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


def evaluate(model, batches, loss_function):
    was_training = model.training
    model.eval()
    running_loss = 0.0
    n = 0
    required = [parameter.requires_grad for parameter in model.parameters()]
    model.requires_grad_(False)
    for X, y in batches:
        outputs = model(X)
        loss = loss_function(outputs, y)
        running_loss += loss.item() * X.size(0)
        n += X.size(0)
    for parameter, before in zip(model.parameters(), required):
        parameter.requires_grad_(before)
    model.train(was_training)
    return running_loss / n


def accuracy(model, batches):
    was_training = model.training
    model.eval()
    correct = 0
    n = 0
    with torch.no_grad():
        for X, y in batches:
            predicted = model(X).argmax(dim=1)
            correct += (predicted == y).sum().item()
            n += y.size(0)
    model.train(was_training)
    return correct / n


def fit(model, train_batches, validation_batches, loss_function, optimizer, epochs):
    history = {"train": [], "validation": []}
    for epoch in range(epochs):
        train_loss = train_one_epoch(model, train_batches, loss_function, optimizer)
        validation_loss = evaluate(model, validation_batches, loss_function)
        history["train"].append(train_loss)
        history["validation"].append(validation_loss)
    return history
