"""A loop over the records with outer products that are added up."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def forward(X, W1, b1, W2, b2):
    hidden, output = [], []
    for x in X:
        h = sigmoid(x @ W1 + b1)
        hidden.append(h)
        output.append(sigmoid(h @ W2 + b2))
    return np.array(hidden), np.array(output)


def loss(output, Y):
    total = 0
    for o, y in zip(output, Y):
        total += np.linalg.norm(o - y) ** 2 / 2
    return total / len(Y)


def backward(X, Y, W1, b1, W2, b2):
    grads = [np.zeros_like(p) for p in (W1, b1, W2, b2)]
    for x, y in zip(X, Y):
        h = sigmoid(x @ W1 + b1)
        o = sigmoid(h @ W2 + b2)
        d2 = (o - y) * o * (1 - o)
        d1 = (W2 @ d2) * h * (1 - h)
        grads[0] += np.outer(x, d1)
        grads[1] += d1
        grads[2] += np.outer(h, d2)
        grads[3] += d2
    return [g / len(X) for g in grads]


def train_step(X, Y, W1, b1, W2, b2, lr):
    params = [W1.copy(), b1.copy(), W2.copy(), b2.copy()]
    for p, g in zip(params, backward(X, Y, W1, b1, W2, b2)):
        p -= lr * g
    return params
