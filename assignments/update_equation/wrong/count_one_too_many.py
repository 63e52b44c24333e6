"""Your parameters are right, but `updates` is one too large when batch_size divides n. Do you return `n // batch_size
+ 1`? Then there is no smaller last mini-batch. Count the steps as they are made.
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
    for start in range(0, len(y), batch_size):
        dw, db = mean_gradient(X[start:start + batch_size], y[start:start + batch_size], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return w, b, len(y) // batch_size + 1


def stochastic_epoch(X, y, w, b, lr):
    for i in range(len(y)):
        dw, db = mean_gradient(X[i:i + 1], y[i:i + 1], w, b)
        w, b = update(w, dw, lr), update(b, db, lr)
    return w, b, len(y)
