"""Your bias comes out of the epochs as it went in: only the weights move. The bias has a gradient of its own, the
mean residual. Is there an update for `b` beside that for `w`?
"""

def update(parameter, gradient, lr):
    return parameter - lr * gradient


def mean_gradient(X, y, w, b):
    residuals = X @ w + b - y
    return X.T @ residuals / len(y), residuals.mean()


def batch_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, len(y))


def minibatch_epoch(X, y, w, b, lr, batch_size):
    updates = 0
    for start in range(0, len(y), batch_size):
        dw, _ = mean_gradient(X[start:start + batch_size], y[start:start + batch_size], w, b)
        w = update(w, dw, lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
