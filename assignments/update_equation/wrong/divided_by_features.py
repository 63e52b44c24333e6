"""Your gradient is divided by the number of features, not by the number of records. Do you divide by `len(w)` or
`X.shape[1]`? The records are the rows of X: there are `len(y)` of them.
"""

def update(parameter, gradient, lr):
    return parameter - lr * gradient


def mean_gradient(X, y, w, b):
    residuals = X @ w + b - y
    return X.T @ residuals / len(w), residuals.sum() / len(w)


def batch_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, len(y))


def minibatch_epoch(X, y, w, b, lr, batch_size):
    updates = 0
    for start in range(0, len(y), batch_size):
        rows = slice(start, start + batch_size)
        residuals = X[rows] @ w + b - y[rows]
        w, b = w - lr * (X[rows].T @ residuals) / len(residuals), b - lr * residuals.mean()
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
