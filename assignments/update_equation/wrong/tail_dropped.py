"""The last, smaller mini-batch is never used. n // batch_size counts only the full mini-batches: with 10
records and mini-batches of 4 two records are lost, and with a batch_size above n nothing is learned at all.
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
    updates = len(y) // batch_size
    for k in range(updates):
        rows = slice(k * batch_size, (k + 1) * batch_size)
        dw, db = mean_gradient(X[rows], y[rows], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    for i in range(len(y)):
        dw, db = mean_gradient(X[i:i + 1], y[i:i + 1], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return w, b, len(y)
