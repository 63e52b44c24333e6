"""Your stochastic epoch makes a single update, from the first record. Does it lack a loop over the records, or does a
`return` stand inside it? Each record makes one update, so there are n updates.
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
        dw, db = mean_gradient(X[start:start + batch_size], y[start:start + batch_size], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    dw, db = mean_gradient(X[:1], y[:1], w, b)
    return update(w, dw, lr), update(b, db, lr), 1
