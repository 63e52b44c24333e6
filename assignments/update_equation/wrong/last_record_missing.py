"""The very last record is never used. Does a slice or a range of yours stop at `n - 1`? The end of a range is not
part of it, so that leaves record n - 1 out.
"""

def update(parameter, gradient, lr):
    return parameter - lr * gradient


def mean_gradient(X, y, w, b):
    residuals = X @ w + b - y
    return X.T @ residuals / len(y), residuals.mean()


def batch_epoch(X, y, w, b, lr):
    dw, db = mean_gradient(X, y, w, b)
    return update(w, dw, lr), update(b, db, lr), 1


def minibatch_epoch(X, y, w, b, lr, batch_size):
    updates = 0
    last = len(y) - 1
    for start in range(0, last, batch_size):
        stop = min(start + batch_size, last)
        dw, db = mean_gradient(X[start:stop], y[start:stop], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
