"""In the smaller last mini-batch your sum is divided by batch_size, so its gradient is too small. How many records
are really in that mini-batch? A mean is divided by the number of records that were added up.
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
        w = update(w, X[rows].T @ residuals / batch_size, lr)
        b = update(b, residuals.sum() / batch_size, lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    for i in range(len(y)):
        dw, db = mean_gradient(X[i:i + 1], y[i:i + 1], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return w, b, len(y)
