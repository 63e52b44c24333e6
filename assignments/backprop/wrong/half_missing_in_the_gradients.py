"""Your gradients are twice the right ones, while your loss is right. Is there a 2 in δ₂? The 2 from the square and
the 1/2 of the loss cancel.
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
    hidden, output = forward(X, W1, b1, W2, b2)
    delta2 = 2 * (output - Y) * output * (1 - output)
    delta1 = delta2 @ W2.T * hidden * (1 - hidden)
    return X.T @ delta1 / n, delta1.sum(axis=0) / n, hidden.T @ delta2 / n, delta2.sum(axis=0) / n


def train_step(X, Y, W1, b1, W2, b2, lr):
    n = len(X)
    hidden, output = forward(X, W1, b1, W2, b2)
    delta2 = (output - Y) * output * (1 - output) / n
    delta1 = delta2 @ W2.T * hidden * (1 - hidden)
    W1, b1 = W1 - lr * X.T @ delta1, b1 - lr * delta1.sum(axis=0)
    return W1, b1, W2 - lr * hidden.T @ delta2, b2 - lr * delta2.sum(axis=0)
