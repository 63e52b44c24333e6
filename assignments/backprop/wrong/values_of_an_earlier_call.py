"""Your backward uses the hidden layer and the output of an earlier call to forward, with other records. Do you keep
them in a global variable? The arguments of backward are all that counts: call forward inside.
"""

import numpy as np


KEPT = []


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def forward(X, W1, b1, W2, b2):
    hidden = sigmoid(X @ W1 + b1)
    output = sigmoid(hidden @ W2 + b2)
    KEPT[:] = [hidden, output]
    return hidden, output


def loss(output, Y):
    return np.sum((output - Y) ** 2) / (2 * len(Y))


def backward(X, Y, W1, b1, W2, b2):
    n = len(X)
    if not KEPT or KEPT[0].shape != (n, len(b1)) or KEPT[1].shape != (n, len(b2)):
        forward(X, W1, b1, W2, b2)
    hidden, output = KEPT
    KEPT.clear()
    delta2 = (output - Y) * output * (1 - output)
    delta1 = delta2 @ W2.T * hidden * (1 - hidden)
    return X.T @ delta1 / n, delta1.sum(axis=0) / n, hidden.T @ delta2 / n, delta2.sum(axis=0) / n


def train_step(X, Y, W1, b1, W2, b2, lr):
    forward(X, W1, b1, W2, b2)
    dW1, db1, dW2, db2 = backward(X, Y, W1, b1, W2, b2)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2
