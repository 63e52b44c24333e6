"""A network of two layers with sigmoid units, trained on half the mean squared error."""

import numpy as np


def sigmoid(z):
    """Return the sigmoid of z, entry by entry."""
    return 1.0 / (1.0 + np.exp(-z))


def forward(X, W1, b1, W2, b2):
    """Return (hidden, output), the activations of both layers."""
    hidden = sigmoid(X @ W1 + b1)
    return hidden, sigmoid(hidden @ W2 + b2)


def loss(output, Y):
    """Return half the squared error, summed over the outputs and averaged over the records."""
    return np.sum((output - Y) ** 2) / (2 * len(Y))


def backward(X, Y, W1, b1, W2, b2):
    """Return (dW1, db1, dW2, db2), the gradient of the loss."""
    hidden, output = forward(X, W1, b1, W2, b2)
    delta_output = (output - Y) * output * (1.0 - output) / len(Y)
    delta_hidden = delta_output @ W2.T * hidden * (1.0 - hidden)
    return (
        X.T @ delta_hidden,
        delta_hidden.sum(axis=0),
        hidden.T @ delta_output,
        delta_output.sum(axis=0),
    )


def train_step(X, Y, W1, b1, W2, b2, lr):
    """Return the parameters after one step of gradient descent."""
    parameters = (W1, b1, W2, b2)
    gradients = backward(X, Y, *parameters)
    return tuple(parameter - lr * gradient for parameter, gradient in zip(parameters, gradients, strict=True))
