"""In your `fit`, the model keeps track of gradients while it is validated. That takes memory for nothing. Is there
a second loop over the validation batches, without `torch.no_grad()`? Calling `evaluate` is enough.
"""

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
    with torch.no_grad():
        for X, y in batches:
            outputs = model(X)
            loss = loss_function(outputs, y)
            running_loss += loss.item() * X.size(0)
            n += X.size(0)
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
        history["train"].append(train_one_epoch(model, train_batches, loss_function, optimizer))
        model.eval()
        total = 0.0
        for X, y in validation_batches:
            total += loss_function(model(X), y).item() * X.size(0)
        history["validation"].append(total / len(validation_batches.dataset))
    return history
