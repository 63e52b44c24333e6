"""Keeps the graph, moves to a device, stores losses in a list and clips nothing: needless, but harmless."""

import torch


def train_one_epoch(model, batches, loss_function, optimizer):
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model = model.to(device)
    model.train(True)
    losses = []
    for i, (X, y) in enumerate(batches):
        X, y = X.to(device), y.to(device)
        optimizer.zero_grad(set_to_none=True)
        predictions = model(X)
        loss = loss_function(predictions, y)
        loss.backward(retain_graph=True)
        torch.nn.utils.clip_grad_norm_(model.parameters(), float("inf"))
        optimizer.step()
        losses.extend([loss.item()] * len(X))
    return sum(losses) / len(losses)


def evaluate(model, batches, loss_function):
    before = model.training
    model.train(False)
    losses = torch.tensor(0.0, dtype=torch.float64)
    examples = torch.tensor(0)
    for X, y in batches:
        with torch.no_grad():
            losses += loss_function(model(X), y) * len(X)
        examples += len(X)
    if before:
        model.train()
    return (losses / examples).item()


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
