"""One function for a pass over the data, with an optimiser for training and without one for evaluation."""

import torch


def run_epoch(model, batches, loss_function, optimizer=None):
    training = optimizer is not None
    before = model.training
    model.train(training)
    loss_sum, n = 0.0, 0
    with torch.set_grad_enabled(training):
        for X, y in batches:
            loss = loss_function(model(X), y)
            if training:
                for parameter in model.parameters():
                    parameter.grad = None
                loss.backward()
                optimizer.step()
            loss_sum += float(loss) * y.shape[0]
            n += y.shape[0]
    if not training:
        model.train(before)
    return loss_sum / n


def train_one_epoch(model, batches, loss_function, optimizer):
    return run_epoch(model, batches, loss_function, optimizer)


def evaluate(model, batches, loss_function):
    return run_epoch(model, batches, loss_function)


def accuracy(model, batches):
    def share_wrong(outputs, y):
        return (outputs.argmax(-1) != y).double().mean()

    return 1 - run_epoch(model, batches, share_wrong)


def fit(model, train_batches, validation_batches, loss_function, optimizer, epochs):
    train, validation = [], []
    for _ in range(epochs):
        train.append(run_epoch(model, train_batches, loss_function, optimizer))
        validation.append(run_epoch(model, validation_batches, loss_function))
    return dict(train=train, validation=validation)
