"""Your slope is z (1 − z), with z before the sigmoid. Do you use the formula a (1 − a) with Z instead of the
activation? It is right for a = σ(z): use H (1 − H) and O (1 − O).
"""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def forward(X, W1, b1, W2, b2):
    hidden = sigmoid(X @ W1 + b1)
    output = sigmoid(hidden @ W2 + b2)
    return hidden, output


def loss(output, Y):
    return np.sum((output - Y) ** 2) / (2 * len(Y))


def backward(X, Y, W1, b1, W2, b2):
    n = len(X)
    z1 = X @ W1 + b1
    hidden = sigmoid(z1)
    z2 = hidden @ W2 + b2
    delta2 = (sigmoid(z2) - Y) * z2 * (1 - z2)
    delta1 = delta2 @ W2.T * z1 * (1 - z1)
    return X.T @ delta1 / n, delta1.sum(axis=0) / n, hidden.T @ delta2 / n, delta2.sum(axis=0) / n


def train_step(X, Y, W1, b1, W2, b2, lr):
    dW1, db1, dW2, db2 = backward(X, Y, W1, b1, W2, b2)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2
