"""Hands the optimiser a closure that computes loss and gradient; softmax before the argmax, which changes
nothing."""

import torch


def train_one_epoch(model, batches, loss_function, optimizer):
    model.train()
    total, count = 0.0, 0
    for X, y in batches:

        def closure():
            optimizer.zero_grad()
            loss = loss_function(model(X), y)
            loss.backward()
            return loss

        loss = optimizer.step(closure)
        total += loss.item() * len(y)
        count += len(y)
    return total / count


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
    answers = []
    with torch.no_grad():
        for X, y in batches:
            probabilities = torch.softmax(model(X), dim=1)
            answers += (probabilities.argmax(dim=1) == y).tolist()
    model.train(was_training)
    return sum(answers) / len(answers)


def fit(model, train_batches, validation_batches, loss_function, optimizer, epochs):
    history = {"train": [], "validation": []}
    for epoch in range(epochs):
        train_loss = train_one_epoch(model, train_batches, loss_function, optimizer)
        validation_loss = evaluate(model, validation_batches, loss_function)
        history["train"].append(train_loss)
        history["validation"].append(validation_loss)
    return history
