"""Only the first mini-batch is used: your epoch ends after one update. Does a `return` stand inside the loop? It ends
the function the first time it is reached.
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
    return minibatch_epoch(X, y, w, b, lr, 1)
