"""Clears the gradients after the step, normalises by the size of the data set, and decorates the
evaluations."""

import torch


def train_one_epoch(model, batches, loss_function, optimizer):
    model.train()
    epoch_loss = 0
    for inputs, labels in batches:
        loss = loss_function(model(inputs), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        epoch_loss += loss.item() * inputs.shape[0]
    return epoch_loss / len(batches.dataset)


@torch.no_grad()
def evaluate(model, batches, loss_function):
    mode = model.training
    model.eval()
    losses = [loss_function(model(inputs), labels).item() * len(labels) for inputs, labels in batches]
    model.train(mode)
    return sum(losses) / len(batches.dataset)


@torch.inference_mode()
def accuracy(model, batches):
    mode = model.training
    model.eval()
    hits = [(torch.max(model(inputs), 1).indices == labels).sum() for inputs, labels in batches]
    model.train(mode)
    return float(sum(hits)) / len(batches.dataset)


def fit(model, train_batches, validation_batches, loss_function, optimizer, epochs):
    history = {"train": [], "validation": []}
    for epoch in range(epochs):
        train_loss = train_one_epoch(model, train_batches, loss_function, optimizer)
        validation_loss = evaluate(model, validation_batches, loss_function)
        history["train"].append(train_loss)
        history["validation"].append(validation_loss)
    return history
