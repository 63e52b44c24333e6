"""Every intermediate value gets a name; the slope is a function of z."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def forward(X, W1, b1, W2, b2):
    z1 = np.dot(X, W1) + b1
    a1 = sigmoid(z1)
    z2 = np.dot(a1, W2) + b2
    a2 = sigmoid(z2)
    return a1, a2


def loss(output, Y):
    return 0.5 * np.mean(np.sum(np.square(output - Y), axis=1))


def backward(X, Y, W1, b1, W2, b2):
    n = X.shape[0]
    z1 = np.dot(X, W1) + b1
    a1 = sigmoid(z1)
    z2 = np.dot(a1, W2) + b2
    a2 = sigmoid(z2)

    dz2 = (a2 - Y) * sigmoid_prime(z2)
    dW2 = np.dot(a1.T, dz2) / n
    db2 = np.mean(dz2, axis=0)

    dz1 = np.dot(dz2, W2.T) * sigmoid_prime(z1)
    dW1 = np.dot(X.T, dz1) / n
    db1 = np.mean(dz1, axis=0)
    return dW1, db1, dW2, db2


def train_step(X, Y, W1, b1, W2, b2, lr):
    dW1, db1, dW2, db2 = backward(X, Y, W1, b1, W2, b2)
    W1 = W1 - lr * dW1
    b1 = b1 - lr * db1
    W2 = W2 - lr * dW2
    b2 = b2 - lr * db2
    return W1, b1, W2, b2
