"""You update W2 first and then send the error back through the new W2. The gradient of W1 belongs to the
loss of the forward pass, and that was made with the old W2. The error is small, and halves when the
learning rate is halved. Compute all the gradients before anything moves.
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
    delta2 = (output - Y) * output * (1 - output)
    delta1 = delta2 @ W2.T * hidden * (1 - hidden)
    return X.T @ delta1 / n, delta1.sum(axis=0) / n, hidden.T @ delta2 / n, delta2.sum(axis=0) / n


def train_step(X, Y, W1, b1, W2, b2, lr):
    n = len(X)
    hidden, output = forward(X, W1, b1, W2, b2)
    delta2 = (output - Y) * output * (1 - output)
    W2 = W2 - lr * hidden.T @ delta2 / n
    b2 = b2 - lr * delta2.sum(axis=0) / n
    delta1 = delta2 @ W2.T * hidden * (1 - hidden)
    W1 = W1 - lr * X.T @ delta1 / n
    b1 = b1 - lr * delta1.sum(axis=0) / n
    return W1, b1, W2, b2
