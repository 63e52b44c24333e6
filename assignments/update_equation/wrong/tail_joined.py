"""The records after the last full mini-batch are used together with it, in one larger mini-batch. Did you add them to
the last one? They form a smaller mini-batch of their own, with an update of its own.
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
    updates = max(1, len(y) // batch_size)
    for k in range(updates):
        rows = slice(k * batch_size, (k + 1) * batch_size if k < updates - 1 else None)
        dw, db = mean_gradient(X[rows], y[rows], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    for i in range(len(y)):
        dw, db = mean_gradient(X[i:i + 1], y[i:i + 1], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return w, b, len(y)
