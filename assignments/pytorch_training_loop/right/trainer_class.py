"""A Trainer class and a context manager for the mode; evaluates all outputs at once; NumPy for the means."""

import contextlib

import numpy as np
import torch


@contextlib.contextmanager
def evaluating(model):
    mode = model.training
    try:
        model.eval()
        with torch.inference_mode():
            yield
    finally:
        model.train(mode)


class Trainer:
    def __init__(self, model, loss_function, optimizer):
        self.model, self.loss_function, self.optimizer = model, loss_function, optimizer

    def step(self, X, y):
        self.model.zero_grad(set_to_none=False)
        loss = self.loss_function(self.model(X), y)
        loss.backward()
        self.optimizer.step()
        return loss.detach().numpy(), len(X)

    def epoch(self, batches):
        self.model.train()
        losses, sizes = zip(*(self.step(X, y) for X, y in batches))
        return np.average(losses, weights=sizes)


def outputs_and_targets(model, batches):
    with evaluating(model):
        pairs = [(model(X), y) for X, y in batches]
        return torch.cat([outputs for outputs, _ in pairs]), torch.cat([y for _, y in pairs])


def train_one_epoch(model, batches, loss_function, optimizer):
    return Trainer(model, loss_function, optimizer).epoch(batches)


def evaluate(model, batches, loss_function):
    outputs, y = outputs_and_targets(model, batches)
    return loss_function(outputs, y).item()


def accuracy(model, batches):
    outputs, y = outputs_and_targets(model, batches)
    return np.mean(outputs.numpy().argmax(axis=1) == y.numpy())


def fit(model, train_batches, validation_batches, loss_function, optimizer, epochs):
    trainer = Trainer(model, loss_function, optimizer)
    history = [
        (trainer.epoch(train_batches), evaluate(model, validation_batches, loss_function))
        for _ in range(epochs)
    ]
    return {"train": [row[0] for row in history], "validation": [row[1] for row in history]}
