"""Your first weight is right, and each later one is a little off: its gradient was taken after the weights before it
had moved. Do you update the weights one by one in a loop, and compute the gradient inside it? Compute the whole
gradient first.
"""

def update(parameter, gradient, lr):
    return parameter - lr * gradient


def mean_gradient(X, y, w, b):
    residuals = X @ w + b - y
    return X.T @ residuals / len(y), residuals.mean()


def batch_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, len(y))


def minibatch_epoch(X, y, w, b, lr, batch_size):
    w = w.copy()
    updates = 0
    for start in range(0, len(y), batch_size):
        X_part, y_part = X[start:start + batch_size], y[start:start + batch_size]
        for j in range(len(w)):
            w[j] = update(w[j], mean_gradient(X_part, y_part, w, b)[0][j], lr)
        b = update(b, mean_gradient(X_part, y_part, w, b)[1], lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
