"""A class that holds the parameters; the stochastic step is written for a single row without the mean."""

import numpy as np


class Regression:
    def __init__(self, w, b):
        self.w = np.copy(w)
        self.b = b
        self.updates = 0

    def gradient(self, X, y):
        errors = [self.predict(x) - t for x, t in zip(X, y)]
        dw = sum(e * x for e, x in zip(errors, X)) / len(errors)
        return dw, sum(errors) / len(errors)

    def predict(self, x):
        return np.dot(x, self.w) + self.b

    def step(self, dw, db, lr):
        self.w = update(self.w, dw, lr)
        self.b = update(self.b, db, lr)
        self.updates += 1

    def result(self):
        return self.w, self.b, self.updates


def update(parameter, gradient, lr):
    return parameter - gradient * lr


def mean_gradient(X, y, w, b):
    return Regression(w, b).gradient(X, y)


def batch_epoch(X, y, w, b, lr):
    model = Regression(w, b)
    model.step(*model.gradient(X, y), lr)
    return model.result()


def minibatch_epoch(X, y, w, b, lr, batch_size):
    model = Regression(w, b)
    i = 0
    while True:
        if i >= len(X):
            break
        model.step(*model.gradient(X[i:i + batch_size], y[i:i + batch_size]), lr)
        i += batch_size
    return model.result()


def stochastic_epoch(X, y, w, b, lr):
    model = Regression(w, b)
    for x, target in zip(X, y):
        error = model.predict(x) - target
        model.step(error * x, error, lr)
    return model.result()
