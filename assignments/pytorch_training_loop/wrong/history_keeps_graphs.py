"""The training losses in the history of your `fit` are tensors that still keep the graphs of their batches. The
memory of all epochs is held until the history is thrown away. Do you add up `loss` in a loop of its own in
`fit`? `loss.item()` gives the number alone, or call `train_one_epoch`.
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
        model.train()
        total = 0.0
        for X, y in train_batches:
            optimizer.zero_grad()
            loss = loss_function(model(X), y)
            loss.backward()
            optimizer.step()
            total = total + loss * X.size(0)
        history["train"].append(total / len(train_batches.dataset))
        history["validation"].append(evaluate(model, validation_batches, loss_function))
    return history
