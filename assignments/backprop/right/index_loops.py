"""Every sum written as a loop over plain indices."""

import math

import numpy as np


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def _layer(A, W, b):
    n, d = A.shape
    k = W.shape[1]
    out = np.zeros((n, k))
    for i in range(n):
        for j in range(k):
            z = b[j]
            for t in range(d):
                z += A[i, t] * W[t, j]
            out[i, j] = sigmoid(z)
    return out


def forward(X, W1, b1, W2, b2):
    hidden = _layer(X, W1, b1)
    return hidden, _layer(hidden, W2, b2)


def loss(output, Y):
    n, k = Y.shape
    return sum((output[i, j] - Y[i, j]) ** 2 for i in range(n) for j in range(k)) / (2 * n)


def backward(X, Y, W1, b1, W2, b2):
    H, O = forward(X, W1, b1, W2, b2)
    n, d = X.shape
    h, k = W2.shape
    dW1, db1, dW2, db2 = np.zeros((d, h)), np.zeros(h), np.zeros((h, k)), np.zeros(k)
    for i in range(n):
        delta2 = [(O[i, j] - Y[i, j]) * O[i, j] * (1 - O[i, j]) / n for j in range(k)]
        for j in range(k):
            db2[j] += delta2[j]
            for q in range(h):
                dW2[q, j] += H[i, q] * delta2[j]
        for q in range(h):
            back = sum(delta2[j] * W2[q, j] for j in range(k))
            delta1 = back * H[i, q] * (1 - H[i, q])
            db1[q] += delta1
            for t in range(d):
                dW1[t, q] += X[i, t] * delta1
    return dW1, db1, dW2, db2


def train_step(X, Y, W1, b1, W2, b2, lr):
    dW1, db1, dW2, db2 = backward(X, Y, W1, b1, W2, b2)
    return W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2
