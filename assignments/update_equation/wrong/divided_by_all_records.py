"""In a mini-batch your sum is divided by the number of all the records, so each step is too small. Is `len(y)` of the
whole data in the division? The mean is taken over the records of the mini-batch only.
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
    for start in range(0, len(y), batch_size):
        rows = slice(start, start + batch_size)
        residuals = X[rows] @ w + b - y[rows]
        w = update(w, X[rows].T @ residuals / len(y), lr)
        b = update(b, residuals.sum() / len(y), lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
