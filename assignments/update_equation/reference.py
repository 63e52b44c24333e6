"""One gradient-descent update, and an epoch of batch, mini-batch and stochastic descent."""


def update(parameter, gradient, lr):
    """Return the parameter after one step against the gradient."""
    return parameter - lr * gradient


def mean_gradient(X, y, w, b):
    """Return (dw, db), the gradient of half the mean squared error."""
    residuals = X @ w + b - y
    return X.T @ residuals / len(y), residuals.mean()


def minibatch_epoch(X, y, w, b, lr, batch_size):
    """Return (w, b, updates) after one update per batch_size consecutive records."""
    updates = 0
    for start in range(0, len(y), batch_size):
        records = slice(start, start + batch_size)
        dw, db = mean_gradient(X[records], y[records], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
        updates += 1
    return w, b, updates


def batch_epoch(X, y, w, b, lr):
    """Return (w, b, updates) after one update from all the records."""
    return minibatch_epoch(X, y, w, b, lr, len(y))


def stochastic_epoch(X, y, w, b, lr):
    """Return (w, b, updates) after one update per record."""
    return minibatch_epoch(X, y, w, b, lr, 1)
