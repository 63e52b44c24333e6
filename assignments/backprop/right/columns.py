"""The textbook convention with records in columns inside, and back to rows at the end; biases as columns."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def _columns(X, W1, b1, W2, b2):
    A1 = sigmoid(W1.T @ X.T + b1.reshape(-1, 1))
    A2 = sigmoid(W2.T @ A1 + b2.reshape(-1, 1))
    return A1, A2


def forward(X, W1, b1, W2, b2):
    A1, A2 = _columns(X, W1, b1, W2, b2)
    return A1.T, A2.T


def loss(output, Y):
    n = Y.shape[0]
    return float(1 / (2 * n) * np.sum(np.power(Y - output, 2)))


def backward(X, Y, W1, b1, W2, b2):
    m = X.shape[0]
    A1, A2 = _columns(X, W1, b1, W2, b2)
    dZ2 = -(Y.T - A2) * A2 * (1 - A2)
    dW2 = 1 / m * dZ2 @ A1.T
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = W2 @ dZ2 * (A1 - A1**2)
    dW1 = 1 / m * dZ1 @ X
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return dW1.T, db1.squeeze(axis=1), dW2.T, db2.squeeze(axis=1)


def train_step(X, Y, W1, b1, W2, b2, lr):
    steps = backward(X, Y, W1, b1, W2, b2)
    return tuple(p - lr * s for p, s in zip((W1, b1, W2, b2), steps))
