"""When batch_size divides n, your epoch has one mini-batch too many. It is empty, and the mean over no records is
nan. Do you count the mini-batches as `n // batch_size + 1`? The number is n / batch_size, rounded up.
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
    updates = len(y) // batch_size + 1
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
