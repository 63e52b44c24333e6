"""Your update divides the gradient by the learning rate. Is there a `/ lr`? A small learning rate has to give a small
step: lr times the gradient.
"""

def update(parameter, gradient, lr):
    return parameter - gradient / lr


def mean_gradient(X, y, w, b):
    residuals = X @ w + b - y
    return X.T @ residuals / len(y), residuals.mean()


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
