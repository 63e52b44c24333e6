"""Your bias moves by a gradient that belongs to the already updated w. Do you update w before you compute the
gradient of b? Both gradients of a step belong to the old point (w, b): compute both, then move both.
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
        X_part, y_part = X[start:start + batch_size], y[start:start + batch_size]
        w = update(w, mean_gradient(X_part, y_part, w, b)[0], lr)
        b = update(b, mean_gradient(X_part, y_part, w, b)[1], lr)
        updates += 1
    return w, b, updates


def stochastic_epoch(X, y, w, b, lr):
    return minibatch_epoch(X, y, w, b, lr, 1)
