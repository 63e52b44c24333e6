"""A class with a cache, any number of layers, and a bias row below each weight matrix."""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def with_ones(A):
    return np.hstack([A, np.ones((A.shape[0], 1))])


class Network:
    def __init__(self, *layers):
        self.layers = [np.vstack([W, b]) for W, b in layers]
        self.cache = []

    def forward(self, X):
        self.cache = [X]
        for layer in self.layers:
            self.cache.append(sigmoid(with_ones(self.cache[-1]) @ layer))
        return self.cache[1:]

    def backward(self, Y):
        upstream = (self.cache[-1] - Y) / len(Y)
        grads = {}
        for i in reversed(range(len(self.layers))):
            a = self.cache[i + 1]
            delta = upstream * a * (1 - a)
            grads[i] = with_ones(self.cache[i]).T @ delta
            upstream = delta @ self.layers[i][:-1].T
        return grads

    def step(self, grads, lr):
        for i, grad in grads.items():
            self.layers[i] = self.layers[i] - lr * grad


def forward(X, W1, b1, W2, b2):
    return Network((W1, b1), (W2, b2)).forward(X)


def loss(output, Y):
    return ((output - Y) ** 2).sum(axis=1).mean() / 2


def backward(X, Y, W1, b1, W2, b2):
    net = Network((W1, b1), (W2, b2))
    net.forward(X)
    grads = net.backward(Y)
    return grads[0][:-1], grads[0][-1], grads[1][:-1], grads[1][-1]


def train_step(X, Y, W1, b1, W2, b2, lr):
    net = Network((W1, b1), (W2, b2))
    net.forward(X)
    net.step(net.backward(Y), lr)
    return net.layers[0][:-1], net.layers[0][-1], net.layers[1][:-1], net.layers[1][-1]
