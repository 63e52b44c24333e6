"""Your function returns the bias before the weights, so each lands under the name of the other. Do you return `db,
dw` or `b, w`? The order of the docstring is `dw, db` and `w, b, updates`.
"""

def update(parameter, gradient, lr):
    return parameter - lr * gradient


def mean_gradient(X, y, w, b):
    residuals = X @ w + b - y
    return residuals.mean(), X.T @ residuals / len(y)


def batch_epoch(X, y, w, b, lr):
    db, dw = mean_gradient(X, y, w, b)
    return update(b, db, lr), update(w, dw, lr), 1


def minibatch_epoch(X, y, w, b, lr, batch_size):
    updates = 0
    for start in range(0, len(y), batch_size):
        db, dw = mean_gradient(X[start:start + batch_size], y[start:start + batch_size], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
        updates += 1
    return b, w, updates


def stochastic_epoch(X, y, w, b, lr):
    for i in range(len(y)):
        db, dw = mean_gradient(X[i:i + 1], y[i:i + 1], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return b, w, len(y)
