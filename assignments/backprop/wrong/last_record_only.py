"""Your gradients are those of the last record alone. Does each record in your loop replace the gradient of the one
before? Add the gradients up, and divide by n after the loop.
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
    for i in range(len(X)):
        x, y = X[i:i + 1], Y[i:i + 1]
        hidden, output = forward(x, W1, b1, W2, b2)
        delta2 = (output - y) * output * (1 - output)
        delta1 = delta2 @ W2.T * hidden * (1 - hidden)
        dW1, db1 = x.T @ delta1, delta1.sum(axis=0)
        dW2, db2 = hidden.T @ delta2, delta2.sum(axis=0)
    return dW1, db1, dW2, db2


def train_step(X, Y, W1, b1, W2, b2, lr):
    dW1, db1, dW2, db2 = backward(X, Y, W1, b1, W2, b2)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2
